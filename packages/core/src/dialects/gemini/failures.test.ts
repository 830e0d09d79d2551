import { describe, expect, test } from 'bun:test'
import { hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import type { FailureKind } from '../../ir/failure.ts'
import { failureStatus } from '../../ir/failure.ts'
import { asObject, parseObject } from '../../ir/read.ts'
import { client, provider } from './index.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const rpc = 'type.googleapis.com/google.rpc.'

function errorOf(code: number, status: string, message: string, ...details: readonly object[]): string {
  return JSON.stringify({ error: { code, message, status, ...(details.length > 0 && { details }) } })
}

describe("a provider's error", () => {
  test.each<[name: string, status: number, body: string, kind: FailureKind, message: string]>([
    ['a wrong request', 400, errorOf(400, 'INVALID_ARGUMENT', 'Bad.'), 'invalid-request', 'Bad.'],
    [
      'a wrong key, told as a wrong request',
      400,
      errorOf(400, 'INVALID_ARGUMENT', 'API key not valid.', { '@type': `${rpc}ErrorInfo`, reason: 'API_KEY_INVALID' }),
      'unauthenticated',
      'API key not valid.',
    ],
    [
      'a wrong country',
      400,
      errorOf(400, 'FAILED_PRECONDITION', 'User location is not supported.'),
      'forbidden',
      'User location is not supported.',
    ],
    [
      'too long a prompt',
      400,
      errorOf(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      ),
      'context-overflow',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    ],
    [
      'a blocked prompt',
      400,
      errorOf(400, 'INVALID_ARGUMENT', "It violates Google's Responsible AI practices."),
      'content-blocked',
      "It violates Google's Responsible AI practices.",
    ],
    ['no permission', 403, errorOf(403, 'PERMISSION_DENIED', 'No.'), 'forbidden', 'No.'],
    ['no such model', 404, errorOf(404, 'NOT_FOUND', 'models/x is not found'), 'not-found', 'models/x is not found'],
    ['too many', 429, errorOf(429, 'RESOURCE_EXHAUSTED', 'Quota.'), 'rate-limited', 'Quota.'],
    ['a crash', 500, errorOf(500, 'INTERNAL', 'Oops.'), 'upstream-unavailable', 'Oops.'],
    [
      'overload',
      503,
      errorOf(503, 'UNAVAILABLE', 'The model is overloaded.'),
      'overloaded',
      'The model is overloaded.',
    ],
    ['a deadline', 504, errorOf(504, 'DEADLINE_EXCEEDED', 'Late.'), 'upstream-timeout', 'Late.'],
    [
      'a list, from a stream in the array framing',
      429,
      `[${errorOf(429, 'RESOURCE_EXHAUSTED', 'Quota.')}]`,
      'rate-limited',
      'Quota.',
    ],
    ['a bare string', 400, '{"error":"nope"}', 'invalid-request', 'nope'],
    [
      'a detail',
      422,
      '{"detail":[{"msg":"field required"},{"msg":"too short"}]}',
      'invalid-request',
      'field required; too short',
    ],
    ['a list of errors', 502, '{"errors":[{"message":"a"}],"success":false}', 'upstream-unavailable', 'a'],
    [
      'a web page',
      404,
      '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>',
      'not-found',
      'Error 404 (Not Found)!!1',
    ],
    ['nothing', 529, '', 'overloaded', 'The provider answered with status 529.'],
  ])('%s is understood', (_, ...[status, body, kind, message]) => {
    const failure = provider.decodeFailure({ status, headers: {}, body }, 'here')
    expect(failure).toMatchObject({ kind, message, status, upstream: { provider: 'here', status, body } })
    const isFinal = ['invalid-request', 'context-overflow', 'content-blocked'].includes(kind)
    expect(failure.retry).toBe(isFinal ? 'never' : 'other-target')
  })

  test.each([
    [{ 'retry-after': '3' }, undefined, 3000],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, undefined, 250],
    [{ 'x-ratelimit-reset-requests': '1m2s' }, undefined, 62_000],
    [{}, '34.07s', 34_070],
    [{}, '900ms', 900],
    [{ 'retry-after': 'Fri, 20 Nov 2026 07:28:00 GMT' }, undefined, undefined],
  ])('with headers %j and delay %p is to be tried again after %p ms', (headers, retryDelay, expected) => {
    const details = retryDelay === undefined ? [] : [{ '@type': `${rpc}RetryInfo`, retryDelay }]
    const body = errorOf(429, 'RESOURCE_EXHAUSTED', 'Quota.', ...details)
    const failure = provider.decodeFailure({ status: 429, headers, body }, 'here')
    expect(failure.retryAfterMs).toBe(expected)
  })

  test('keeps its id, its type and itself', () => {
    const body = errorOf(429, 'RESOURCE_EXHAUSTED', 'Quota.')
    expect(
      provider.decodeFailure({ status: 429, headers: { 'x-request-id': 'r', 'content-type': 'a/b' }, body }, 'here')
        .upstream,
    ).toEqual({
      provider: 'here',
      status: 429,
      requestId: 'r',
      contentType: 'a/b',
      body,
      type: 'RESOURCE_EXHAUSTED',
      native: asObject(parseObject(body)?.['error']) ?? {},
    })
  })

  test('is understood in every recording', () => {
    for (const { path, status, response } of loadRecordings(
      (entry) => entry.dialect === 'gemini' && entry.status >= 400,
    )) {
      const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body)
      const failure = provider.decodeFailure({ status, headers: response.headers, body }, 'here')
      expect(`${path} ${failure.message}`).not.toMatch(/ (?:The provider answered with status \d+\.)?$/)
      expect(failure.status).toBe(status)
    }
  })
})

describe('a failure for a client', () => {
  test.each(Object.entries(failureStatus))('%s is %i, with a word of google.rpc.Code', (kind, status) => {
    const failure = {
      kind: kind as FailureKind,
      message: 'M',
      retry: 'never' as const,
      param: 'contents[0]',
      code: 'some_code',
      retryAfterMs: 1500,
    }
    const answer = client.encodeFailure(failure)
    const error = asObject(parseObject(answer.body)?.['error'])
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({ 'retry-after': '2', 'retry-after-ms': '1500' })
    expect(error).toMatchObject({ code: status, message: 'M', status: expect.stringMatching(/^[A-Z_]+$/) })
    expect(error?.['details']).toEqual([
      { '@type': `${rpc}ErrorInfo`, reason: 'SOME_CODE', domain: 'sluice' },
      { '@type': `${rpc}BadRequest`, fieldViolations: [{ field: 'contents[0]', description: 'M' }] },
      { '@type': `${rpc}RetryInfo`, retryDelay: '1.5s' },
    ])
  })

  test('reads back as the failure it was', () => {
    for (const kind of [
      'invalid-request',
      'unauthenticated',
      'not-found',
      'rate-limited',
      'overloaded',
      'upstream-timeout',
    ] as const) {
      const { status, headers, body } = client.encodeFailure({ kind, message: 'M', retry: 'never' })
      expect(provider.decodeFailure({ status, headers, body }, 'here')).toMatchObject({ kind, message: 'M', status })
    }
  })

  test("inside a stream is the provider's own error, when that is of this dialect", () => {
    const upstream = { provider: 'p', status: 503, body: '' }
    const failure = { kind: 'overloaded' as const, message: 'M', retry: 'never' as const }
    const native = { code: 503, message: 'Own.', status: 'UNAVAILABLE', details: [] }
    expect(client.encodeStreamFailure({ ...failure, upstream: { ...upstream, native } }, 'sse')).toBe(
      `data: ${JSON.stringify({ error: native })}\n\n`,
    )
    const foreign = { type: 'overloaded_error', message: 'Theirs.' }
    expect(client.encodeStreamFailure({ ...failure, upstream: { ...upstream, native: foreign } }, 'sse')).toContain(
      '"message":"M"',
    )
  })
})

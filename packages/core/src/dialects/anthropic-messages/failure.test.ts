import { describe, expect, test } from 'bun:test'
import { hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import type { FailedAnswer } from '../../ir/dialect.ts'
import type { FailureKind } from '../../ir/failure.ts'
import { failureStatus } from '../../ir/failure.ts'
import { client, findGuarded, provider } from './index.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const answer = (status: number, body: string, headers: Record<string, string> = {}): FailedAnswer => ({
  status,
  body,
  headers,
})
const own = (type: string, message: string): string =>
  JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' })

describe('a failed answer', () => {
  test.each<[number, string, FailureKind, string]>([
    [400, own('invalid_request_error', 'messages.0: wrong'), 'invalid-request', 'never'],
    [400, own('invalid_request_error', 'prompt is too long: 3 tokens > 2 maximum'), 'context-overflow', 'never'],
    [
      400,
      own('invalid_request_error', 'input length and `max_tokens` exceed context limit: 1 + 2 > 2'),
      'context-overflow',
      'never',
    ],
    [400, own('invalid_request_error', 'Output blocked by content filtering policy'), 'content-blocked', 'never'],
    [
      400,
      own('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
      'budget-exceeded',
      'other-target',
    ],
    [401, own('authentication_error', 'invalid x-api-key'), 'unauthenticated', 'other-target'],
    [402, own('billing_error', 'pay'), 'budget-exceeded', 'other-target'],
    [403, own('permission_error', 'no'), 'forbidden', 'other-target'],
    [404, own('not_found_error', 'model: x'), 'not-found', 'other-target'],
    [408, '', 'upstream-timeout', 'other-target'],
    [409, '', 'conflict', 'other-target'],
    [413, own('request_too_large', 'big'), 'too-large', 'never'],
    [425, '', 'overloaded', 'other-target'],
    [429, own('rate_limit_error', 'too many input tokens per minute'), 'rate-limited', 'other-target'],
    [500, own('api_error', 'oops'), 'upstream-unavailable', 'other-target'],
    [502, '<html><title>Bad gateway</title></html>', 'upstream-unavailable', 'other-target'],
    [503, 'busy', 'overloaded', 'other-target'],
    [504, own('timeout_error', 'late'), 'upstream-timeout', 'other-target'],
    [529, own('overloaded_error', 'Overloaded'), 'overloaded', 'other-target'],
  ])('%d %s is %s', (status, body, kind, retry) => {
    const failure = provider.decodeFailure(answer(status, body), 'p')
    expect(failure).toMatchObject({ kind, retry, status, upstream: { provider: 'p', status, body } })
    expect(failure.message).not.toBe('')
  })

  test.each<[string, string]>([
    ['{"error":"as text"}', 'as text'],
    ['{"error":{"message":"inside"}}', 'inside'],
    ['{"message":"at the top"}', 'at the top'],
    ['{"detail":"a detail"}', 'a detail'],
    ['{"detail":[{"msg":"one"},{"msg":"two"}]}', 'one; two'],
    ['{"errors":[{"code":7000,"message":"no route"}],"success":false}', 'no route'],
    ['[{"error":{"message":"in a list"}}]', 'in a list'],
    ['"only text"', 'only text'],
    ['<!doctype html><html><head><title>502\n Bad</title>', '502 Bad'],
    ['plain\n text', 'plain text'],
    ['', "Provider 'p' answered 418 without saying why."],
    ['{}', "Provider 'p' answered 418 without saying why."],
  ])('%s says its message', (body, message) => {
    expect(provider.decodeFailure(answer(418, body), 'p').message).toContain(message)
  })

  test.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '12' }, 12_000],
    [{ 'retry-after-ms': '150', 'retry-after': '1' }, 150],
    [{ 'retry-after': 'Fri, 30 Jan 2026 22:54:34 GMT', date: 'Fri, 30 Jan 2026 22:54:04 GMT' }, 30_000],
    [{ 'anthropic-ratelimit-requests-reset': '2026-01-30T22:54:09Z', date: 'Fri, 30 Jan 2026 22:54:04 GMT' }, 5000],
    [{ 'x-ratelimit-reset-tokens': '1m0.5s' }, 60_500],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('waits as %o says', (headers, wait) => {
    expect(provider.decodeFailure(answer(429, '', headers), 'p').retryAfterMs).toBe(wait!)
  })

  test('keeps the request id and the machine word', () => {
    const body =
      '{"type":"error","error":{"type":"invalid_request_error","message":"m","details":{"error_code":"tool_name_conflict"}}}'
    expect(provider.decodeFailure(answer(400, body, { 'request-id': 'req_9' }), 'p')).toMatchObject({
      code: 'tool_name_conflict',
      upstream: { requestId: 'req_9', type: 'invalid_request_error' },
    })
  })

  test.if(hasRecordings())('of every recording is understood', () => {
    const failed = loadRecordings(({ dialect, status }) => dialect === 'anthropic-messages' && status >= 400)
    expect(failed.length).toBeGreaterThan(10)
    for (const { status, response } of failed) {
      const failure = provider.decodeFailure(answer(status, JSON.stringify(response.body), response.headers), 'p')
      // Bedrock says the sentence alone.
      const said = JSON.parse(JSON.stringify(response.body))
      expect(failure.message).toBe((said.error ?? said).message)
      expect(failure.retry).toBe(status === 400 ? 'never' : 'other-target')
    }
  })
})

describe('a failure for a client', () => {
  const kinds = Object.keys(failureStatus) as FailureKind[]
  test.each(kinds)('%s is an error of the API', (kind) => {
    const { status, headers, body } = client.encodeFailure({ kind, message: 'm', retry: 'never', retryAfterMs: 1200 })
    expect(status).toBe(failureStatus[kind])
    expect(headers).toMatchObject({ 'retry-after': '2', 'retry-after-ms': '1200' })
    expect(JSON.parse(body)).toMatchObject({ type: 'error', error: { type: expect.any(String), message: 'm' } })
  })

  test('says of a refused thread what makes a client go on without one', () => {
    const failure = { kind: 'unsupported', message: 'm', retry: 'never', code: 'unsupported_parameter' } as const
    const codeOf = (param: string) => JSON.parse(client.encodeFailure({ ...failure, param }).body).error.details
    expect(codeOf('thread')).toEqual({ error_code: 'thread_unsupported_request' })
    expect(codeOf('container')).toEqual({ error_code: 'unsupported_parameter' })
  })

  test('keeps an upstream status, and ends a stream with an error event', () => {
    const failure = { kind: 'overloaded', message: 'm', retry: 'other-target', status: 529, code: 'c' } as const
    expect(client.encodeFailure(failure).status).toBe(529)
    expect(client.encodeStreamFailure(failure, 'sse')).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"m","details":{"error_code":"c"}},"request_id":null}\n\n',
    )
  })
})

describe('guarded fields', () => {
  test('are found at any depth, and not in what the client or the model wrote', () => {
    const body = {
      model: 'm',
      container: { id: 'c', skills: [{ skill_id: 's' }] },
      fallbacks: null,
      tools: [
        { type: 'advisor_20260301', model: 'm' },
        { name: 'n', input_schema: { properties: { container_id: {} } } },
      ],
      messages: [
        { role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] },
        { role: 'assistant', content: [{ type: 'tool_use', input: { skill_id: 'x', container_id: 'y' } }] },
      ],
    }
    expect(findGuarded(body).toSorted()).toEqual(['advisor', 'container', 'file_id', 'skill_id'])
    expect(findGuarded({ model: 'm', messages: [{ role: 'user', content: 'file_id' }] })).toEqual([])
  })
})

import { describe, expect, test } from 'bun:test'
import { hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { failureStatus } from '../../ir/failure.ts'
import { client, provider } from './index.ts'

const decode = (
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): ReturnType<typeof provider.decodeFailure> =>
  provider.decodeFailure({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, 'p')

describe('shapes of errors', () => {
  const cases: readonly (readonly [string, number, unknown, object])[] = [
    [
      'an object',
      400,
      { error: { message: 'm', type: 't', param: 'q', code: 'c' } },
      { kind: 'invalid-request', param: 'q', code: 'c', retry: 'never' },
    ],
    ['a numeric code', 400, { error: { message: 'm', code: 400 } }, { kind: 'invalid-request', code: '400' }],
    ['a string', 403, { error: 'm' }, { kind: 'forbidden', retry: 'other-target' }],
    ['a list', 400, { error: [{ message: 'm' }] }, { kind: 'invalid-request' }],
    ['a list of strings', 400, { error: ['m'] }, { kind: 'invalid-request' }],
    [
      'fields at the top',
      400,
      { code: 400, message: 'm', type: 'Bad Request' },
      { kind: 'invalid-request', code: '400' },
    ],
    [
      'code and a string',
      400,
      { code: 'Client specified an invalid argument', error: 'm' },
      { kind: 'invalid-request' },
    ],
    ['a detail', 401, { detail: 'm' }, { kind: 'unauthenticated', retry: 'other-target' }],
    ['a title', 402, { title: 'm', status: 402 }, { kind: 'budget-exceeded', retry: 'other-target' }],
    ['a list of errors', 400, { success: false, errors: [{ code: 7003, message: 'm' }] }, { kind: 'invalid-request' }],
    ['a list at the top', 400, [{ error: { message: 'm' } }], { kind: 'invalid-request' }],
    ['plain text', 500, 'm', { kind: 'upstream-unavailable', retry: 'other-target' }],
    ['HTML', 502, '<html><head><title>m</title></head><body>x</body></html>', { kind: 'upstream-unavailable' }],
  ]
  for (const [name, status, body, wanted] of cases) {
    test(name, () => expect(decode(status, body)).toMatchObject({ message: 'm', status, ...wanted }))
  }

  test('details of a validation name their place', () => {
    const detail = [{ loc: ['body', 'tools', 0, 'type'], msg: 'must be function' }]
    expect(decode(422, { detail })).toMatchObject({ message: 'tools.0.type: must be function', param: 'tools.0.type' })
  })

  test('an empty body says which provider and status', () => {
    expect(decode(503, '')).toMatchObject({
      kind: 'overloaded',
      message: "Provider 'p' answered 503 without saying why.",
    })
  })

  test('an aggregator quotes its provider', () => {
    const error = { message: 'Provider returned error', code: 429, metadata: { raw: 'slow down' } }
    expect(decode(429, { error }).message).toBe('Provider returned error: slow down')
  })
})

describe('what a failure is', () => {
  const cases = [
    [400, { message: 'm', code: 'context_length_exceeded' }, 'context-overflow', 'never'],
    [400, { message: "This model's maximum context length is 10 tokens." }, 'context-overflow', 'never'],
    [400, { message: 'request (9 tokens) exceeds the available context size (5 tokens)' }, 'context-overflow', 'never'],
    [400, { message: 'm', code: 'content_filter' }, 'content-blocked', 'never'],
    [400, { message: 'm', code: 'data_inspection_failed' }, 'content-blocked', 'never'],
    [429, { message: 'm', type: 'insufficient_quota' }, 'budget-exceeded', 'other-target'],
    [429, { message: 'm' }, 'rate-limited', 'other-target'],
    [404, { message: 'm', code: 'model_not_found' }, 'not-found', 'other-target'],
    [408, { message: 'm' }, 'upstream-timeout', 'other-target'],
    [409, { message: 'm' }, 'conflict', 'other-target'],
    [422, { message: 'm' }, 'invalid-request', 'never'],
    [500, { message: 'm' }, 'upstream-unavailable', 'other-target'],
    [529, { message: 'm' }, 'overloaded', 'other-target'],
  ] as const
  for (const [status, error, kind, retry] of cases) {
    test(`${status} ${JSON.stringify(error)} is ${kind}`, () =>
      expect(decode(status, { error })).toMatchObject({ kind, retry }))
  }
})

describe('how long to wait', () => {
  const cases: readonly (readonly [Record<string, string>, number | undefined])[] = [
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, undefined],
    [{ 'x-ratelimit-reset-requests': '20ms', 'x-ratelimit-reset-tokens': '1m6.5s' }, 66_500],
    [{ 'x-ratelimit-reset': '2' }, 2000],
    [{ 'x-ratelimit-reset': '1790000000' }, undefined],
    [{}, undefined],
  ]
  for (const [headers, wait] of cases) {
    test(JSON.stringify(headers), () => expect(decode(429, { error: 'm' }, headers).retryAfterMs).toBe(wait))
  }
})

describe('recorded failures', () => {
  const failed = loadRecordings((entry) => entry.dialect === 'openai-chat' && entry.status >= 400)
  if (!hasRecordings()) test(skippedLine, () => expect(failed).toEqual([]))

  test('have a message, their status and a kind that fits it', () => {
    for (const { path, status, response } of failed) {
      const failure = decode(status, response.body, response.headers)
      expect({ path, message: failure.message }).not.toEqual({ path, message: '' })
      expect(failure.message).not.toContain('<html')
      expect({ path, retry: failure.retry }).toEqual({
        path,
        retry: [400, 422].includes(status) ? 'never' : 'other-target',
      })
      expect(failure.upstream).toMatchObject({ provider: 'p', status })
    }
  })
})

describe('our own failures', () => {
  test('are OpenAI errors with the status and the wait', () => {
    const answer = client.encodeFailure({
      kind: 'rate-limited',
      message: 'm',
      retry: 'never',
      retryAfterMs: 1500,
      param: 'q',
    })
    expect(answer.status).toBe(429)
    expect(answer.headers).toMatchObject({
      'retry-after': '2',
      'retry-after-ms': '1500',
      'content-type': 'application/json',
    })
    expect(JSON.parse(answer.body)).toEqual({
      error: { message: 'm', type: 'rate_limit_error', param: 'q', code: 'rate_limit_exceeded' },
    })
  })

  test('of every kind come back as that kind, or as what their status says', () => {
    for (const [kind, status] of Object.entries(failureStatus)) {
      const answer = client.encodeFailure({ kind: kind as keyof typeof failureStatus, message: 'm', retry: 'never' })
      expect(answer.status).toBe(status)
      expect(decode(answer.status, answer.body).message).toBe('m')
    }
  })

  test('in a stream are one frame that is no end', () => {
    const text = client.encodeStreamFailure({ kind: 'internal', message: 'm', retry: 'never' }, 'sse')
    expect(text).toBe('data: {"error":{"message":"m","type":"server_error","param":null,"code":null}}\n\n')
  })
})

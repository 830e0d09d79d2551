import { describe, expect, test } from 'bun:test'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { decodeFrames, testOptions } from '@sluice/testkit/run-codecs.ts'
import type { Failure, FailureKind } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { client, provider } from './index.ts'
import { findGuarded } from './relay-fields.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

function decode(status: number, body: unknown, headers: Record<string, string> = {}): Failure {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return provider.decodeFailure({ status, headers, body: text }, 'p')
}

describe('an error answer', () => {
  const shapes: readonly (readonly [string, number, unknown, FailureKind, Failure['retry'], string])[] = [
    [
      'an object',
      400,
      { error: { message: 'Bad.', type: 'invalid_request_error', param: 'x', code: 'y' } },
      'invalid-request',
      'never',
      'Bad.',
    ],
    ['a string', 400, { code: 'invalid-argument', error: 'Bad.' }, 'invalid-request', 'never', 'Bad.'],
    ['a detail', 401, { detail: 'Sign in.' }, 'unauthenticated', 'other-target', 'Sign in.'],
    ['a detail with a message', 400, { detail: { message: 'Bad.' } }, 'invalid-request', 'never', 'Bad.'],
    ['details', 422, { detail: [{ msg: 'Bad.', loc: [] }] }, 'invalid-request', 'never', 'Bad.'],
    ['errors', 500, { errors: [{ message: 'Oh.' }], success: false }, 'upstream-unavailable', 'other-target', 'Oh.'],
    ['flat', 503, { object: 'error', message: 'Busy.', type: 'x' }, 'overloaded', 'other-target', 'Busy.'],
    ['a list', 429, [{ error: { message: 'Slow.' } }], 'rate-limited', 'other-target', 'Slow.'],
    [
      'a page',
      502,
      '<html><head><title>502 Bad Gateway</title></head></html>',
      'upstream-unavailable',
      'other-target',
      '502 Bad Gateway',
    ],
    ['text', 504, 'upstream timed out', 'upstream-timeout', 'other-target', 'upstream timed out'],
    ['empty', 529, '', 'overloaded', 'other-target', 'The provider answered with status 529.'],
    ['null', 500, 'null', 'upstream-unavailable', 'other-target', 'The provider answered with status 500.'],
    ['a broken object', 500, '{"error":', 'upstream-unavailable', 'other-target', '{"error":'],
  ]
  test.each(shapes)('%s', (...[, status, body, kind, retry, message]) => {
    expect(decode(status, body)).toMatchObject({ kind, retry, message, status, upstream: { provider: 'p', status } })
  })

  const words: readonly (readonly [number, JsonObject, FailureKind])[] = [
    [400, { message: 'x', code: 'context_length_exceeded' }, 'context-overflow'],
    [400, { message: "This model's maximum context length is 10 tokens." }, 'context-overflow'],
    [400, { message: 'x', code: 'invalid_prompt' }, 'content-blocked'],
    [400, { message: 'x', code: 'content_filter' }, 'content-blocked'],
    [400, { message: 'Incorrect API key provided.' }, 'unauthenticated'],
    [400, { message: 'Model not found: x' }, 'not-found'],
    [404, { message: 'x', code: 'model_not_found' }, 'not-found'],
    [402, { message: 'x' }, 'budget-exceeded'],
    [403, { message: 'x' }, 'forbidden'],
    [408, { message: 'x' }, 'upstream-timeout'],
    [409, { message: 'x' }, 'conflict'],
    [413, { message: 'x' }, 'too-large'],
    [425, { message: 'x' }, 'overloaded'],
    [429, { message: 'x', code: 'insufficient_quota' }, 'rate-limited'],
    [500, { message: 'x', type: 'server_error' }, 'upstream-unavailable'],
  ]
  test.each(words)('%d %j is %s', (status, error, kind) => {
    expect(decode(status, { error }).kind).toBe(kind)
  })

  test('keeps code, param, type, request id and the object itself', () => {
    const error = { message: 'Bad.', type: 't', param: 'input[0]', code: 'c' }
    expect(decode(400, { error }, { 'x-request-id': 'req_1', 'content-type': 'application/json' })).toMatchObject({
      code: 'c',
      param: 'input[0]',
      upstream: { requestId: 'req_1', contentType: 'application/json', type: 't', native: error },
    })
  })

  test.each([
    [{ 'retry-after': '3' }, '', 3000],
    [{ 'retry-after': '3', 'retry-after-ms': '2500' }, '', 2500],
    [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m2.5s' }, '', 62_500],
    [{ 'x-ratelimit-remaining-requests': '4', 'x-ratelimit-reset-requests': '1h' }, '', undefined],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, '', undefined],
    [{}, 'Please try again in 11.054s.', 11_054],
    [{}, 'Please try again in 120ms.', 120],
  ])('%j %s says when to come back', (headers, message, wait) => {
    expect(decode(429, { error: { message } }, headers as Record<string, string>).retryAfterMs).toBe(wait)
  })
})

describe.if(hasRecordings())('recorded errors', () => {
  const recorded = loadRecordings(({ dialect, status }) => dialect === 'openai-responses' && status >= 400)
  test('each has a message of its own and a kind', () => {
    const told = recorded.map(({ status, response }) => decode(status, response.body, { ...response.headers }))
    expect(told.length).toBeGreaterThan(10)
    expect(told.filter(({ message }) => message.startsWith('The provider answered'))).toEqual([])
    expect(told.filter(({ kind, retry }) => kind === 'invalid-request' && retry !== 'never')).toEqual([])
  })
})

describe('an error for a client', () => {
  test('has the shape of the API', () => {
    const { status, headers, body } = client.encodeFailure({
      kind: 'rate-limited',
      message: 'Slow.',
      retry: 'same-target',
      retryAfterMs: 1500,
      param: 'x',
    })
    expect(status).toBe(429)
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'retry-after': '2', 'retry-after-ms': '1500' })
    expect(JSON.parse(body)).toEqual({
      error: { message: 'Slow.', type: 'rate_limit_error', param: 'x', code: 'rate_limit_exceeded' },
    })
  })

  test('keeps the code and the status it came with', () => {
    const { status, body } = client.encodeFailure(decode(422, { error: { message: 'Bad.', code: 'c' } }))
    expect(status).toBe(422)
    expect(JSON.parse(body).error).toMatchObject({ message: 'Bad.', code: 'c', param: null })
  })

  test('ends a relayed stream, and is read as an error again', () => {
    const ending = client.encodeStreamFailure({ kind: 'upstream-unavailable', message: 'Gone.', retry: 'never' }, 'sse')
    const frames = readFramesOfText(ending, 'sse')
    expect(frames.map(({ event }) => event)).toEqual(['error', 'response.failed'])
    expect(decodeFrames(provider, frames).at(-1)).toMatchObject({ type: 'error', failure: { message: 'Gone.' } })
  })
})

describe('the meter', () => {
  const options = testOptions(provider)
  const meterOf = (
    frames: readonly { readonly event?: string; readonly data: string }[],
  ): ReturnType<typeof provider.createMeter> => {
    const meter = provider.createMeter(options as never)
    for (const frame of frames) meter.frame(frame)
    return meter
  }

  test('learns usage, finish and the healthy end from the last event alone', () => {
    const response = {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { input_tokens: 2, output_tokens: 3 },
    }
    const frames = [
      { event: 'response.output_text.delta', data: 'not even JSON' },
      { event: 'response.incomplete', data: JSON.stringify({ type: 'response.incomplete', response }) },
    ]
    for (const each of [frames, frames.map(({ data }) => ({ data }))]) {
      expect(meterOf(each)).toMatchObject({
        usage: { input: 2, output: 3 },
        finish: 'max_output_tokens',
        isComplete: true,
        failure: undefined,
      })
    }
  })

  test('is not fooled by text that speaks of the end', () => {
    const said = JSON.stringify({
      type: 'response.output_text.delta',
      delta: '{"type":"response.completed","response":{"status":"completed"}}',
    })
    expect(meterOf([{ data: said }, { event: 'response.output_text.delta', data: said }]).isComplete).toBe(false)
  })

  test('learns of failures', () => {
    const failed = {
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', message: 'Oh.' }, usage: { input_tokens: 1 } },
    }
    expect(meterOf([{ data: JSON.stringify(failed) }])).toMatchObject({
      isComplete: false,
      usage: { input: 1 },
      failure: { message: 'Oh.' },
    })
    expect(meterOf([{ event: 'error', data: '{"type":"error","error":{"message":"Oh."}}' }]).failure?.message).toBe(
      'Oh.',
    )
  })

  test.if(hasRecordings())('agrees with the decoder on every recording', () => {
    const recorded = loadRecordings(({ dialect, format }) => dialect === 'openai-responses' && format === 'sse')
    const wrong = recorded.filter((recording) => {
      const frames = framesOf(recording)
      const meter = meterOf(frames)
      const events = decodeFrames(provider, frames)
      const usage = events.findLast((event) => event.type === 'usage')?.usage
      return meter.isComplete !== (events.at(-1)?.type === 'end') || !Bun.deepEquals(meter.usage, usage)
    })
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

describe('guarded fields', () => {
  test('are found wherever they stand', () => {
    const body: JsonObject = {
      model: 'm',
      previous_response_id: 'resp_1',
      conversation: { id: 'conv_1' },
      background: true,
      prompt: { id: 'p' },
      input: [
        { role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] },
        { type: 'item_reference', id: 'msg_1' },
        { id: 'msg_2' },
      ],
      tools: [
        { type: 'file_search', vector_store_ids: ['vs'] },
        { type: 'code_interpreter', container: 'cntr_1' },
        { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-2'] } },
        { type: 'mcp', connector_id: 'connector_dropbox' },
        { type: 'shell', environment: { type: 'container_reference', container_id: 'cntr_2' } },
      ],
    }
    expect([...findGuarded(body)].toSorted()).toEqual(
      [
        'previous_response_id',
        'conversation',
        'background',
        'prompt',
        'file_id',
        'item_reference',
        'vector_store_ids',
        'container',
        'file_ids',
        'connector_id',
        'container_id',
      ].toSorted(),
    )
  })

  test('are not found where the client only speaks of them', () => {
    expect(
      findGuarded({
        model: 'm',
        previous_response_id: null,
        background: false,
        metadata: { file_id: 'x' },
        input: [
          { role: 'user', content: 'file_id' },
          { type: 'function_call', name: 'f', call_id: 'c', arguments: '{"file_id":1}' },
        ],
        tools: [
          { type: 'function', name: 'f', parameters: { properties: { file_id: { type: 'string' }, container: 'x' } } },
          { type: 'code_interpreter', container: { type: 'auto' } },
        ],
      }),
    ).toEqual([])
  })
})

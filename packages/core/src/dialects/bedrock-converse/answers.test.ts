import { describe, expect, test } from 'bun:test'
import { bedrockConverse } from '@sluice/testkit/answers/bedrock-converse.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import type { Recording } from '@sluice/testkit/recordings.ts'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { decodeFrames, decodeWhole, testOptions } from '@sluice/testkit/run-codecs.ts'
import type { Frame } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { statusOf } from '../../ir/failure.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import { collect, type GenerateResponse } from '../../ir/response.ts'
import { provider } from './index.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

function answer(content: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 }
  return { output: { message: { role: 'assistant', content } }, stopReason: 'end_turn', usage, ...more }
}

function readWhole(body: JsonObject): GenerateResponse {
  const events = decodeWhole(provider, body)
  expect(checkGrammar(events)).toEqual([])
  return collect(events)
}

function frame(event: string, value: JsonObject): Frame {
  return { event, data: JSON.stringify(value) }
}

function read(frames: readonly Frame[]): readonly StreamEvent[] {
  const events = decodeFrames(provider, frames)
  expect(checkGrammar(events)).toEqual([])
  return events
}

const start = frame('messageStart', { role: 'assistant' })
const stop = frame('messageStop', { stopReason: 'end_turn' })
const metadata = frame('metadata', { usage: { inputTokens: 1, outputTokens: 1 }, metrics: { latencyMs: 5 } })
const delta = (contentBlockIndex: number, value: JsonObject): Frame =>
  frame('contentBlockDelta', { contentBlockIndex, delta: value })

describe('a whole answer', () => {
  test('of every kind of block', () => {
    const citation = {
      title: 'Facts',
      source: 'https://e.com/facts',
      sourceContent: [{ text: 'It is ' }, { text: 'so.' }],
      location: { searchResultLocation: { searchResultIndex: 0, start: 0, end: 1 } },
    }
    const { choices } = readWhole(
      answer([
        { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
        { reasoningContent: { redactedContent: 'cmVk' } },
        { text: 'Hi' },
        { citationsContent: { content: [{ text: 'It is.' }], citations: [citation] } },
        { image: { format: 'png', source: { bytes: 'aW1n' } } },
        { toolUse: { toolUseId: 't1', name: 'look', input: { at: 'sky' } } },
        { toolUse: { toolUseId: 't2', name: 'run', input: {}, type: 'server_tool_use' } },
        { toolResult: { toolUseId: 't2', content: [{ text: 'x' }], type: 'run_result' } },
      ]),
    )
    const sealed = { dialect: 'bedrock-converse', provider: 'upstream' }
    const source = { kind: 'url', url: 'https://e.com/facts', title: 'Facts' }
    expect(choices[0]?.parts).toMatchObject([
      { kind: 'reasoning', form: 'full', text: 'Hm.', seal: { ...sealed, data: 'sig' } },
      { kind: 'reasoning', form: 'redacted', text: '', seal: { ...sealed, data: 'cmVk' } },
      { kind: 'text', text: 'Hi' },
      { kind: 'text', text: 'It is.', citations: [{ source, quote: 'It is so.' }] },
      { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'aW1n' } },
      { kind: 'tool-call', id: 't1', name: 'look', args: '{"at":"sky"}', executor: 'client' },
      { kind: 'tool-call', id: 't2', name: 'run', args: '{}', executor: 'provider' },
      { kind: 'opaque', dialect: 'bedrock-converse' },
    ])
  })

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop-sequence'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['malformed_tool_use', 'other'],
  ])('that stopped for %s', (stopReason, reason) => {
    expect(readWhole(answer([{ text: 'a' }], { stopReason })).choices[0]?.finish).toMatchObject({
      reason,
      raw: stopReason,
    } as never)
  })

  test.each([[{ stop_sequence: 'END' }], [{ delta: { stop_sequence: 'END' } }]])(
    'tells the stop sequence that was hit in %j',
    (fields) => {
      const { choices } = readWhole(answer([{ text: 'a' }], { additionalModelResponseFields: fields }))
      expect(choices[0]?.finish.stopSequence).toBe('END')
    },
  )

  test('counts what was cached in', () => {
    const usage = {
      inputTokens: 3,
      outputTokens: 7,
      totalTokens: 32,
      cacheReadInputTokens: 20,
      cacheWriteInputTokens: 2,
    }
    expect(readWhole(answer([], { usage })).usage).toMatchObject({ input: 25, cacheRead: 20, cacheWrite: 2, output: 7 })
    expect(readWhole(answer([], { usage: undefined })).usage).toBeUndefined()
  })

  test.each([
    [{ __type: 'com.amazon.coral.service#ThrottlingException', message: 'slow down' }, 'rate-limited', 'slow down'],
    [{ Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' }, 'not-found', ''],
    [{ message: 'odd' }, 'upstream-unavailable', 'odd'],
    [{ output: {} }, 'upstream-protocol', 'no message'],
    [{ output: { message: { content: [] } } }, 'upstream-protocol', 'no message'],
  ])('that is none: %j', (body, kind, words) => {
    const last = decodeWhole(provider, body).at(-1)
    expect(last).toMatchObject({ type: 'error', failure: { kind } } as never)
    expect(last?.type === 'error' && last.failure.message).toContain(words)
  })
})

describe('a stream', () => {
  test('opens text and thinking by their first delta', () => {
    const { choices } = collect(
      read([
        start,
        delta(0, { reasoningContent: { text: 'Hm' } }),
        delta(0, { reasoningContent: { signature: 's' } }),
        // No stop in between: the kind tells.
        delta(0, { text: 'a' }),
        delta(1, { reasoningContent: { redactedContent: 'cmVk' } }),
        stop,
        metadata,
      ]),
    )
    expect(choices[0]?.parts.map(({ kind }) => kind)).toEqual(['reasoning', 'text', 'reasoning'])
  })

  test.each([
    ['without messageStop', [start, delta(0, { text: 'a' }), metadata]],
    ['without metadata', [start, delta(0, { text: 'a' }), stop]],
    ['that begins in the middle', [delta(0, { text: 'a' }), stop, metadata]],
    ['that begins twice', [start, start, stop, metadata]],
    ['with text after its end', [start, stop, delta(0, { text: 'a' }), metadata]],
    ['with broken JSON', [start, { event: 'contentBlockDelta', data: '{"delta":' }, stop, metadata]],
    ['with nothing in it', []],
  ])('%s never ends well', (_, frames) => {
    expect(read(frames).at(-1)).toMatchObject({ type: 'error', failure: { kind: 'upstream-protocol' } })
  })

  test.each([
    ['validationException', 'invalid-request', 'never'],
    ['throttlingException', 'rate-limited', 'other-target'],
    ['modelStreamErrorException', 'upstream-unavailable', 'other-target'],
    ['serviceUnavailableException', 'overloaded', 'other-target'],
    ['internalServerException', 'upstream-unavailable', 'other-target'],
    ['modelTimeoutException', 'upstream-timeout', 'other-target'],
  ])('with a %s', (type, kind, retry) => {
    const error = { type, message: 'it broke', originalStatusCode: 424 }
    for (const before of [[], [start], [start, delta(0, { text: 'a' })], [start, stop]]) {
      const last = read([...before, frame('error', { type: 'error', error }), metadata]).at(-1)
      const upstream = { status: 424, type: type.charAt(0).toUpperCase() + type.slice(1) }
      expect(last).toMatchObject({ type: 'error', failure: { kind, retry, message: 'it broke', upstream } } as never)
    }
  })

  test('that asks for too much at once is not one that says too much', () => {
    const error = { type: 'throttlingException', message: 'Too many tokens, please wait before trying again.' }
    expect(read([start, frame('error', { error })]).at(-1)).toMatchObject({ failure: { kind: 'rate-limited' } })
  })

  test('keeps what it does not know', () => {
    const events = read([
      frame('initial-response', {}),
      start,
      frame('novelty', { a: 1 }),
      delta(4, { novelty: 1 }),
      frame('contentBlockStart', { contentBlockIndex: 0, start: { toolResult: { toolUseId: 't' } } }),
      delta(0, { toolResult: [{ json: { a: 1 } }] }),
      stop,
      metadata,
    ])
    const { choices, opaque } = collect(events)
    expect(opaque.map(({ value }) => value)).toEqual([
      { novelty: { a: 1 } },
      { contentBlockDelta: { delta: { novelty: 1 } } },
    ])
    expect(choices[0]?.parts).toMatchObject([
      { kind: 'opaque', value: { toolResult: { toolUseId: 't' }, deltas: [{ toolResult: [{ json: { a: 1 } }] }] } },
    ])
  })

  test('is metered as it is read', () => {
    const reply = { model: 'm', text: 'a b', finish: 'stop', usage: { input: 9, output: 4, cacheRead: 3 } } as const
    const meter = provider.createMeter(testOptions(provider) as never)
    for (const each of readFramesOfText(bedrockConverse.events(reply).join(''), 'sse')) {
      expect(meter.isComplete).toBe(false)
      meter.frame(each)
    }
    expect(meter).toMatchObject({ isComplete: true, finish: 'end_turn', failure: undefined })
    expect(meter.usage).toMatchObject({ input: 9, output: 4, cacheRead: 3 })
    const broken = provider.createMeter(testOptions(provider) as never)
    broken.frame(start)
    broken.frame(frame('error', { error: { type: 'throttlingException', message: 'm' } }))
    expect(broken).toMatchObject({ isComplete: false, failure: { kind: 'rate-limited' } })
  })
})

describe('an answer that is no success', () => {
  const coral = ':http://internal.amazon.com/coral/com.amazon.bedrock/'

  test.each([
    [400, `ValidationException${coral}`, 'The provided model identifier is invalid.', 'not-found', 'other-target'],
    [400, `ValidationException${coral}`, 'Input is too long for requested model.', 'context-overflow', 'never'],
    [400, 'ValidationException', 'max_tokens must be positive', 'invalid-request', 'never'],
    [403, `AccessDeniedException${coral}`, 'no access', 'forbidden', 'other-target'],
    [403, 'ExpiredTokenException', 'expired', 'unauthenticated', 'other-target'],
    [403, 'InvalidSignatureException', 'signature', 'unauthenticated', 'other-target'],
    [404, 'ResourceNotFoundException', 'gone', 'not-found', 'other-target'],
    [408, 'ModelTimeoutException', 'slow', 'upstream-timeout', 'other-target'],
    [424, 'ModelErrorException', 'it broke', 'upstream-unavailable', 'other-target'],
    [429, 'ThrottlingException', 'Too many tokens, please wait before trying again.', 'rate-limited', 'other-target'],
    [429, 'ModelNotReadyException', 'warming up', 'overloaded', 'other-target'],
    [503, 'ServiceUnavailableException', 'busy', 'overloaded', 'other-target'],
    [500, '', 'odd', 'upstream-unavailable', 'other-target'],
    [413, '', 'large', 'too-large', 'never'],
  ] as const)('%d %s: %s', (...[status, type, message, kind, retry]) => {
    const headers = { ...(type !== '' && { 'x-amzn-errortype': type }), 'x-amzn-requestid': 'r-1' }
    const failure = provider.decodeFailure({ status, headers, body: JSON.stringify({ message }) }, 'p')
    expect(failure).toMatchObject({ kind, retry, message, status, upstream: { requestId: 'r-1' } })
  })

  test.each([
    ['{"Message":"big M"}', 'big M'],
    ['{"__type":"x#AccessDeniedException","message":"no"}', 'no'],
    ['<html><head><title>502 Bad Gateway</title></head></html>', '502 Bad Gateway'],
    ['', "Provider 'p' answered 502"],
  ])('says its words: %s', (body, words) => {
    expect(provider.decodeFailure({ status: 502, headers: {}, body }, 'p').message).toContain(words)
  })
})

describe.if(hasRecordings())('recordings', () => {
  const recordings = loadRecordings(({ dialect }) => dialect === 'bedrock-converse')
  const successes = recordings.filter(({ status }) => status < 300)
  const bodyOf = ({ response }: Recording): JsonObject => asObject(response.body) ?? {}

  test('follow the grammar, cut after any frame too, and never end well before their end', () => {
    expect(successes.length).toBeGreaterThan(25)
    for (const recording of successes) {
      if (!recording.stream) {
        readWhole(bodyOf(recording))
        continue
      }
      const frames = framesOf(recording)
      const isBroken = recording.quirks.some((each) => each.includes('exception'))
      expect(read(frames).at(-1)?.type).toBe(isBroken ? 'error' : 'end')
      for (const end of frames.keys()) expect(read(frames.slice(0, end)).at(-1)?.type).toBe('error')
    }
  })

  test('say in a stream what they would say whole', () => {
    for (const recording of successes.filter(({ stream }) => !stream)) {
      const whole = readWhole(bodyOf(recording))
      const total = asObject(bodyOf(recording)['usage'])?.['totalTokens']
      if (whole.usage) expect((whole.usage.input ?? 0) + (whole.usage.output ?? 0)).toBe(Number(total))
    }
  })

  test('of errors keep status and sentence', () => {
    const errors = recordings.filter(({ status }) => status >= 400)
    expect(errors.length).toBeGreaterThan(6)
    for (const { status, response } of errors) {
      const body = JSON.stringify(response.body)
      const failure = provider.decodeFailure({ status, headers: response.headers, body }, 'p')
      expect(statusOf(failure)).toBe(status)
      expect(failure.message).toBe(String(asObject(response.body)?.['message']))
    }
  })
})

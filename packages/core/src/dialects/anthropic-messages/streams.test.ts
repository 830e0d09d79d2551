/** What comes in as a stream goes out as the same stream; what breaks stays broken. */
import { describe, expect, test } from 'bun:test'
import { arbitraryAnswer } from '@sluice/testkit/arbitrary-answer.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { createTestContext, decodeFrames, decodeWhole, encodeStream, encodeWhole } from '@sluice/testkit/run-codecs.ts'
import fc from 'fast-check'
import type { Frame } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'
import { collect } from '../../ir/response.ts'
import { unwrapSeal } from '../../ir/seal.ts'
import { client, provider } from './index.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const options = { quirks: provider.defaultQuirks, context: createTestContext('claude') }
const decode = (frames: readonly Frame[]) => decodeFrames(provider, frames, options)
const decodeText = (text: string) => decode(readFramesOfText(text, 'sse'))
const encode = (events: readonly StreamEvent[]) => encodeStream(client, events)
const sse = (...events: readonly JsonObject[]) =>
  events.map((event) => `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`).join('')

/** The frames up to the end of the first message: some recordings hold several answers one after another. */
function firstMessage(frames: readonly Frame[]): readonly Frame[] {
  const end = frames.findIndex(({ data }) => data.includes('"message_stop"'))
  return end < 0 ? frames : frames.slice(0, end + 1)
}

const recordings = loadRecordings(
  ({ dialect, stream, status, format }) =>
    dialect === 'anthropic-messages' && stream && status === 200 && format === 'sse',
)

const recorded = recordings.map((recording) => [recording.path, firstMessage(framesOf(recording))] as const)
const verbatim = recordings
  .filter(({ fidelity }) => fidelity !== 'response-only')
  .map((recording) => [recording.path, firstMessage(framesOf(recording))] as const)

/**
 * Frames as values. Ours differ in these only: no pings, no padding, nulls are absent, and `message_delta` tells all
 * totals but not again the speed that `message_start` told.
 */
function plainFrames(frames: readonly Frame[]): readonly JsonObject[] {
  return frames
    .map(({ data }) => asObject(withoutNull(JSON.parse(data))) ?? {})
    .filter(({ type }) => type !== 'ping')
    .map(({ usage, ...frame }) => {
      const { speed: _, ...totals } = asObject(usage) ?? {}
      return { ...frame, ...(usage !== undefined && { usage: totals }) }
    })
}

/**
 * A fold without what a whole answer spells its own way: spaces in arguments, `{}` for none, and the empty list that
 * a cited block begins with.
 */
function plainFold(events: readonly StreamEvent[]): unknown {
  const { choices, usage: _, ...rest } = collect(events)
  const parts = (choices[0]?.parts ?? []).map((part) => {
    if (part.kind === 'tool-call') return { ...part, args: JSON.parse(part.args || '{}') }
    return part.kind === 'text' ? { ...part, ext: undefined } : part
  })
  return { ...rest, finish: choices[0]?.finish, parts }
}

function withoutNull(value: Json): Json {
  const list = asArray(value)
  if (list) return list.map(withoutNull)
  const object = asObject(value)
  if (!object) return value
  const kept = Object.entries(object).filter(([, each]) => each !== null && each !== undefined)
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNull(each ?? null)]))
}

describe.if(hasRecordings())('recorded streams', () => {
  test('there are some', () => expect(recorded.length).toBeGreaterThan(20))

  test.each(verbatim)('%s comes out frame for frame', (_path, frames) => {
    const { value, losses } = encode(decode(frames))
    const given = plainFrames(frames)
    const made = plainFrames(readFramesOfText(value, 'sse'))
    expect(losses).toEqual([])
    expect(made.length).toBe(given.length)
    for (const [index, frame] of given.entries()) expect(made[index]).toMatchObject(frame)
  })

  test.each(recorded)('%s follows the grammar and is read the same twice', (_path, frames) => {
    const events = decode(frames)
    expect(checkGrammar(events)).toEqual([])
    expect(events.at(-1)?.type).toBe('end')
    expect(decodeText(encode(events).value)).toEqual(events)
  })

  test.each(recorded)('%s: a whole answer says what the stream said', (_path, frames) => {
    const events = decode(frames)
    const { value, losses } = encodeWhole(client, collect(events))
    expect(losses).toEqual([])
    expect(plainFold(decodeWhole(provider, value, options))).toEqual(plainFold(events))
    expect(collect(decodeWhole(provider, value, options)).usage).toEqual(collect(events).usage)
  })
})

const whole = loadRecordings(
  ({ dialect, stream, status, format }) =>
    dialect === 'anthropic-messages' && !stream && status === 200 && format === 'json',
).map(({ path, response }) => [path, asObject(response.body) ?? {}] as const)

describe.if(hasRecordings())('recorded whole answers', () => {
  test('there are some', () => expect(whole.length).toBeGreaterThan(15))

  test.each(whole)('%s comes out as it was', (_path, body) => {
    const events = decodeWhole(provider, body, options)
    expect(checkGrammar(events)).toEqual([])
    const { value, losses } = encodeWhole(client, collect(events))
    expect(losses).toEqual([])
    expect(withoutNull(JSON.parse(JSON.stringify(value)))).toEqual(withoutNull(body))
  })

  test.each(whole)('%s says the same as a stream', (_path, body) => {
    const events = decodeWhole(provider, body, options)
    const streamed = collect(decodeText(encode(events).value))
    expect(streamed).toEqual(collect(events))
  })
})

const usage = { input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 2, output_tokens: 1 }
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, usage }
const healthy: readonly JsonObject[] = [
  { type: 'message_start', message },
  { type: 'ping' },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: '', estimated_tokens: 50 } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'ln' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'cmVk' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { type: 'text', text: 'He', citations: [] } },
  { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'llo' } },
  {
    type: 'content_block_delta',
    index: 2,
    delta: {
      type: 'citations_delta',
      citation: {
        type: 'web_search_result_location',
        url: 'https://e.org',
        title: 'E',
        cited_text: 'q',
        encrypted_index: 'x',
      },
    },
  },
  { type: 'content_block_stop', index: 2 },
  {
    type: 'content_block_start',
    index: 3,
    content_block: { type: 'web_search_tool_result', tool_use_id: 's', content: [{ a: 1 }] },
  },
  { type: 'content_block_stop', index: 3 },
  { type: 'content_block_start', index: 4, content_block: { type: 'compaction', content: null } },
  { type: 'content_block_delta', index: 4, delta: { type: 'compaction_delta', content: 'short' } },
  { type: 'content_block_stop', index: 4 },
  { type: 'content_block_start', index: 5, content_block: { type: 'tool_use', id: 'toolu_1', name: 'n', input: {} } },
  { type: 'content_block_delta', index: 5, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
  { type: 'content_block_delta', index: 5, delta: { type: 'input_json_delta', partial_json: '1}' } },
  { type: 'content_block_stop', index: 5 },
  { type: 'something_new', x: 1 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null, container: { id: 'c' } },
    usage: { output_tokens: 50, output_tokens_details: { thinking_tokens: 7 } },
    context_management: { applied_edits: [] },
  },
  { type: 'message_stop' },
]

describe('a stream', () => {
  test('is read into events', () => {
    const response = collect(decodeText(sse(...healthy)))
    expect(response.usage).toMatchObject({ input: 16, cacheRead: 4, cacheWrite: 2, output: 50, reasoning: 7 })
    expect(response.choices[0]).toMatchObject({
      parts: [
        {
          kind: 'reasoning',
          form: 'full',
          text: 'Hm',
          seal: { dialect: 'anthropic-messages', provider: 'claude', data: 'c2ln' },
        },
        { kind: 'reasoning', form: 'redacted', seal: { data: 'cmVk' } },
        {
          kind: 'text',
          text: 'Hello',
          citations: [{ source: { kind: 'url', url: 'https://e.org', title: 'E' }, quote: 'q' }],
        },
        { kind: 'opaque', value: { type: 'web_search_tool_result' } },
        { kind: 'opaque', value: { type: 'compaction' } },
        { kind: 'tool-call', id: 'toolu_1', name: 'n', args: '{"a":1}', executor: 'client' },
      ],
      finish: { reason: 'tool-calls', raw: 'tool_use' },
    })
  })

  test('becomes a whole message with nothing missing', () => {
    const { value } = encodeWhole(client, collect(decodeText(sse(...healthy))))
    expect(value).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'cmVk' },
        { type: 'text', text: 'Hello', citations: [{ encrypted_index: 'x' }] },
        { type: 'web_search_tool_result', content: [{ a: 1 }] },
        { type: 'compaction', content: 'short' },
        { type: 'tool_use', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      container: { id: 'c' },
      context_management: { applied_edits: [] },
      usage: { input_tokens: 10, output_tokens: 50 },
    })
  })

  test('cut anywhere is broken and stays broken', () => {
    for (let length = 0; length < healthy.length; length++) {
      const events = decodeText(sse(...healthy.slice(0, length)))
      expect(checkGrammar(events)).toEqual([])
      expect(events.at(-1)?.type).toBe('error')
      const text = encode(events).value
      expect(text).not.toContain('event: message_stop')
      expect(text).toContain('event: error')
      expect(decodeText(text).at(-1)?.type).toBe('error')
    }
  })

  const broken: readonly (readonly [string, string])[] = [
    ['malformed JSON', 'event: content_block_delta\ndata: {"type":"content_bl\n\n'],
    ['an error event', sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })],
    ['an error without a type', 'event: error\ndata: {"error":{"message":"no"}}\n\n'],
    ['a second beginning', sse({ type: 'message_start', message })],
    ['an array', 'data: [1]\n\n'],
  ]
  test.each(broken)('with %s anywhere is broken', (_name, frame) => {
    for (let length = 1; length < healthy.length; length++) {
      const events = decodeText(sse(...healthy.slice(0, length)) + frame + sse(...healthy.slice(length)))
      expect(checkGrammar(events)).toEqual([])
      expect(events.at(-1)?.type).toBe('error')
    }
  })

  test('an overloaded provider is told apart from a broken one', () => {
    const events = decodeText(sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }))
    expect(events).toMatchObject([{ type: 'error', failure: { kind: 'overloaded', retry: 'other-target' } }])
    expect(encode(events).value).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":null}\n\n',
    )
  })

  test('any order of its events follows the grammar', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...healthy), { maxLength: 30 }), (events) => {
        expect(checkGrammar(decodeText(sse(...events)))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('may hold a whole message in its first event', () => {
    const full = {
      ...message,
      content: [{ type: 'tool_use', id: 't', name: 'n', input: { a: 1 } }],
      stop_reason: 'tool_use',
    }
    const events = decodeText(sse({ type: 'message_start', message: full }, { type: 'message_stop' }))
    expect(collect(events).choices).toMatchObject([
      { parts: [{ kind: 'tool-call', args: '{"a":1}' }], finish: { reason: 'tool-calls' } },
    ])
  })

  test('tells the kinds of ending apart', () => {
    const reasonOf = (stop: string): unknown => {
      const delta = {
        type: 'message_delta',
        delta: { stop_reason: stop, stop_sequence: stop === 'stop_sequence' ? 'END' : null },
        usage: {},
      }
      return collect(decodeText(sse({ type: 'message_start', message }, delta, { type: 'message_stop' }))).choices[0]
        ?.finish
    }
    expect(reasonOf('end_turn')).toMatchObject({ reason: 'stop', raw: 'end_turn' })
    expect(reasonOf('stop_sequence')).toMatchObject({ reason: 'stop-sequence', stopSequence: 'END' })
    expect(reasonOf('max_tokens')).toMatchObject({ reason: 'length' })
    expect(reasonOf('model_context_window_exceeded')).toMatchObject({ reason: 'length' })
    expect(reasonOf('pause_turn')).toMatchObject({ reason: 'paused' })
    expect(reasonOf('refusal')).toMatchObject({ reason: 'refusal' })
    expect(reasonOf('something_new')).toMatchObject({ reason: 'other', raw: 'something_new' })
  })
})

describe('an answer of another dialect', () => {
  const start: StreamEvent = { type: 'start', id: 'a', model: 'm' }
  const at = (part: number) => ({ choice: 0, part })
  const stop: readonly StreamEvent[] = [{ type: 'finish', choice: 0, reason: 'stop', raw: 'STOP' }, { type: 'end' }]

  test('of any kind is a stream and a whole message that say the same', () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (events) => {
        const whole = encodeWhole(client, collect(events)).value
        expect(plainFold(decodeText(encode(events).value))).toEqual(plainFold(decodeWhole(provider, whole, options)))
      }),
      { numRuns: 150 },
    )
  })

  test('writes interleaved parts one after another', () => {
    const { value } = encode([
      start,
      { type: 'part-start', ...at(0), head: { kind: 'tool-call', id: 'a', name: 'x', executor: 'client' } },
      { type: 'part-start', ...at(1), head: { kind: 'tool-call', id: 'b', name: 'y', executor: 'client' } },
      { type: 'args-delta', ...at(1), json: '{"b":' },
      { type: 'args-delta', ...at(0), json: '{"a":1}' },
      { type: 'args-delta', ...at(1), json: '2}' },
      { type: 'part-end', ...at(1) },
      { type: 'part-end', ...at(0) },
      ...stop,
    ])
    const kinds = readFramesOfText(value, 'sse')
      .map(({ data }) => JSON.parse(data))
      .map((event) => [event.type, event.index])
    expect(kinds).toEqual([
      ['message_start', undefined],
      ['content_block_start', 0],
      ['content_block_delta', 0],
      ['content_block_stop', 0],
      ['content_block_start', 1],
      ['content_block_delta', 1],
      ['content_block_delta', 1],
      ['content_block_stop', 1],
      ['message_delta', undefined],
      ['message_stop', undefined],
    ])
    expect(value).toContain('"stop_reason":"tool_use"')
  })

  test('carries its seals home, wherever they sit', () => {
    const seal = { dialect: 'gemini', provider: 'g', data: 'Zw==' } as const
    const events: StreamEvent[] = [
      start,
      { type: 'part-start', ...at(0), head: { kind: 'reasoning', form: 'summary' } },
      { type: 'reasoning-delta', ...at(0), text: 'hm' },
      { type: 'seal-delta', ...at(0), seal: { ...seal, data: 'Z' } },
      { type: 'seal-delta', ...at(0), seal: { ...seal, data: 'w==' } },
      { type: 'part-end', ...at(0) },
      { type: 'part-start', ...at(1), head: { kind: 'text' } },
      { type: 'text-delta', ...at(1), text: 'signed' },
      { type: 'seal-delta', ...at(1), seal },
      { type: 'part-end', ...at(1) },
      { type: 'part-start', ...at(2), head: { kind: 'tool-call', id: 'c', name: 'n', executor: 'client', seal } },
      { type: 'part-end', ...at(2) },
      ...stop,
    ]
    const { value } = encodeWhole(client, collect(events))
    const blocks = (asArray(value['content']) ?? []).map((block) => asObject(block) ?? {})
    expect(blocks.map(({ type }) => type)).toEqual(['thinking', 'text', 'redacted_thinking', 'tool_use'])
    expect(unwrapSeal(String(blocks[0]?.['signature']))).toEqual(seal)
    expect(unwrapSeal(String(blocks[2]?.['data']))).toEqual(seal)
    const request = client.decodeRequest(
      { body: { model: 'm', max_tokens: 9, messages: [{ role: 'assistant', content: blocks }] } },
      createTestContext(),
    )
    const parts = request.ok ? request.value.messages[0]?.parts : []
    expect(parts).toMatchObject([
      { seal },
      { text: 'signed' },
      { kind: 'reasoning', form: 'redacted', seal },
      { id: 'c', seal },
    ])
    expect(collect(decodeText(encode(events).value)).choices[0]?.parts.length).toBe(4)
  })

  test('reports what a message has no place for', () => {
    const { value, losses } = encode([
      start,
      { type: 'part-start', ...at(0), head: { kind: 'media', mediaType: 'audio/wav' } },
      { type: 'media-delta', ...at(0), base64: 'UklG', transcript: 'Hel' },
      { type: 'media-delta', ...at(0), transcript: 'lo' },
      { type: 'part-end', ...at(0) },
      { type: 'part-start', ...at(1), head: { kind: 'opaque', dialect: 'gemini', value: {} } },
      { type: 'part-end', ...at(1) },
      { type: 'part-start', ...at(2), head: { kind: 'text' } },
      { type: 'logprobs', ...at(2), tokens: [{ token: 'a', logprob: 0 }] },
      { type: 'part-end', ...at(2) },
      { type: 'opaque', dialect: 'openai-chat', value: {} },
      { type: 'part-start', choice: 1, part: 0, head: { kind: 'text' } },
      { type: 'part-end', choice: 1, part: 0 },
      { type: 'finish', choice: 1, reason: 'stop', raw: null },
      ...stop,
    ])
    expect(losses.map(({ path }) => path)).toEqual(['parts[0]', 'parts[1]', 'parts[2].logprobs', 'stream', 'choices'])
    expect(collect(decodeText(value)).choices[0]?.parts).toMatchObject([
      { kind: 'text', text: 'Hello' },
      { kind: 'text', text: '' },
    ])
  })

  test('a refusal is a text and a stop reason', () => {
    const { value } = encodeWhole(
      client,
      collect([
        start,
        { type: 'part-start', ...at(0), head: { kind: 'refusal' } },
        { type: 'text-delta', ...at(0), text: 'No.' },
        { type: 'part-end', ...at(0) },
        ...stop,
      ]),
    )
    expect(value).toMatchObject({ content: [{ type: 'text', text: 'No.' }], stop_reason: 'refusal' })
  })
})

describe('the meter', () => {
  test('learns what the decoder learns', () => {
    const meter = provider.createMeter(options)
    const frames = readFramesOfText(sse(...healthy), 'sse')
    for (const frame of frames) meter.frame(frame)
    expect(meter.usage).toEqual(collect(decode(frames)).usage!)
    expect([meter.finish, meter.isComplete, meter.failure]).toEqual(['tool_use', true, undefined])
  })

  test('sees a break', () => {
    const meter = provider.createMeter(options)
    for (const frame of readFramesOfText(
      sse(...healthy.slice(0, 5), { type: 'error', error: { type: 'api_error', message: 'm' } }),
      'sse',
    ))
      meter.frame(frame)
    expect([meter.isComplete, meter.failure?.kind]).toEqual([false, 'upstream-unavailable'])
  })
})

describe('a whole answer that is none', () => {
  test.each<[string, JsonObject, string]>([
    ['an error inside a 200', { type: 'error', error: { type: 'rate_limit_error', message: 'slow' } }, 'rate-limited'],
    ['an error as text', { error: 'no' }, 'upstream-unavailable'],
    ['something else', { choices: [] }, 'upstream-protocol'],
  ])('%s', (_name, body, kind) => {
    expect(decodeWhole(provider, body, options)).toMatchObject([{ type: 'error', failure: { kind } }])
  })
})

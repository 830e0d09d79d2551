import { describe, expect, test } from 'bun:test'
import { createTestContext, decodeFrames, decodeWhole, testOptions } from '@sluice/testkit/run-codecs.ts'
import fc from 'fast-check'
import type { Frame } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import { collect } from '../../ir/response.ts'
import { provider } from './index.ts'

const start = { type: 'message-start', id: 'a1', delta: { message: { role: 'assistant', content: [] } } }
const usage = { billed_units: { input_tokens: 9, output_tokens: 4 }, tokens: { input_tokens: 509, output_tokens: 90 } }
const end = { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } }

function frame(value: JsonObject): Frame {
  return { data: JSON.stringify(value) }
}

function event(type: string, index: number, message: JsonObject, more: JsonObject = {}): JsonObject {
  return { type, index, delta: { message }, ...more }
}

function read(...events: readonly JsonObject[]): readonly StreamEvent[] {
  const read = decodeFrames(provider, events.map(frame))
  expect(checkGrammar(read)).toEqual([])
  return read
}

function failureOf(events: readonly StreamEvent[]): unknown {
  const last = events.at(-1)
  return last?.type === 'error' ? last.failure : last
}

const source = { type: 'document', id: 'doc:2', document: { id: 'doc:2', title: 'facts.txt', text: 'Long ago.' } }
const toolSource = { type: 'tool', id: 'look_1:0', tool_output: { content: 'x' } }
const pageSource = { type: 'tool', id: 'look_1:1', tool_output: { url: 'https://x.example/', title: 'X' } }
const citation = { start: 0, end: 2, text: 'Hi', type: 'TEXT_CONTENT', content_index: 0 }

describe('a streamed answer', () => {
  test('tells a citation for each of its sources, also after the block has ended', () => {
    const answer = collect(
      read(
        start,
        event('content-start', 0, { content: { type: 'text', text: '' } }),
        event('content-delta', 0, { content: { text: 'Hi' } }),
        { type: 'content-end', index: 0 },
        event('citation-start', 0, { citations: { ...citation, sources: [source, toolSource, pageSource] } }),
        { type: 'citation-end', index: 0 },
        end,
      ),
    )
    expect(answer.choices[0]?.parts).toMatchObject([
      {
        kind: 'text',
        text: 'Hi',
        citations: [
          { source: { kind: 'document', index: 2, title: 'facts.txt' }, span: [0, 2] },
          { source: { kind: 'other' }, span: [0, 2], ext: { cohere: { text: 'Hi', source: toolSource } } },
          { source: { kind: 'url', url: 'https://x.example/', title: 'X' }, span: [0, 2] },
        ],
      },
    ])
    expect(answer.usage).toMatchObject({ input: 9, output: 4, native: { dialect: 'cohere', value: usage } })
  })

  test('keeps what it has no word for: citations of thinking, unknown events, blocks and probabilities of thoughts', () => {
    const events = read(
      start,
      event('content-start', 0, { content: { type: 'thinking', thinking: 'H' } }),
      event('content-delta', 0, { content: { thinking: 'm' } }, { logprobs: { text: 'm', logprobs: [-1] } }),
      event('citation-start', 0, { citations: { ...citation, type: 'THINKING_CONTENT', sources: [source] } }),
      event('content-start', 1, { content: { type: 'hologram', beam: 1 } }),
      { type: 'debug', prompt: 'p' },
      { ...end, delta: { ...end.delta, weather: 'fine' } },
    )
    const answer = collect(events)
    expect(answer.choices[0]?.parts).toMatchObject([
      { kind: 'reasoning', form: 'full', text: 'Hm' },
      { kind: 'opaque', dialect: 'cohere', value: { type: 'hologram', beam: 1 } },
    ])
    expect(answer.choices[0]?.finish.ext).toEqual({ cohere: { weather: 'fine' } })
    expect(answer.opaque.map(({ value }) => value['type'])).toEqual(['citation-start', 'debug'])
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'opaque-delta', value: { logprobs: { text: 'm', logprobs: [-1] } } }),
    )
  })

  test('a plan is text before the calls; a call without an id gets one', () => {
    const answer = collect(
      read(
        start,
        { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will look.' } } },
        event('tool-call-start', 0, { tool_calls: { function: { name: 'look', arguments: '' } } }),
        event('tool-call-delta', 0, { tool_calls: { function: { arguments: '{"at":' } } }),
        event('tool-call-start', 1, { tool_calls: { id: 'b', function: { name: 'listen', arguments: '{}' } } }),
        event('tool-call-delta', 0, { tool_calls: { function: { arguments: '1}' } } }),
        { type: 'tool-call-end', index: 1 },
        { type: 'tool-call-end', index: 0 },
        { type: 'message-end', delta: { finish_reason: 'TOOL_CALL' } },
      ),
    )
    expect(answer.choices[0]).toMatchObject({
      parts: [
        { kind: 'text', text: 'I will look.' },
        { kind: 'tool-call', id: 'call_test1', name: 'look', args: '{"at":1}' },
        { kind: 'tool-call', id: 'b', name: 'listen', args: '{}' },
      ],
      finish: { reason: 'tool-calls', raw: 'TOOL_CALL' },
    })
  })

  test('that broke is a failure, whatever it says of it', () => {
    const broken = { type: 'message-end', delta: { finish_reason: 'ERROR', usage: {}, error: 'No valid response' } }
    expect(failureOf(read(start, broken))).toMatchObject({ kind: 'upstream-unavailable', message: 'No valid response' })
    const late = { type: 'message-end', delta: { finish_reason: 'TIMEOUT' } }
    expect(failureOf(read(start, late))).toMatchObject({ kind: 'upstream-timeout', retry: 'other-target' })
    const said = { id: 'e1', message: 'too many tokens: size limit exceeded by 9 tokens.' }
    expect(failureOf(read(start, said))).toMatchObject({ kind: 'context-overflow', upstream: { requestId: 'e1' } })
    expect(failureOf(read(start))).toMatchObject({ kind: 'upstream-protocol' })
    expect(failureOf(read(end))).toMatchObject({ kind: 'upstream-protocol' })
    expect(failureOf(read(start, start))).toMatchObject({ kind: 'upstream-protocol' })
  })

  test('says nothing more after its end', () => {
    const events = read(start, end, { type: 'debug' }, { message: 'late error' })
    expect(events.map(({ type }) => type)).toEqual(['start', 'finish', 'usage', 'end'])
  })
})

describe('a whole answer', () => {
  test('is read in the order a stream tells it', () => {
    const answer = collect(
      decodeWhole(provider, {
        id: 'a1',
        message: {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm' },
            { type: 'text', text: 'Hi' },
          ],
          tool_plan: 'I will look.',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }],
          citations: [{ ...citation, content_index: 1, sources: [source] }],
        },
        finish_reason: 'TOOL_CALL',
        logprobs: [
          { text: 'Hm', logprobs: [-1] },
          { text: 'Hi', logprobs: [-0.5, -0.25] },
        ],
        usage,
      }),
    )
    expect(answer.choices[0]?.parts).toMatchObject([
      { kind: 'reasoning', text: 'Hm' },
      { kind: 'text', text: 'I will look.' },
      {
        kind: 'text',
        text: 'Hi',
        logprobs: [{ token: 'Hi', logprob: -0.75 }],
        citations: [{ source: { kind: 'document', index: 2 } }],
      },
      { kind: 'tool-call', id: 'c', args: '{}' },
    ])
  })

  test.each([
    ['COMPLETE', 'stop'],
    ['STOP_SEQUENCE', 'stop-sequence'],
    ['MAX_TOKENS', 'length'],
    ['TOOL_CALL', 'tool-calls'],
    ['ERROR_TOXIC', 'content-filter'],
    ['NEW_WORD', 'other'],
  ] as const)('%s is %s', (raw, reason) => {
    const answer = collect(decodeWhole(provider, { message: { content: 'Hi' }, finish_reason: raw }))
    expect(answer.choices[0]).toMatchObject({ parts: [{ text: 'Hi' }], finish: { reason, raw } })
  })

  test('without a bill its tokens are its usage', () => {
    const tokens = { tokens: { input_tokens: 50, output_tokens: 9, reasoning_tokens: 3 }, cached_tokens: 40 }
    const { usage: read } = collect(decodeWhole(provider, { message: {}, finish_reason: 'COMPLETE', usage: tokens }))
    expect(read).toMatchObject({ input: 50, cacheRead: 40, output: 9, reasoning: 3 })
  })
})

describe('the older API', () => {
  const document = { id: 'web_1', title: 'X', url: 'https://x.example/', snippet: 's' }
  const cited = { start: 0, end: 2, text: 'Hi', document_ids: ['web_1', 'doc:3'] }
  const call = { name: 'look', parameters: { at: 'sky' } }
  const meta = { billed_units: { input_tokens: 9, output_tokens: 4 }, tokens: { input_tokens: 509, output_tokens: 9 } }
  const parts = [
    {
      kind: 'text',
      text: 'Hi',
      citations: [
        { source: { kind: 'url', url: 'https://x.example/', title: 'X' }, span: [0, 2] },
        { source: { kind: 'document', index: 3 }, span: [0, 2] },
      ],
    },
    { kind: 'tool-call', id: 'call_test1', name: 'look', args: '{"at":"sky"}' },
  ]

  test('a whole answer', () => {
    const body = { generation_id: 'g', text: 'Hi', citations: [cited], documents: [document], tool_calls: [call], meta }
    const answer = collect(decodeWhole(provider, { ...body, finish_reason: 'COMPLETE', search_queries: [] }))
    expect(answer).toMatchObject({
      id: 'g',
      choices: [{ parts, finish: { reason: 'tool-calls', raw: 'COMPLETE' } }],
      usage: { input: 9, output: 4 },
      ext: { cohere: { documents: [document], search_queries: [] } },
    })
  })

  test('a stream of it', () => {
    const answer = collect(
      read(
        { event_type: 'stream-start', generation_id: 'g' },
        { event_type: 'search-results', documents: [document] },
        { event_type: 'text-generation', text: 'H' },
        { event_type: 'text-generation', text: 'i' },
        { event_type: 'citation-generation', citations: [cited] },
        { event_type: 'tool-calls-generation', tool_calls: [call] },
        { event_type: 'stream-end', finish_reason: 'MAX_TOKENS', response: { text: 'Hi', meta } },
      ),
    )
    expect(answer).toMatchObject({ id: 'g', choices: [{ parts, finish: { reason: 'length' } }], usage: { input: 9 } })
    expect(answer.opaque.map(({ value }) => value['type'])).toEqual(['search-results'])
  })

  test('a plan is told once, whether it comes in pieces or whole', () => {
    const piece = (text: string): JsonObject => ({ event_type: 'tool-calls-chunk', text, tool_call_delta: {} })
    const whole = { event_type: 'tool-calls-generation', text: 'I will look.', tool_calls: [call] }
    const begin = { event_type: 'stream-start', generation_id: 'g' }
    const finish = { event_type: 'stream-end', finish_reason: 'COMPLETE', response: {} }
    for (const pieces of [[], [piece('I will '), piece('look.')]]) {
      const answer = collect(read(begin, ...pieces, whole, finish))
      expect(answer.choices[0]?.parts).toMatchObject([{ kind: 'text', text: 'I will look.' }, parts[1] ?? {}])
    }
  })

  test('a stream that begins with its first word', () => {
    const events = read(
      { event_type: 'text-generation', text: 'Hi' },
      { event_type: 'stream-end', finish_reason: 'COMPLETE', response: { meta } },
    )
    expect(events[0]).toMatchObject({ type: 'start', id: 'chat-test1' })
    expect(events.at(-1)).toEqual({ type: 'end' })
  })

  test('that broke, or was cut, is a failure', () => {
    const begin = { event_type: 'stream-start', generation_id: 'g' }
    const broken = { event_type: 'stream-end', finish_reason: 'ERROR', error: 'it broke', response: {} }
    expect(failureOf(read(begin, broken))).toMatchObject({ message: 'it broke' })
    expect(failureOf(read(begin, { event_type: 'text-generation', text: 'Hi' }))).toMatchObject({
      kind: 'upstream-protocol',
    })
  })
})

test('anything at all follows the grammar and ends', () => {
  const message = { content: { type: 'text', text: 'a', thinking: 'b' }, tool_plan: 'c', citations: citation }
  const delta = {
    ...end.delta,
    message: { ...message, tool_calls: { id: 'x', function: { name: 'n', arguments: '{' } } },
  }
  const types = ['message-start', 'content-start', 'content-delta', 'content-end', 'tool-plan-delta', 'tool-call-start']
  const others = ['tool-call-delta', 'tool-call-end', 'citation-start', 'citation-end', 'debug', '', 'message-end']
  const older = ['stream-start', 'text-generation', 'citation-generation', 'tool-calls-generation', 'stream-end']
  const known = fc
    .record({ type: fc.constantFrom(...types, ...others), index: fc.nat(2) })
    .map(({ type, index }): JsonObject => ({ type, index, delta, logprobs: { text: 'a', logprobs: [-1] } }))
  const aged = fc
    .constantFrom(...older)
    .map((event_type): JsonObject => ({ event_type, text: 'a', citations: [citation], tool_calls: [{ name: 'n' }] }))
  const frames = fc.array(fc.oneof({ weight: 4, arbitrary: known }, aged, fc.jsonValue()), { maxLength: 20 })
  fc.assert(
    fc.property(frames, (values) => {
      const data = [frame(start), ...values.map((value) => ({ data: JSON.stringify(value) }))]
      expect(checkGrammar(decodeFrames(provider, data))).toEqual([])
      for (const value of values) {
        const body = asObject(value)
        if (body) expect(checkGrammar(decodeWhole(provider, body))).toEqual([])
      }
    }),
  )
})

test('a meter reads the end, the bill and the failure', () => {
  const meter = provider.createMeter({
    ...testOptions(provider),
    quirks: provider.defaultQuirks,
    context: createTestContext(),
  })
  meter.frame(frame(start))
  expect(meter).toMatchObject({ isComplete: false, usage: undefined, finish: null })
  meter.frame(frame(end))
  expect(meter).toMatchObject({ isComplete: true, usage: { input: 9, output: 4 }, finish: 'COMPLETE' })
  meter.frame(frame({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'x' } }))
  expect(meter).toMatchObject({ isComplete: false, failure: { message: 'x' } })
})

describe('failures', () => {
  test.each([
    [400, '{"id":"e","message":"invalid request: no"}', 'invalid-request', 'never'],
    [400, '{"error_type":"TOO_MANY_TOKENS","message":"too many tokens: size limit"}', 'context-overflow', 'never'],
    [401, '{"message":"Incorrect API key provided"}', 'unauthenticated', 'other-target'],
    [402, '', 'budget-exceeded', 'other-target'],
    [404, '{"message":"model not found"}', 'not-found', 'other-target'],
    [422, '{"message":"No valid response generated"}', 'invalid-request', 'never'],
    [429, '{"message":"You are using a Trial key, limited to 20 calls"}', 'rate-limited', 'other-target'],
    [400, '{"message":"blocked output: please adjust your prompt"}', 'content-blocked', 'never'],
    [498, '{"message":"invalid token"}', 'unauthenticated', 'other-target'],
    [500, '<html><title>Bad</title></html>', 'upstream-unavailable', 'other-target'],
    [503, 'busy', 'overloaded', 'other-target'],
    [504, '[]', 'upstream-timeout', 'other-target'],
  ] as const)('%p %s is %s', (status, body, kind, retry) => {
    const failure = provider.decodeFailure({ status, headers: { 'x-debug-trace-id': 't1' }, body }, 'mine')
    expect(failure).toMatchObject({ kind, retry, status, upstream: { provider: 'mine', body, requestId: 't1' } })
    expect(failure.message).not.toBe('')
  })
})

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { CodecContext, Frame } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { collect } from '../../ir/response.ts'
import { client, type OpenAiChatQuirks, provider } from './index.ts'

function context(): CodecContext {
  let count = 0
  return { provider: 'p', createdAt: 1, newId: (prefix) => `${prefix}${count++}` }
}

function decode(
  frames: readonly (JsonObject | string | Frame)[],
  quirks: Partial<OpenAiChatQuirks> = {},
): StreamEvent[] {
  const events: StreamEvent[] = []
  const decoder = provider.createDecoder({ quirks: { ...provider.defaultQuirks, ...quirks }, context: context() })
  for (const frame of frames.map(toFrame)) decoder.frame(frame, (event) => events.push(event))
  decoder.end((event) => events.push(event))
  return events
}

function toFrame(frame: JsonObject | string | Frame): Frame {
  if (typeof frame === 'string') return { data: frame }
  return 'data' in frame && typeof frame['data'] === 'string' ? (frame as Frame) : { data: JSON.stringify(frame) }
}

function chunk(delta: JsonObject, more: JsonObject = {}): JsonObject {
  return { id: 'c1', model: 'm', created: 7, choices: [{ index: 0, delta, finish_reason: null, ...more }] }
}

const finished = chunk({}, { finish_reason: 'stop' })
const done = '[DONE]'

/** The parts of choice 0 after a healthy end. */
function parts(deltas: readonly JsonObject[], more: JsonObject = finished): unknown {
  const response = collect(decode([...deltas.map((delta) => chunk(delta)), more, done]))
  expect(response.failure).toBeUndefined()
  return response.choices[0]?.parts
}

function call(id: string, name: string, args: string): JsonObject {
  return { kind: 'tool-call', id, name, args, executor: 'client' }
}

describe('tool calls', () => {
  const f = (name: string, args: Json): JsonObject => ({ name, arguments: args })
  const cases: readonly (readonly [string, readonly JsonObject[], readonly JsonObject[]])[] = [
    [
      'split over deltas, the id empty on later ones',
      [
        { tool_calls: [{ index: 0, id: 'a', type: 'function', function: f('one', '') }] },
        { tool_calls: [{ index: 0, id: '', function: f('', '{"x"') }] },
        { tool_calls: [{ index: 0, id: '', function: { arguments: ':1}' } }] },
      ],
      [call('a', 'one', '{"x":1}')],
    ],
    [
      'id and name repeated on every delta',
      [
        { tool_calls: [{ index: 0, id: 'a', function: f('one', '{') }] },
        { tool_calls: [{ index: 0, id: 'a', function: f('one', '}') }] },
      ],
      [call('a', 'one', '{}')],
    ],
    [
      'without index, whole, in deltas of their own',
      [
        { tool_calls: [{ id: 'a', function: f('one', '{}') }] },
        { tool_calls: [{ id: 'b', function: f('two', '{}') }] },
      ],
      [call('a', 'one', '{}'), call('b', 'two', '{}')],
    ],
    [
      'index 0 for every call',
      [
        { tool_calls: [{ index: 0, id: 'a', function: f('one', '{}') }] },
        { tool_calls: [{ index: 0, id: 'b', function: f('two', '{}') }] },
      ],
      [call('a', 'one', '{}'), call('b', 'two', '{}')],
    ],
    [
      'without any id, and arguments as an object or null',
      [
        {
          tool_calls: [
            { index: 0, function: f('one', { x: 1 }) },
            { index: 1, function: f('two', null) },
          ],
        },
      ],
      [call('call_0', 'one', '{"x":1}'), call('call_1', 'two', '')],
    ],
    [
      'interleaved',
      [
        {
          tool_calls: [
            { index: 0, id: 'a', function: f('one', '[') },
            { index: 1, id: 'b', function: f('two', '{') },
          ],
        },
        {
          tool_calls: [
            { index: 0, function: f('', ']') },
            { index: 1, function: f('', '}') },
          ],
        },
      ],
      [call('a', 'one', '[]'), call('b', 'two', '{}')],
    ],
    [
      'empty or null lists',
      [
        { content: 'x', tool_calls: [] },
        { content: 'y', tool_calls: null },
      ],
      [{ kind: 'text', text: 'xy' }],
    ],
    [
      'free-form',
      [
        { tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'sh', input: '' } }] },
        { tool_calls: [{ index: 0, custom: { input: 'ls' } }] },
      ],
      [{ ...call('a', 'sh', 'ls'), form: 'text' }],
    ],
  ]
  for (const [name, deltas, wanted] of cases) test(name, () => expect(parts(deltas)).toEqual(wanted))

  test('end a plain stop for other dialects', () => {
    const events = decode([
      chunk({ tool_calls: [{ id: 'a', function: { name: 'n', arguments: '' } }] }),
      finished,
      done,
    ])
    expect(events.find((event) => event.type === 'finish')).toMatchObject({ reason: 'tool-calls', raw: 'stop' })
  })
})

describe('text, thinking and the rest', () => {
  test('content as a list of chunks', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }
    const reference = { type: 'reference', reference_ids: [1] }
    expect(
      parts([{ content: [thinking] }, { content: [{ type: 'text', text: 'a' }, reference] }, { content: 'b' }]),
    ).toEqual([
      { kind: 'reasoning', form: 'full', text: 'hm', ext: { 'openai-chat': { $field: 'thinking' } } },
      { kind: 'text', text: 'a' },
      { kind: 'opaque', dialect: 'openai-chat', value: reference },
      { kind: 'text', text: 'b' },
    ])
  })

  test('details are told once although their text stands in a field as well', () => {
    const head = { type: 'reasoning.text', format: 'f', index: 0 }
    const read = parts([
      { reasoning: 'a', reasoning_details: [{ ...head, text: 'a' }] },
      { reasoning: 'b', reasoning_details: [{ ...head, text: 'b' }] },
      { reasoning: null, reasoning_details: [{ ...head, signature: 's' }] },
      { content: 'x' },
    ])
    expect(read).toMatchObject([
      {
        kind: 'reasoning',
        text: 'ab',
        seal: {
          provider: 'p',
          data: JSON.stringify({ format: 'f', index: 0, signature: 's', type: 'reasoning.text' }),
        },
      },
      { kind: 'text', text: 'x' },
    ])
  })

  test('sound in pieces that were encoded apart is one valid sound', () => {
    const [first, second] = [btoa('ab'), btoa('cdef')]
    const read = parts([
      { audio: { id: 'a1', transcript: 'hel' } },
      { audio: { data: first } },
      { audio: { data: second, transcript: 'lo' } },
      { audio: { expires_at: 9 } },
    ])
    expect(read).toEqual([
      {
        kind: 'media',
        mediaType: 'audio/*',
        source: { from: 'base64', data: btoa('abcdef') },
        transcript: 'hello',
        ext: { 'openai-chat': { id: 'a1', expires_at: 9 } },
      },
    ])
  })

  test('citations count from their own part', () => {
    const cite = { type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 3, end_index: 5 } }
    const calls = { tool_calls: [{ index: 0, id: 'a', function: { name: 'n', arguments: '' } }] }
    expect(parts([{ content: 'abc' }, calls, { content: 'de', annotations: [cite] }])).toMatchObject([
      { text: 'abc' },
      { id: 'a' },
      { text: 'de', citations: [{ source: { kind: 'url', url: 'u', title: 't' }, span: [0, 2] }] },
    ])
  })

  test('usage stands in several places, and the last one counts', () => {
    const usage = (n: number): JsonObject => ({ prompt_tokens: n, completion_tokens: 1 })
    const start = { ...chunk({ content: 'x' }), usage: usage(1) }
    const nested = { ...finished, x_groq: { id: 'r', usage: usage(2) } }
    expect(collect(decode([start, nested, done])).usage?.input).toBe(2)
    expect(collect(decode([start, nested, { choices: [], usage: usage(3) }, done])).usage?.input).toBe(3)
  })

  test('the answer starts with the first chunk that says who it is', () => {
    const filters = { id: '', model: '', choices: [], prompt_filter_results: [1] }
    const [start] = decode([filters, chunk({ content: 'x' }), finished, done])
    expect(start).toMatchObject({
      type: 'start',
      id: 'c1',
      model: 'm',
      ext: { 'openai-chat': { prompt_filter_results: [1] } },
    })
  })
})

describe('finish words', () => {
  const words = [
    ['stop', 'stop'],
    ['eos', 'stop'],
    ['', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['no_such_word', 'other'],
  ] as const
  for (const [raw, reason] of words) {
    test(`'${raw}' is ${reason}`, () => {
      const events = decode([chunk({ content: 'x' }), chunk({}, { finish_reason: raw }), done])
      expect(events.find((event) => event.type === 'finish')).toMatchObject({ reason, raw })
    })
  }

  test('a refusal that stops is a refusal; a matched stop word is told', () => {
    const refused = decode([chunk({ refusal: 'no' }), finished, done])
    expect(refused.find((event) => event.type === 'finish')).toMatchObject({ reason: 'refusal' })
    const matched = decode([chunk({ content: 'x' }), chunk({}, { finish_reason: 'stop', stop_reason: 'END' }), done])
    expect(matched.find((event) => event.type === 'finish')).toMatchObject({
      reason: 'stop-sequence',
      stopSequence: 'END',
    })
  })
})

describe('a broken stream is an error and nothing else', () => {
  const text = chunk({ content: 'x' })
  const cases: readonly (readonly [string, readonly (JsonObject | string | Frame)[], string])[] = [
    ['no [DONE]', [text, finished], 'upstream-protocol'],
    ['no choices', [{ id: 'c', model: 'm', choices: [] }, done], 'upstream-protocol'],
    ['nothing at all', [], 'upstream-protocol'],
    ['half a frame', [text, '{"choices":[{"del'], 'upstream-protocol'],
    ['an error object', [text, { error: { message: 'm', type: 'server_error' } }, done], 'upstream-unavailable'],
    ['an error string', [text, { error: 'out of memory' }, done], 'upstream-unavailable'],
    ['an error event', [text, { event: 'error', data: '{"message":"m"}' }, done], 'upstream-unavailable'],
    ['an error event of plain words', [text, { event: 'error', data: 'gone' }, done], 'upstream-protocol'],
    ['an error beside choices', [{ ...text, error: { code: 429, message: 'm' } }, done], 'rate-limited'],
    ['an error in the choice', [chunk({}, { error: { code: 502, message: 'm' } }), done], 'upstream-unavailable'],
    ['a finish reason of error', [text, chunk({}, { finish_reason: 'error' }), done], 'upstream-unavailable'],
    ['an interrupted answer', [text, chunk({}, { finish_reason: 'insufficient_system_resource' }), done], 'overloaded'],
    ['a detail', [text, { detail: 'm' }, done], 'upstream-unavailable'],
    ['a flat error', [text, { object: 'error', message: 'm', code: 400 }, done], 'invalid-request'],
    ['an error by type alone', [text, { error: { message: 'm', type: 'invalid_request_error' } }], 'invalid-request'],
  ]
  for (const [name, frames, kind] of cases) {
    test(name, () => {
      const events = decode(frames)
      expect(checkGrammar(events)).toEqual([])
      expect(events.at(-1)).toMatchObject({ type: 'error', failure: { kind } })
      expect(events.some((event) => event.type === 'finish' || event.type === 'end')).toBe(false)
    })
  }

  test('unless the host is known to leave [DONE] out', () => {
    expect(decode([text, finished], { doneMarker: 'optional' }).at(-1)).toEqual({ type: 'end' })
    expect(decode([text], { doneMarker: 'optional' }).at(-1)).toMatchObject({ type: 'error' })
  })

  test('and what follows the end is ignored', () => {
    const events = decode([text, finished, done, { error: 'late' }, text])
    expect(events.at(-1)).toEqual({ type: 'end' })
  })
})

const fixture: readonly (JsonObject | string)[] = [
  { id: '', model: '', choices: [], prompt_filter_results: [] },
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'hm' }),
  chunk({ content: 'Hello' }, { logprobs: { content: [{ token: 'Hello', logprob: -1, bytes: null }] } }),
  chunk({ content: ' you', annotations: [{ type: 'url_citation', url_citation: { url: 'u' } }] }),
  chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'n', arguments: '' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }),
  chunk({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }),
  chunk({ audio: { id: 'x', data: 'AAAA' } }),
  chunk({ unheard_of: 1 }),
  { id: 'c1', model: 'm', choices: [{ index: 1, delta: { content: 'two' }, finish_reason: 'stop' }] },
  chunk({}, { finish_reason: 'tool_calls' }),
  { id: 'c1', model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
  '[DONE]',
]

describe('every cut', () => {
  test('keeps the grammar, and no cut ends well', () => {
    for (let cut = 0; cut <= fixture.length; cut++) {
      const events = decode(fixture.slice(0, cut))
      expect(checkGrammar(events)).toEqual([])
      expect(events.at(-1)?.type).toBe(cut === fixture.length ? 'end' : 'error')
    }
  })

  test('and what is written of it ends alike', () => {
    const request = client.decodeRequest(
      { body: { model: 'm', messages: [{ role: 'user', content: 'x' }] } },
      context(),
    )
    if (!request.ok) throw new Error(request.failure.message)
    for (let cut = 0; cut <= fixture.length; cut++) {
      const options = { request: request.value, context: context(), framing: 'sse' } as const
      const encoder = client.createEncoder(options, () => undefined)
      const text = decode(fixture.slice(0, cut))
        .map((event) => encoder.event(event))
        .join('')
      expect(text.includes('data: [DONE]')).toBe(cut === fixture.length)
      expect(text.includes('"error"')).toBe(cut < fixture.length)
      expect(/"finish_reason":"/.test(text)).toBe(cut === fixture.length)
    }
  })
})

describe('anything at all', () => {
  const frame = fc.oneof(
    fc.constantFrom(...fixture),
    fc.json({ maxDepth: 3 }),
    fc
      .jsonValue({ maxDepth: 4 })
      .map((value) => JSON.stringify({ choices: [{ index: 0, delta: value, finish_reason: null }] })),
    fc
      .record({
        content: fc.jsonValue({ maxDepth: 2 }),
        tool_calls: fc.jsonValue({ maxDepth: 3 }),
        reasoning_details: fc.jsonValue({ maxDepth: 2 }),
        audio: fc.jsonValue({ maxDepth: 1 }),
        images: fc.jsonValue({ maxDepth: 2 }),
        function_call: fc.jsonValue({ maxDepth: 1 }),
        annotations: fc.jsonValue({ maxDepth: 2 }),
      })
      .map((delta) => chunk(delta as JsonObject)),
  )

  test('follows the grammar', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), (frames) => {
        expect(checkGrammar(decode(frames as string[]))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

import { describe, expect, test } from 'bun:test'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import type { Recording } from '@sluice/testkit/recordings.ts'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import {
  createTestContext,
  decodeFrames,
  decodeWhole,
  encodeStream,
  encodeWhole,
  plainRequest,
  testOptions,
} from '@sluice/testkit/run-codecs.ts'
import type { Frame, StreamFraming } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, parseObject } from '../../ir/read.ts'
import { collect } from '../../ir/response.ts'
import { client, provider } from './index.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const recorded = loadRecordings(({ dialect, status }) => dialect === 'gemini' && status === 200)
const streams = recorded.filter(({ stream }) => stream)
const wholes = recorded.filter(({ stream }) => !stream)

function eventsOf(recording: Recording): readonly StreamEvent[] {
  return recording.stream
    ? decodeFrames(provider, framesOf(recording))
    : decodeWhole(provider, asObject(recording.response.body) ?? {})
}

function framesFrom(events: readonly StreamEvent[]): readonly Frame[] {
  return readFramesOfText(encodeStream(client, events).value, 'sse')
}

function chunksOf(frames: readonly Frame[]): readonly JsonObject[] {
  return frames.map(({ data }) => parseObject(data) ?? {})
}

/** Usage may be told more or less often; its last word is what counts. */
function withoutRepeats(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const last = events.findLastIndex(({ type }) => type === 'usage')
  return events.filter((event, index) => event.type !== 'usage' || index === last)
}

/**
 * An answer's chunks as what they say, whatever chunk says it: parts in order without empty texts and without pieces of
 * arguments put together, and the last word on everything else.
 */
function said(chunks: readonly JsonObject[]): JsonObject {
  const choices: Record<string, { parts: Json[]; fields: JsonObject }> = {}
  let top: JsonObject = {}
  for (const { candidates, ...fields } of chunks) {
    top = { ...top, ...fields }
    for (const { content, index, ...own } of asObjects(candidates)) {
      const choice = choices[String(index ?? 0)] ?? { parts: [], fields: {} }
      choices[String(index ?? 0)] = choice
      choice.fields = mergeFields(choice.fields, own)
      choice.parts.push(
        ...asObjects(asObject(content)?.['parts']).filter(
          ({ text, ...more }) => text !== '' || Object.keys(more).length > 0,
        ),
      )
    }
  }
  return {
    ...top,
    choices: Object.fromEntries(
      Object.entries(choices).map(([index, { parts, fields }]) => [index, { parts, ...fields }]),
    ),
  }
}

function mergeFields(earlier: JsonObject, later: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...earlier, ...later }
  for (const [key, value] of Object.entries(later)) {
    const [before, after] = [asObject(earlier[key]), asObject(value)]
    if (before && after) merged[key] = { ...before, ...after }
  }
  return { ...merged, finishReason: merged['finishReason'] === 1 ? 'STOP' : merged['finishReason'] }
}

/** Answers and calls get an id where the wire has none, and calls arguments where it leaves them out. */
function withoutMadeIds(value: Json | undefined): Json {
  const list = asArray(value)
  if (list) return list.map(withoutMadeIds)
  const object = asObject(value)
  if (!object) return value ?? null
  const call = asObject(object['functionCall'])
  if (call) {
    const { id, ...rest } = call
    return {
      ...object,
      functionCall: { args: {}, ...rest, ...(id !== undefined && !String(id).includes('test') && { id }) },
    }
  }
  const kept = Object.entries(object).filter(
    ([key, each]) => key !== 'responseId' || !String(each).startsWith('resp_test'),
  )
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutMadeIds(each)]))
}

describe('a recorded answer', () => {
  test('follows the grammar and ends well', () => {
    for (const recording of recorded) {
      const events = eventsOf(recording)
      expect(`${recording.path} ${checkGrammar(events).join()}`).toBe(`${recording.path} `)
      expect(events.at(-1)?.type).toBe('end')
    }
  })

  test('says the same in the chunks we write', () => {
    const pieces = 'unknown-f61d6da1'
    for (const recording of streams.filter(({ path }) => !path.includes(pieces))) {
      const ours = said(chunksOf(framesFrom(eventsOf(recording))))
      expect(withoutMadeIds(ours)).toEqual(withoutMadeIds(said(chunksOf(framesOf(recording)))))
    }
  })

  test('says the same in the body we write', () => {
    for (const recording of wholes) {
      const body = asObject(recording.response.body) ?? {}
      const { value, losses } = encodeWhole(client, collect(eventsOf(recording)))
      expect(withoutMadeIds(said([parseObject(JSON.stringify(value)) ?? {}]))).toEqual(withoutMadeIds(said([body])))
      expect(losses).toEqual([])
    }
  })

  test('reads the same again after it was streamed on', () => {
    for (const recording of recorded) {
      const events = eventsOf(recording)
      expect(withoutRepeats(decodeFrames(provider, framesFrom(events)))).toEqual(withoutRepeats(events))
    }
  })

  test('is the fold of its stream', () => {
    for (const recording of recorded) {
      const response = collect(eventsOf(recording))
      const body = parseObject(JSON.stringify(encodeWhole(client, response).value)) ?? {}
      expect(collect(decodeWhole(provider, body))).toEqual(response)
    }
  })

  test('cut before its last chunk never ends well', () => {
    for (const recording of streams) {
      const frames = framesOf(recording)
      for (let kept = 0; kept < frames.length; kept++) {
        const cut = frames.slice(0, kept)
        if (cut.some(({ data }) => data.includes('"finishReason"'))) continue
        const events = decodeFrames(provider, cut)
        expect(events.at(-1)).toMatchObject({
          type: 'error',
          failure: { kind: 'upstream-protocol', retry: 'other-target' },
        })
        expect(events.some(({ type }) => type === 'finish')).toBe(false)
        expect(checkGrammar(events)).toEqual([])
      }
    }
  })
})

const chunk = (...parts: readonly JsonObject[]): JsonObject => ({ candidates: [{ content: { parts, role: 'model' } }] })
const last = (fields: JsonObject = {}, ...parts: readonly JsonObject[]): JsonObject => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', ...fields }],
})

function read(...chunks: readonly JsonObject[]): readonly StreamEvent[] {
  const events = decodeFrames(
    provider,
    chunks.map((each) => ({ data: JSON.stringify(each) })),
  )
  expect(checkGrammar(events)).toEqual([])
  return events
}

describe('parts', () => {
  const partsIn = (...chunks: readonly JsonObject[]): readonly unknown[] =>
    collect(read(...chunks)).choices[0]?.parts ?? []
  const seal = { dialect: 'gemini' as const, provider: 'upstream', data: 'c2ln' }

  test('of one kind in a row are one part; thoughts, texts and calls are apart', () => {
    expect(
      partsIn(
        chunk({ text: 'a', thought: true }),
        chunk({ text: 'b', thought: true }, { text: 'c' }),
        chunk({ text: '' }, { text: 'd' }, { functionCall: { name: 'f', args: { x: 1 }, id: 'i' } }),
        last({}, { functionCall: { name: 'g' } }),
      ),
    ).toEqual([
      { kind: 'reasoning', form: 'summary', text: 'ab' },
      { kind: 'text', text: 'cd' },
      { kind: 'tool-call', id: 'i', name: 'f', args: '{"x":1}', executor: 'client' },
      { kind: 'tool-call', id: 'call_test2', name: 'g', args: '', executor: 'client' },
    ])
  })

  test('a signature signs the text before it, or stands alone', () => {
    expect(partsIn(chunk({ text: 'a' }), last({}, { text: '', thoughtSignature: 'c2ln' }))).toEqual([
      { kind: 'text', text: 'a', seal },
    ])
    expect(partsIn(chunk({ text: 'a', thoughtSignature: 'c2ln' }), last({}, { text: 'b' }))).toEqual([
      { kind: 'text', text: 'a', seal },
      { kind: 'text', text: 'b' },
    ])
    expect(partsIn(last({}, { text: 'a', thought: true }, { text: '', thoughtSignature: 'c2ln' }))).toEqual([
      { kind: 'reasoning', form: 'summary', text: 'a' },
      { kind: 'text', text: '', seal },
    ])
  })

  test('arguments in pieces are put together', () => {
    const piece = (jsonPath: string, value: JsonObject, willContinue = true): JsonObject =>
      chunk({ functionCall: { partialArgs: [{ jsonPath, ...value }], ...(willContinue && { willContinue }) } })
    expect(
      partsIn(
        chunk({ functionCall: { name: 'f', willContinue: true } }),
        piece('$.list[0].say', { stringValue: 'Hel', willContinue: true }),
        piece('$.list[0].say', { stringValue: 'lo' }),
        piece('$.list[1].n', { numberValue: 0.5 }),
        piece("$['a b']", { nullValue: 'NULL_VALUE' }),
        piece('$.ok', { boolValue: true }, false),
        last({}, { text: '' }),
      ),
    ).toEqual([
      {
        kind: 'tool-call',
        id: 'call_test2',
        name: 'f',
        args: '{"list":[{"say":"Hello"},{"n":0.5}],"a b":null,"ok":true}',
        executor: 'client',
      },
    ])
  })

  test('sound in raw samples is one part of valid base64, however it was cut', () => {
    const mimeType = 'audio/L16;codec=pcm;rate=24000'
    const pieces = ['AAE=', 'AgM=', 'BA==', 'BQYH']
    const chunks = pieces.map((data) => chunk({ inlineData: { mimeType, data } }))
    expect(partsIn(...chunks, last())).toEqual([
      { kind: 'media', mediaType: mimeType, source: { from: 'base64', data: 'AAECAwQFBgc=' } },
    ])
  })

  test('what only Google knows stays whole, and code it ran itself is no call for the client', () => {
    const code = { executableCode: { language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 'c2ln' }
    const events = read(
      last({}, code, { functionCall: { name: 'f', args: {} } }, { functionResponse: { name: 'f', response: {} } }),
    )
    expect(collect(events).choices[0]?.parts[0]).toEqual({ kind: 'opaque', dialect: 'gemini', value: code })
    expect(collect(events).choices[0]?.finish.reason).toBe('stop')
  })
})

describe('the end', () => {
  const finishOf = (...chunks: readonly JsonObject[]): unknown => {
    const { reason, raw } = collect(read(...chunks)).choices[0]?.finish ?? {}
    return [reason, raw]
  }

  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['LANGUAGE', 'other'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['CONTINUATION', 'paused'],
    ['constructor', 'other'],
  ])('%s is %s, and goes back as it came', (finishReason, reason) => {
    expect(finishOf(last({ finishReason }))).toEqual([reason, finishReason])
    const [final] = chunksOf(framesFrom(read(last({ finishReason })))).slice(-1)
    const back = asObjects(final?.['candidates'])[0]?.['finishReason']
    expect(back).toBe(finishReason === 'constructor' ? 'OTHER' : finishReason)
  })

  test('with calls is for the calls', () => {
    expect(finishOf(chunk({ functionCall: { name: 'f', args: {} } }), last())).toEqual(['tool-calls', 'STOP'])
  })

  test('a blocked prompt is an answer without content, and goes back without candidates', () => {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT' }
    const events = read({ promptFeedback, usageMetadata: { promptTokenCount: 4 }, responseId: 'r', modelVersion: 'v' })
    expect(collect(events)).toMatchObject({
      choices: [{ parts: [], finish: { reason: 'content-filter', raw: 'PROHIBITED_CONTENT' } }],
    })
    const expected = { promptFeedback, usageMetadata: { promptTokenCount: 4 }, responseId: 'r', modelVersion: 'v' }
    expect(chunksOf(framesFrom(events))).toEqual([expected])
    expect(encodeWhole(client, collect(events)).value).toEqual(expected)
  })

  test.each([
    ['nothing', []],
    ['an answer without candidates', [{ usageMetadata: { promptTokenCount: 4 } }]],
    ['a second candidate without end', [last(), { candidates: [{ index: 1, content: { parts: [{ text: 'x' }] } }] }]],
  ])('%s is no answer', (_, chunks) => {
    expect(read(...chunks).at(-1)).toMatchObject({
      type: 'error',
      failure: { kind: 'upstream-protocol', retry: 'other-target' },
    })
  })

  test('a chunk that is no JSON, or an error, ends the answer badly and for good', () => {
    const garbage = decodeFrames(provider, [
      { data: JSON.stringify(chunk({ text: 'a' })) },
      { data: '{"cand' },
      { data: JSON.stringify(last()) },
    ])
    expect(garbage.at(-1)).toMatchObject({ type: 'error', failure: { kind: 'upstream-protocol' } })
    expect(garbage.filter(({ type }) => type === 'error')).toHaveLength(1)
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }
    expect(read(chunk({ text: 'a' }), error).at(-1)).toMatchObject({
      type: 'error',
      failure: {
        kind: 'overloaded',
        status: 503,
        message: 'The model is overloaded.',
        upstream: { native: error.error },
      },
    })
  })
})

describe('sources', () => {
  const grounded = (text: string, segment: JsonObject): readonly StreamEvent[] =>
    read(
      chunk({ text }),
      last({
        groundingMetadata: {
          groundingChunks: [
            { web: { uri: 'https://a.example', title: 'A' } },
            { retrievedContext: { title: 'B', text: 'bee' } },
          ],
          groundingSupports: [{ segment, groundingChunkIndices: [0] }],
        },
      }),
    )

  test('are citations with their place in characters, those of no place without', () => {
    const [part] =
      collect(grounded('é🙂 so it is.', { startIndex: 7, endIndex: 15, text: 'so it is' })).choices[0]?.parts ?? []
    expect(part).toMatchObject({
      citations: [
        { source: { kind: 'url', url: 'https://a.example', title: 'A' }, span: [4, 12] },
        { source: { kind: 'document', index: 1, title: 'B' }, quote: 'bee' },
      ],
    })
  })

  test('are found by their words where the bytes count from elsewhere', () => {
    const [part] =
      collect(grounded('Yes, so it is.', { startIndex: 105, endIndex: 113, text: 'so it is' })).choices[0]?.parts ?? []
    expect(part).toMatchObject({ citations: [{ span: [5, 13] }, {}] })
  })

  test('of another dialect are grounding, in bytes', () => {
    const events: readonly StreamEvent[] = [
      { type: 'start', id: 'x', model: 'm' },
      { type: 'part-start', choice: 0, part: 0, head: { kind: 'text' } },
      { type: 'text-delta', choice: 0, part: 0, text: 'é🙂 so' },
      {
        type: 'citation',
        choice: 0,
        part: 0,
        citation: { source: { kind: 'url', url: 'https://a.example' }, span: [4, 6] },
      },
      {
        type: 'citation',
        choice: 0,
        part: 0,
        citation: { source: { kind: 'url', url: 'https://b.example', title: 'B' }, span: [4, 6] },
      },
      { type: 'part-end', choice: 0, part: 0 },
      { type: 'finish', choice: 0, reason: 'stop', raw: 'end_turn' },
      { type: 'end' },
    ]
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a.example' } }, { web: { uri: 'https://b.example', title: 'B' } }],
      groundingSupports: [{ segment: { startIndex: 7, endIndex: 9, text: 'so' }, groundingChunkIndices: [0, 1] }],
    }
    expect(asObjects(chunksOf(framesFrom(events)).at(-1)?.['candidates'])[0]).toMatchObject({ groundingMetadata })
    expect(encodeWhole(client, collect(events)).value).toMatchObject({ candidates: [{ groundingMetadata }] })
  })
})

describe('log probabilities', () => {
  test('stand on the text and go back as they came', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'Hi', tokenId: 7, logProbability: -0.5 }],
      topCandidates: [
        {
          candidates: [
            { token: 'Hi', tokenId: 7, logProbability: -0.5 },
            { token: 'Yo', tokenId: 8, logProbability: -2 },
          ],
        },
      ],
    }
    const events = read(last({ logprobsResult, avgLogprobs: -0.5 }, { text: 'Hi' }))
    expect(collect(events).choices[0]?.parts).toEqual([
      {
        kind: 'text',
        text: 'Hi',
        logprobs: [
          {
            token: 'Hi',
            logprob: -0.5,
            top: [
              { token: 'Hi', logprob: -0.5 },
              { token: 'Yo', logprob: -2 },
            ],
          },
        ],
      },
    ])
    expect(encodeWhole(client, collect(events)).value).toMatchObject({
      candidates: [{ logprobsResult, avgLogprobs: -0.5 }],
    })
  })
})

describe('usage', () => {
  const usageOf = (usageMetadata: JsonObject): unknown => collect(read({ ...last(), usageMetadata })).usage

  test('counts thinking in the output, and what tools fed back in the input', () => {
    expect(
      usageOf({
        promptTokenCount: 10,
        cachedContentTokenCount: 4,
        toolUsePromptTokenCount: 5,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 7,
        totalTokenCount: 25,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 4 },
          { modality: 'AUDIO', tokenCount: 6 },
        ],
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 2 }],
      }),
    ).toMatchObject({ input: 15, cacheRead: 4, output: 10, reasoning: 7, inputAudio: 6, outputAudio: 2 })
  })

  test('fills in the one count that was left out of the total', () => {
    expect(usageOf({ promptTokenCount: 14, totalTokenCount: 14 })).toMatchObject({ input: 14, output: 0 })
    expect(usageOf({ candidatesTokenCount: 1, thoughtsTokenCount: 117, totalTokenCount: 693 })).toMatchObject({
      input: 575,
      output: 118,
    })
    expect(usageOf({ trafficType: 'ON_DEMAND' })).toMatchObject({ input: undefined, output: undefined })
  })

  test('of a whole stream is that of its last chunk with counts', () => {
    const at = (promptTokenCount: number): JsonObject => ({
      usageMetadata: { promptTokenCount, totalTokenCount: promptTokenCount },
    })
    const events = read(
      { ...chunk({ text: 'a' }), ...at(3) },
      { ...chunk({ text: 'b' }), ...at(5) },
      { ...last(), usageMetadata: { trafficType: 'x' } },
    )
    expect(collect(events).usage).toMatchObject({ input: 5 })
  })
})

describe('a stream for a client', () => {
  const text = (choice: number, part: number, said: string): readonly StreamEvent[] => [
    { type: 'part-start', choice, part, head: { kind: 'text' } },
    { type: 'text-delta', choice, part, text: said },
    { type: 'part-end', choice, part },
  ]
  const start: StreamEvent = { type: 'start', id: 'x', model: 'm' }
  const finish: StreamEvent = { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }

  function write(framing: StreamFraming, events: readonly StreamEvent[]): string {
    const encoder = client.createEncoder(
      { request: plainRequest, context: createTestContext(), framing },
      () => undefined,
    )
    return events.map((event) => encoder.event(event)).join('')
  }

  test('sends a text the moment it comes', () => {
    const encoder = client.createEncoder(
      { request: plainRequest, context: createTestContext(), framing: 'sse' },
      () => undefined,
    )
    const [open, delta] = text(0, 0, 'Hé "x"')
    expect(encoder.event(start)).toBe('')
    expect(open && encoder.event(open)).toBe('')
    expect(delta && encoder.event(delta)).toBe(
      'data: {"candidates":[{"content":{"parts":[{"text":"Hé \\"x\\""}],"role":"model"},"index":0}],"modelVersion":"m","responseId":"x"}\n\n',
    )
  })

  test.each([
    ['of two texts', [start, ...text(0, 0, 'a'), ...text(0, 1, 'b'), finish, { type: 'end' as const }]],
    ['of nothing', [start, finish, { type: 'end' as const }]],
    [
      'that breaks',
      [
        start,
        ...text(0, 0, 'a'),
        { type: 'error' as const, failure: { kind: 'internal' as const, message: 'x', retry: 'never' as const } },
      ],
    ],
    [
      'that breaks at once',
      [{ type: 'error' as const, failure: { kind: 'internal' as const, message: 'x', retry: 'never' as const } }],
    ],
  ])('%s is an array that parses, with the chunks of the event stream', (_, events) => {
    const chunks = asArray(JSON.parse(write('json-array', events)))
    expect(chunks).toEqual([...chunksOf(readFramesOfText(write('sse', events), 'sse'))])
  })

  test('after an error says nothing more', () => {
    const failure = {
      kind: 'overloaded' as const,
      message: 'Busy.',
      retry: 'other-target' as const,
      retryAfterMs: 1500,
    }
    const chunks = chunksOf(
      readFramesOfText(
        write('sse', [start, ...text(0, 0, 'a'), { type: 'error', failure }, finish, { type: 'end' }]),
        'sse',
      ),
    )
    expect(chunks.at(-1)).toEqual({
      error: {
        code: 503,
        message: 'Busy.',
        status: 'UNAVAILABLE',
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
      },
    })
    expect(chunks).toHaveLength(2)
    expect(JSON.stringify(chunks)).not.toContain('finishReason')
  })

  test('a relayed array ends as one that parses', () => {
    const failure = { kind: 'upstream-protocol' as const, message: 'Cut.', retry: 'never' as const }
    const relayed = `[${JSON.stringify(chunk({ text: 'a' }))}${client.encodeStreamFailure(failure, 'json-array')}`
    expect(asObject(asArray(JSON.parse(relayed))?.[1])?.['error']).toMatchObject({ code: 502, message: 'Cut.' })
    expect(client.encodeStreamFailure(failure, 'sse')).toStartWith('data: {"error":{"code":502,')
  })

  test("another dialect's seal follows its text as base64, and a call nobody can run is told", () => {
    const seal = { dialect: 'anthropic-messages' as const, provider: 'p', data: 'EqQB' }
    const { value, losses } = encodeStream(client, [
      start,
      { type: 'part-start', choice: 0, part: 0, head: { kind: 'reasoning', form: 'full' } },
      { type: 'reasoning-delta', choice: 0, part: 0, text: 'Hm.' },
      { type: 'seal-delta', choice: 0, part: 0, seal },
      { type: 'part-end', choice: 0, part: 0 },
      { type: 'part-start', choice: 0, part: 1, head: { kind: 'tool-call', id: 'i', name: 'f', executor: 'client' } },
      { type: 'args-delta', choice: 0, part: 1, json: '{"a":' },
      { type: 'part-end', choice: 0, part: 1 },
      { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'tool_use' },
      { type: 'end' },
    ])
    const chunks = chunksOf(readFramesOfText(value, 'sse'))
    const parts = chunks.flatMap((each) =>
      asObjects(asObject(asObjects(each['candidates'])[0]?.['content'])?.['parts']),
    )
    expect(parts[0]).toEqual({ text: 'Hm.', thought: true })
    expect(parts[1]).toEqual({
      text: '',
      thought: true,
      thoughtSignature: expect.stringMatching(/^c2wx[A-Za-z0-9+/]+=*$/),
    })
    expect(asObjects(chunks.at(-1)?.['candidates'])[0]).toMatchObject({
      finishReason: 'MALFORMED_FUNCTION_CALL',
      finishMessage: 'Malformed function call: f({"a":)',
    })
    expect(losses.map(({ path }) => path)).toEqual(['choices[0].parts[1].args'])
  })
})

describe('the meter', () => {
  function meter(frames: readonly Frame[]): unknown {
    const watching = provider.createMeter(testOptions(provider) as Parameters<typeof provider.createMeter>[0])
    for (const frame of frames) watching.frame(frame)
    const { usage, finish, isComplete, failure } = watching
    return { input: usage?.input, output: usage?.output, finish, isComplete, failure: failure?.kind }
  }

  test('learns of recorded streams what the decoder does', () => {
    for (const recording of streams) {
      const { usage, choices } = collect(eventsOf(recording))
      expect(meter(framesOf(recording))).toEqual({
        input: usage?.input,
        output: usage?.output,
        finish: choices[0]?.finish.raw,
        isComplete: true,
        failure: undefined,
      })
    }
  })

  test('is not content with half an answer, an error, or one candidate of two', () => {
    const data = (value: JsonObject): Frame => ({ data: JSON.stringify(value) })
    expect(meter([data(chunk({ text: 'a' }))])).toMatchObject({ isComplete: false, finish: null })
    expect(
      meter([data(chunk({ text: 'a' })), data({ error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } })]),
    ).toMatchObject({ isComplete: false, failure: 'rate-limited' })
    expect(meter([data({ candidates: [{ index: 1, content: {} }] }), data(last())])).toMatchObject({
      isComplete: false,
    })
    expect(meter([data({ promptFeedback: { blockReason: 'SAFETY' } })])).toMatchObject({
      isComplete: true,
      finish: 'SAFETY',
    })
  })
})

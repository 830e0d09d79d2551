import { describe, expect, test } from 'bun:test'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { decodeFrames, decodeWhole, encodeStream, plainRequest } from '@sluice/testkit/run-codecs.ts'
import type { Frame } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'
import type { GenerateResponse } from '../../ir/response.ts'
import { collect } from '../../ir/response.ts'
import { client, provider } from './index.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const recorded = loadRecordings(({ dialect, format }) => dialect === 'openai-responses' && format === 'sse').map(
  (recording) => {
    const frames = framesOf(recording)
    const request = recording.features.includes('logprobs') ? { ...plainRequest, logprobs: { top: 0 } } : plainRequest
    return { path: recording.path, frames, request, events: decodeFrames(provider, frames) }
  },
)

/**
 * What two spellings of one event have in common: without padding and numbering, without what is empty, and with one
 * name for the events that vLLM renamed. Sealed reasoning is sealed anew in the final response, and log probabilities
 * are rounded there.
 */
function plain(value: Json | undefined, inResponse = false): Json | undefined {
  const list = asArray(value)
  if (list) return list.length > 0 ? list.map((each) => plain(each, inResponse) ?? null) : undefined
  const object = asObject(value)
  if (!object) return value === null ? undefined : (renamed[String(value)] ?? value)
  const left: Record<string, Json> = {}
  for (const key of Object.keys(object).toSorted()) {
    if (ignored.has(key) || (inResponse && rewritten.has(key))) continue
    const each = plain(object[key], inResponse || key === 'response' || key === 'item')
    if (each !== undefined) left[key] = each
  }
  return left
}

const ignored: ReadonlySet<string> = new Set(['obfuscation', 'sequence_number'])
const rewritten: ReadonlySet<string> = new Set(['encrypted_content', 'fingerprint', 'logprobs'])
const renamed: Readonly<Record<string, string>> = {
  'response.reasoning_part.added': 'response.content_part.added',
  'response.reasoning_part.done': 'response.content_part.done',
}

/** Providers that contradict themselves within one stream, and how. */
const contradictions: Readonly<Record<string, string>> = {
  'bedrock/responses/200-stream-openai.gpt-oss-20b-0a61f16d.json': 'counts content on from the item before',
  'github_copilot/responses/200-stream-gpt-5.3-codex-a3cab20e.json': 'gives the response another id in each event',
  'openai/responses/200-stream-57adf0da.json': 'ends a text otherwise than it began (a shortened fixture)',
  'openai/responses/200-stream-62be5634.json': 'an error event has its fields nested only, ours has them flat as well',
  'openrouter/responses/200-stream-gemini-3-flash-preview-ae745fe1.json': 'announces reasoning before the text ends',
  'openrouter/responses/200-stream-gpt-oss-20b-cdd2c12a.json': 'ends the second item before the first',
}

function plainFrames(frames: readonly Frame[]): readonly Json[] {
  return frames.filter(({ data }) => data !== '[DONE]').map(({ data }) => plain(JSON.parse(data)) ?? null)
}

/** The first frame of ours that says less than theirs; responses may say more, because ours name every parameter. */
function firstLess(ours: readonly Json[], theirs: readonly Json[]): string | undefined {
  if (ours.length !== theirs.length) return `${ours.length} frames instead of ${theirs.length}`
  const index = theirs.findIndex((each, at) => !isWithin(each, ours[at]))
  return index < 0
    ? undefined
    : `frame ${index}: ${JSON.stringify(theirs[index])} became ${JSON.stringify(ours[index])}`
}

function isWithin(part: Json | undefined, whole: Json | undefined): boolean {
  const list = asArray(part)
  const others = asArray(whole)
  if (list) return others?.length === list.length && list.every((each, at) => isWithin(each, others[at]))
  const object = asObject(part)
  if (!object) return part === whole
  return Object.entries(object).every(([key, value]) => isWithin(value, asObject(whole)?.[key]))
}

describe.if(hasRecordings())('recorded streams', () => {
  test('come back frame for frame, but where the provider contradicts itself', () => {
    const wrong = recorded.flatMap(({ path, frames, events, request }) => {
      const back = readFramesOfText(encodeStream(client, events, request).value, 'sse')
      const less = firstLess(plainFrames(back), plainFrames(frames))
      return less === undefined || path in contradictions ? [] : [`${path} ${less.slice(0, 600)}`]
    })
    expect(wrong).toEqual([])
  })

  test('are read the same again after they were written', () => {
    const wrong = recorded.flatMap(({ path, events, request }) => {
      const back = decodeFrames(provider, readFramesOfText(encodeStream(client, events, request).value, 'sse'))
      const [before, after] = [events.map(withoutHead), back.map(withoutHead)]
      return Bun.deepEquals(before, after) || path in contradictions ? [] : [path]
    })
    expect(wrong).toEqual([])
  })

  test('lose nothing on their way', () => {
    const lossy = recorded.filter(({ events, request }) => encodeStream(client, events, request).losses.length > 0)
    expect(lossy.map(({ path }) => path)).toEqual([])
  })

  test('follow the grammar', () => {
    expect(recorded.flatMap(({ events }) => checkGrammar(events))).toEqual([])
  })

  test('fold into what their final response says', () => {
    const wrong = recorded.flatMap(({ path, frames, events }) => {
      const final = frames.map(({ data }) => asObject(data === '[DONE]' ? null : JSON.parse(data)))
      const response = asObject(final.findLast((each) => each?.['response'] !== undefined)?.['response'])
      if (!response || events.at(-1)?.type !== 'end' || asArray(response['output'])?.length === 0) return []
      const [streamed, whole] = [folded(collect(events)), folded(collect(decodeWhole(provider, response)))]
      return Bun.deepEquals(streamed, whole) || path in contradictions ? [] : [path]
    })
    expect(wrong).toEqual([])
  })
})

/** Heads grow by the parameters a sparse provider left out; failures keep their bytes. */
function withoutHead(event: StreamEvent): unknown {
  if (event.type === 'start' || event.type === 'end') return { type: event.type }
  if (event.type === 'error') return { type: event.type, kind: event.failure.kind }
  return event
}

/** Seals and log probabilities are written anew at the end; progress is only in the stream. */
function folded({ choices, usage }: GenerateResponse): unknown {
  const parts = choices[0]?.parts.map((part) => {
    const { seal, ...others } = part
    if (others.kind === 'opaque') return plain(others.value, true)
    return { ...others, ...('logprobs' in others && { logprobs: true }), sealed: seal !== undefined }
  })
  return { parts, usage, finish: choices[0]?.finish }
}

const started = [
  [
    'response.created',
    { response: { id: 'resp_1', object: 'response', model: 'm', status: 'in_progress', output: [] } },
  ],
  [
    'response.in_progress',
    { response: { id: 'resp_1', object: 'response', model: 'm', status: 'in_progress', output: [] } },
  ],
] as const

const usage = { input_tokens: 5, output_tokens: 7, total_tokens: 12, input_tokens_details: { cached_tokens: 1 } }

type Told = readonly (readonly [type: string, fields: JsonObject])[]

function told(events: Told): readonly Frame[] {
  return events.map(([type, fields], index) => ({
    event: type,
    data: JSON.stringify({ type, sequence_number: index, ...fields }),
  }))
}

function completed(output: readonly Json[], more: JsonObject = {}): Told[number] {
  const response = { id: 'resp_1', object: 'response', model: 'm', status: 'completed', output, usage, ...more }
  return ['response.completed', { response }]
}

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
}
const call = {
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'f',
  arguments: '{"a":1}',
  status: 'completed',
}
const thought = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'Hm' }],
  encrypted_content: 'gAAA',
}

function partsOf(events: readonly StreamEvent[]): readonly unknown[] {
  return collect(events).choices[0]?.parts.map(({ ext: _, ...part }) => part) ?? []
}

const seal = { dialect: 'openai-responses', provider: 'upstream', data: 'gAAA', id: 'rs_1' }
const wanted = [
  { kind: 'reasoning', form: 'summary', text: 'Hm', seal },
  { kind: 'text', text: 'Hello' },
  { kind: 'tool-call', id: 'call_1', name: 'f', executor: 'client', args: '{"a":1}' },
]

describe('events that a provider leaves out are made up', () => {
  const place = (output_index: number, item_id: string): JsonObject => ({ output_index, item_id })
  const ways: Readonly<Record<string, Told>> = {
    'only the final response': [completed([thought, message, call])],
    'only finished items': [
      ...started,
      ['response.output_item.done', { output_index: 0, item: thought }],
      ['response.output_item.done', { output_index: 1, item: message }],
      ['response.output_item.done', { output_index: 2, item: call }],
      completed([]),
    ],
    'only announcements and deltas': [
      ...started,
      ['response.output_item.added', { output_index: 0, item: { id: 'rs_1', type: 'reasoning', summary: [] } }],
      ['response.reasoning_summary_text.delta', { ...place(0, 'rs_1'), summary_index: 0, delta: 'Hm' }],
      ['response.output_item.done', { output_index: 0, item: thought }],
      ['response.output_text.delta', { ...place(1, 'msg_1'), content_index: 0, delta: 'Hel' }],
      ['response.output_text.delta', { ...place(1, 'msg_1'), content_index: 0, delta: 'lo' }],
      ['response.output_item.added', { output_index: 2, item: { ...call, arguments: '' } }],
      ['response.function_call_arguments.delta', { ...place(2, 'fc_1'), delta: '{"a":1}' }],
      completed([], { output: null }),
    ],
    'half of each text': [
      ...started,
      [
        'response.reasoning_summary_part.added',
        { ...place(0, 'rs_1'), summary_index: 0, part: { type: 'summary_text', text: 'H' } },
      ],
      ['response.output_text.delta', { ...place(1, 'msg_1'), content_index: 0, delta: 'Hel' }],
      ['response.output_item.added', { output_index: 2, item: { ...call, arguments: '' } }],
      ['response.function_call_arguments.delta', { ...place(2, 'fc_1'), delta: '{"a"' }],
      completed([thought, message, call]),
    ],
    'final items under other ids': [
      ...started,
      ['response.output_item.done', { output_index: 0, item: thought }],
      ['response.output_item.done', { output_index: 1, item: message }],
      ['response.output_item.done', { output_index: 2, item: call }],
      completed([
        { ...thought, id: 'rs_9' },
        { ...message, id: 'msg_9' },
        { ...call, id: 'fc_9' },
      ]),
    ],
    'no created event': [
      ['response.output_item.done', { output_index: 0, item: thought }],
      ['response.output_item.done', { output_index: 1, item: message }],
      completed([thought, message, call]),
    ],
  }
  test.each(Object.entries(ways))('%s', (_, events) => {
    const decoded = decodeFrames(provider, told(events))
    expect(checkGrammar(decoded)).toEqual([])
    expect(partsOf(decoded)).toEqual(wanted as never)
    expect(collect(decoded)).toMatchObject({
      usage: { input: 5, cacheRead: 1, output: 7 },
      choices: [{ finish: { reason: 'tool-calls', raw: 'completed' } }],
    })
  })

  test('event names, when the data says its type', () => {
    const frames = told([...started, completed([message])]).map(({ data }) => ({ data }))
    expect(partsOf(decodeFrames(provider, frames))).toEqual([wanted[1]] as never)
  })

  test('types, when the event has its name', () => {
    const frames = told([...started, completed([message])]).map(({ event = '', data }) => ({
      event,
      data: data.replace(/"type":"response\.[a-z_.]+",/, ''),
    }))
    expect(partsOf(decodeFrames(provider, frames))).toEqual([wanted[1]] as never)
  })

  test('the stream itself', () => {
    const [, { response }] = completed([message])
    expect(partsOf(decodeFrames(provider, [{ data: JSON.stringify(response) }]))).toEqual([wanted[1]] as never)
  })
})

describe('how an answer ends', () => {
  const finishOf = (fields: JsonObject, output: readonly Json[] = [message]): unknown =>
    collect(decodeWhole(provider, { object: 'response', output, ...fields })).choices[0]?.finish

  test('is read off its status and its items', () => {
    expect(finishOf({ status: 'completed' })).toEqual({ reason: 'stop', raw: 'completed' })
    expect(finishOf({})).toEqual({ reason: 'stop', raw: 'completed' })
    expect(finishOf({ status: 'completed' }, [message, call])).toEqual({ reason: 'tool-calls', raw: 'completed' })
    const refusal = { ...message, content: [{ type: 'refusal', refusal: 'No.' }] }
    expect(finishOf({ status: 'completed' }, [refusal])).toEqual({ reason: 'refusal', raw: 'completed' })
    const incomplete = (reason: string): JsonObject => ({ status: 'incomplete', incomplete_details: { reason } })
    expect(finishOf(incomplete('max_output_tokens'), [call])).toEqual({ reason: 'length', raw: 'max_output_tokens' })
    expect(finishOf(incomplete('content_filter'))).toEqual({ reason: 'content-filter', raw: 'content_filter' })
    expect(finishOf(incomplete('steered'))).toEqual({ reason: 'other', raw: 'steered' })
  })

  const broken: Readonly<Record<string, readonly [JsonObject, string]>> = {
    failed: [{ status: 'failed', error: { code: 'server_error', message: 'Oh.' }, usage }, 'upstream-unavailable'],
    'failed without a reason': [{ status: 'failed', error: null }, 'upstream-unavailable'],
    'in progress': [{ status: 'in_progress' }, 'upstream-protocol'],
    queued: [{ status: 'queued' }, 'upstream-protocol'],
    cancelled: [{ status: 'cancelled' }, 'cancelled'],
    'complete with an error': [
      { status: 'completed', error: { message: 'Oh.', code: 'rate_limit_exceeded' } },
      'rate-limited',
    ],
  }
  test.each(Object.entries(broken))('%s is no end', (_, [fields, kind]) => {
    const events = decodeWhole(provider, { object: 'response', output: [], ...fields })
    expect(checkGrammar(events)).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { kind } })
    if (fields['usage']) expect(collect(events).usage?.input).toBe(5)
  })

  test('nothing that follows the end or an error is read', () => {
    const frames = told([...started, completed([message]), ['error', { message: 'late' }], completed([call])])
    const events = decodeFrames(provider, frames)
    expect(events.map(({ type }) => type).filter((type) => type === 'end' || type === 'error')).toEqual(['end'])
    expect(events.at(-1)?.type).toBe('end')
  })

  const errors: Readonly<Record<string, Frame>> = {
    'an error event with its fields nested': {
      event: 'error',
      data: '{"type":"error","error":{"message":"Oh.","code":"server_error"}}',
    },
    'an error event with its fields flat': {
      event: 'error',
      data: '{"type":"error","message":"Oh.","code":"server_error"}',
    },
    'an error without a type': { data: '{"error":{"message":"Oh.","code":502}}' },
    text: { data: 'upstream timed out' },
    'half an event': { data: '{"type":"response.output_text.delta","del' },
    'a list': { data: '[]' },
  }
  test.each(Object.entries(errors))('%s is an error', (_, frame) => {
    const events = decodeFrames(provider, [...told(started), frame])
    expect(checkGrammar(events)).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { retry: 'other-target' } })
  })
})

describe('a stream that is cut', () => {
  const whole = encodeStream(
    client,
    decodeWhole(provider, {
      object: 'response',
      id: 'resp_1',
      status: 'completed',
      output: [thought, message, call],
      usage,
    }),
  ).value

  test('never ends well, wherever', () => {
    const wrong: number[] = []
    const last = whole.lastIndexOf('event: response.completed')
    for (let end = 0; end < whole.length - 2; end += end > last ? 1 : 3) {
      const events = decodeFrames(provider, readFramesOfText(whole.slice(0, end), 'sse'))
      if (checkGrammar(events).length > 0 || events.at(-1)?.type !== 'error') wrong.push(end)
    }
    expect(wrong).toEqual([])
  })

  test('and whole it does', () => {
    expect(decodeFrames(provider, readFramesOfText(whole, 'sse')).at(-1)?.type).toBe('end')
  })
})

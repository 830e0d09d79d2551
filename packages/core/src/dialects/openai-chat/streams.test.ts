import { describe, expect, test } from 'bun:test'
import { framesOf, hasRecordings, loadRecordings, type Recording, skippedLine } from '@sluice/testkit/recordings.ts'
import type { CodecContext, Frame } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { createSseReader } from '../../upstream/read-frames.ts'
import { client, type OpenAiChatQuirks, provider } from './index.ts'

/** Hosts that were seen to end a stream without `[DONE]`. */
const lackDone = new Set(['gpustack', 'perplexity'])

function context(): CodecContext {
  let count = 0
  return { provider: 'p', createdAt: 1, newId: (prefix) => `${prefix}${count++}` }
}

function quirksOf({ provider: name }: Recording): OpenAiChatQuirks {
  return { ...provider.defaultQuirks, doneMarker: lackDone.has(name) ? 'optional' : 'required' }
}

function decode(frames: readonly Frame[], quirks: OpenAiChatQuirks): StreamEvent[] {
  const events: StreamEvent[] = []
  const decoder = provider.createDecoder({ quirks, context: context() })
  for (const frame of frames) decoder.frame(frame, (event) => events.push(event))
  decoder.end((event) => events.push(event))
  return events
}

function encode(events: readonly StreamEvent[], request: GenerateRequest): Frame[] {
  const losses: unknown[] = []
  const encoder = client.createEncoder({ request, context: context(), framing: 'sse' }, (loss) => losses.push(loss))
  const frames: Frame[] = []
  const reader = createSseReader({ onFrame: (frame) => frames.push(frame) })
  for (const event of events) reader.pushText(encoder.event(event))
  reader.end()
  expect(losses).toEqual([])
  return frames
}

function requestOf({ request: { body } }: Recording): GenerateRequest {
  const wire = { model: 'm', messages: [{ role: 'user', content: 'x' }], ...asObject(body) }
  const result = client.decodeRequest({ body: wire, model: 'm' }, context())
  if (!result.ok) throw new Error(result.failure.message)
  return { ...result.value, model: '', streamUsage: true }
}

const streams = loadRecordings(
  (entry) => entry.dialect === 'openai-chat' && entry.format === 'sse' && entry.status === 200,
)
const broken = new Set(['error'])
const isBroken = (recording: Recording): boolean =>
  decode(framesOf(recording), quirksOf(recording)).some((e) => broken.has(e.type))

describe('recorded streams', () => {
  if (!hasRecordings()) test(skippedLine, () => expect(streams).toEqual([]))

  test('follow the grammar', () => {
    for (const recording of streams) {
      const problems = checkGrammar(decode(framesOf(recording), quirksOf(recording)))
      expect({ path: recording.path, problems }).toEqual({ path: recording.path, problems: [] })
    }
  })

  test('break only where the host broke', () => {
    expect(streams.filter(isBroken).map((recording) => recording.path)).toEqual(
      streams
        .filter((recording) => /"error":\{|"detail"/.test(String(recording.response.body)))
        .map(({ path }) => path),
    )
  })

  test('are written again as they were', () => {
    for (const recording of streams.filter((each) => !isBroken(each))) {
      const frames = framesOf(recording)
      const written = encode(decode(frames, quirksOf(recording)), requestOf(recording))
      expect({ path: recording.path, facts: factsOf(written) }).toEqual({
        path: recording.path,
        facts: factsOf(frames),
      })
    }
  })

  test('decode to the same events when written again', () => {
    for (const recording of streams.filter((each) => !isBroken(each))) {
      const quirks = quirksOf(recording)
      const once = decode(framesOf(recording), quirks)
      const twice = decode(encode(once, requestOf(recording)), quirks)
      expect({ path: recording.path, events: settled(twice) }).toEqual({ path: recording.path, events: settled(once) })
    }
  })
})

interface ChoiceFacts {
  /** Each field with its pieces joined. */
  said: Record<string, Json>
  calls: JsonObject[]
  end: Record<string, Json>
}

interface Facts {
  top: JsonObject
  choices: Record<number, ChoiceFacts>
  usage: Json
}

/**
 * What a stream says, however it is cut into chunks: for each choice its fields with their pieces joined, its tool
 * calls joined by call, and the members of the choice itself; of the top-level fields and of usage the last word. Left
 * aside: padding and token numbers, null and empty values, other spellings of a finish that says nothing, `[DONE]`.
 */
function factsOf(frames: readonly Frame[]): Facts {
  const facts: Facts = { top: {}, choices: {}, usage: null }
  for (const { data } of frames) {
    if (data.trim() === '[DONE]') continue
    const { choices, usage, object: _, created: __, obfuscation: ___, p: ____, ...top } = JSON.parse(data) as JsonObject
    facts.top = { ...facts.top, ...filled(top), id: facts.top['id'] || idOf(top) }
    facts.usage = meaningful(usage) ?? meaningful(asObject(top['x_groq'])?.['usage']) ?? facts.usage
    for (const choice of asObjects(choices)) addChoice(facts, choice)
  }
  return facts
}

/** A host that names no id gets ours. */
function idOf({ id = '' }: JsonObject): Json {
  return id === 'chatcmpl-0' ? '' : id
}

function meaningful(usage: Json | undefined): Json | undefined {
  const object = asObject(usage)
  return object && Object.keys(object).length > 0 ? object : undefined
}

function addChoice(
  facts: Facts,
  { index, delta, text, message: _, finish_reason, logprobs, ...more }: JsonObject,
): void {
  facts.choices[Number(index ?? 0)] ??= { said: {}, calls: [], end: { finish_reason: 'stop' } }
  const choice = facts.choices[Number(index ?? 0)]!
  const fields = filled(asObject(delta) ?? { content: text ?? null })
  const noise = ['role', 'token_id', 'channel', 'name', 'padding']
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'tool_calls') for (const call of asObjects(value)) addCall(choice.calls, call)
    else if (!noise.includes(key)) choice.said[key] = join(key, choice.said[key], value)
  }
  for (const [key, value] of Object.entries(filled(asObject(logprobs) ?? {}))) {
    choice.end[`logprobs.${key}`] = [...(asArray(choice.end[`logprobs.${key}`]) ?? []), ...unnumbered(value)]
  }
  choice.end = { ...choice.end, ...filled(more), ...(finish_reason ? { finish_reason } : {}) }
}

/** Tokens without their numbers. */
function unnumbered(value: Json): readonly Json[] {
  return (asArray(value) ?? []).map((each) => {
    const { id: _, top_logprobs: top, ...token } = asObject(each) ?? {}
    return asObject(each) ? { ...token, top_logprobs: unnumbered(top ?? []) } : each
  })
}

function join(key: string, known: Json | undefined, value: Json): Json {
  if (typeof value === 'string') return typeof known === 'string' ? known + value : value
  const list = [...(asArray(known) ?? [])]
  for (const each of asArray(value) ?? [value]) {
    const last = asObject(list.at(-1))
    const next = asObject(each)
    const joins =
      key === 'reasoning_details' && next && last && last['type'] === next['type'] && last['index'] === next['index']
    if (joins)
      list[list.length - 1] = { ...last, ...filled(next), text: `${last?.['text'] ?? ''}${next['text'] ?? ''}` }
    else if (next && last && key !== 'reasoning_details' && !Array.isArray(value))
      list[list.length - 1] = { ...last, ...joinTexts(last, next) }
    else list.push(next ? filled(next) : each)
  }
  return list
}

function joinTexts(last: JsonObject, next: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(filled(next)).map(([key, value]) => {
      const before = last[key]
      return [key, typeof before === 'string' && typeof value === 'string' ? before + value : value]
    }),
  )
}

/** Calls are told apart by index, else by id, else each is its own. */
function addCall(calls: JsonObject[], call: JsonObject): void {
  const { index: _, type: __, function: body = {}, ...rest } = call
  const at = typeof call['index'] === 'number' ? call['index'] : calls.findIndex((each) => each['id'] === call['id'])
  const place = at < 0 ? calls.length : at
  const known = calls[place]
  const fn = asObject(body) ?? {}
  const args = `${known?.['arguments'] ?? ''}${fn['arguments'] ?? ''}`
  calls[place] = { ...filled(rest), ...known, name: known?.['name'] ?? fn['name'] ?? '', arguments: args }
}

function filled(object: JsonObject): Record<string, Json> {
  const entries = Object.entries(object).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return Object.fromEntries(entries.filter(([, value]) => asArray(value)?.length !== 0)) as Record<string, Json>
}

/**
 * A host that names no time gets ours, of several usages only the last is written, and the ends of choices that ran
 * side by side are told together. A finish that the host never named is called `stop`.
 */
function settled(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const last = events.findLast((event) => event.type === 'usage')
  const order = (event: StreamEvent): number => ('choice' in event ? event.choice : event.type === 'start' ? -1 : 128)
  return [...events]
    .sort((one, other) => order(one) - order(other))
    .flatMap((event) => {
      if (event.type === 'usage' && event !== last) return []
      if (event.type === 'finish' && event.raw === null) return { ...event, raw: 'stop', reason: 'stop', ext: stop }
      if (event.type !== 'start') return event
      const { created: _, ...ext } = event.ext?.['openai-chat'] ?? {}
      return { ...event, ext: { 'openai-chat': ext } }
    })
}

const stop = { 'openai-chat': { $raw: 'stop' } }

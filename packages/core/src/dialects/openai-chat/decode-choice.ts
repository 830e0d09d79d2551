import type { Emit } from '../../ir/event.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, asString } from '../../ir/read.ts'
import { OpenAudio } from './decode-audio.ts'
import { ToolCallDecoder } from './decode-tool-calls.ts'
import { decodeFinish } from './finish.ts'
import { decodeLogprobs } from './logprobs.ts'
import { readUrl } from './media.ts'
import { readThinking } from './read-parts.ts'
import { reasoningFields } from './read-reasoning.ts'
import { readDetail } from './reasoning-details.ts'
import { TextFlow } from './text-flow.ts'
import type { Draft } from './wire.ts'
import { dialect, extend, own, unknownFields } from './wire.ts'

/** What a choice needs of its answer. */
export interface ChoicePort {
  readonly provider: string
  readonly newId: (prefix: string) => string
}

/** Fields of a delta with a word in the language, and fields that say nothing of it: token numbers, padding, an
 * aggregator's account of its routing (which goes with the finish). */
const deltaKeys = new Set([
  ...['role', 'content', 'refusal', 'tool_calls', 'function_call', 'reasoning_content', 'reasoning'],
  ...['reasoning_details', 'annotations', 'audio', 'images'],
  ...['name', 'token_id', 'channel', 'padding', 'provider_metadata'],
])
const choiceKeys = new Set(['index', 'delta', 'message', 'text', 'finish_reason', 'logprobs', 'error'])

/**
 * One of the n answers, streamed or whole: a message is one large delta. Parts end when another begins, tool calls and
 * audio when a finish reason comes; the finish itself is told at the end of the stream, because some hosts still add
 * to the choice after it.
 */
export class ChoiceDecoder {
  readonly #choice: number
  readonly #text: TextFlow
  readonly #calls: ToolCallDecoder
  #audio: OpenAudio | undefined
  #parts = 0
  #raw: string | null = null
  #hasCalls = false
  #hasRefusal = false
  readonly #extra: Draft = {}

  constructor(choice: number, { provider, newId }: ChoicePort) {
    this.#choice = choice
    const nextNumber = (): number => this.#parts++
    this.#text = new TextFlow(choice, provider, nextNumber)
    const nextPart = (emit: Emit): number => {
      this.#text.close(emit)
      return nextNumber()
    }
    this.#calls = new ToolCallDecoder({ choice, provider, newId, nextPart })
  }

  /** Whether the host has said why the answer ended. */
  get isFinished(): boolean {
    return this.#raw !== null
  }

  decode(choice: JsonObject, emit: Emit): void {
    const delta = asObject(choice['delta'])
    if (delta) this.#delta(delta, emit)
    else if (typeof choice['text'] === 'string') this.#delta({ content: choice['text'] }, emit)
    const logprobs = asObject(choice['logprobs'])
    if (logprobs) this.#logprobs(logprobs, emit)
    const raw = asString(choice['finish_reason'])
    if (raw !== undefined) this.#stop(raw, emit)
    for (const key in choice) if (!choiceKeys.has(key)) this.#keep(key, choice[key])
  }

  /** Tells why the answer ended; nothing may be decoded after it. */
  finish(emit: Emit): void {
    this.#closeAll(emit)
    const unplaced = this.#text.takeWaiting()
    if (unplaced.length > 0) this.#opaque({ annotations: unplaced }, emit)
    const raw = this.#raw
    const facts = { hasToolCalls: this.#hasCalls, hasRefusal: this.#hasRefusal }
    const plain = decodeFinish(raw, facts)
    const stopSequence = plain === 'stop' ? asString(this.#extra['stop_reason']) : undefined
    const reason = stopSequence === undefined ? plain : 'stop-sequence'
    const ext = extend({ ...this.#extra, $raw: raw })
    emit({
      type: 'finish',
      choice: this.#choice,
      reason,
      raw,
      ...(stopSequence !== undefined && { stopSequence }),
      ...ext,
    })
  }

  #delta(delta: JsonObject, emit: Emit): void {
    this.#reasoning(delta, emit)
    const content = delta['content']
    if (typeof content === 'string') {
      if (content !== '') this.#text.text('text', content, emit)
    } else if (content) this.#content(content, emit)
    // A whole message tells them after its calls; they belong to the text before.
    const annotations = delta['annotations']
    if (annotations) for (const each of asObjects(annotations)) this.#text.annotation(each, emit)
    const refusal = delta['refusal']
    if (typeof refusal === 'string' && refusal !== '') {
      this.#hasRefusal = true
      this.#text.text('refusal', refusal, emit)
    }
    const calls = delta['tool_calls']
    if (calls) for (const call of asObjects(calls)) this.#call(call, emit)
    const legacy = asObject(delta['function_call'])
    if (legacy) this.#legacyCall(legacy, emit)
    this.#rareFields(delta, emit)
  }

  #reasoning(delta: JsonObject, emit: Emit): void {
    const field = reasoningFields.find((name) => typeof delta[name] === 'string' && delta[name] !== '')
    const details = delta['reasoning_details']
    const read = details ? asObjects(details).map(readDetail) : []
    if (field !== undefined && !read.some((each) => each?.text)) {
      this.#text.thought(field, asString(delta[field]) ?? '', emit)
    }
    for (const detail of read) if (detail) this.#text.detail(detail, field, emit)
  }

  /** Content as a list of chunks (Mistral, seen 2026-05): text, thinking, and references kept whole. */
  #content(content: Json, emit: Emit): void {
    for (const chunk of asObjects(asArray(content) ?? [content])) {
      const text = asString(chunk['text'])
      if (chunk['type'] === 'text' && text !== undefined) {
        if (text !== '') this.#text.text('text', text, emit)
      } else if (chunk['type'] === 'thinking') {
        const { text: thought, ext } = readThinking(chunk)
        this.#text.thinkingChunk(thought, asObject(own(ext)['$more']) ?? {}, emit)
      } else this.#opaquePart(chunk, emit)
    }
  }

  #opaquePart(value: JsonObject, emit: Emit): void {
    this.#text.close(emit)
    const at = { choice: this.#choice, part: this.#parts++ }
    emit({ type: 'part-start', ...at, head: { kind: 'opaque', dialect, value } })
    emit({ type: 'part-end', ...at })
  }

  #call(call: JsonObject, emit: Emit): void {
    this.#hasCalls = true
    this.#calls.decode(call, emit)
  }

  #legacyCall(call: JsonObject, emit: Emit): void {
    this.#calls.decodeLegacy(call, emit)
    this.#hasCalls ||= this.#calls.parts.length > 0
  }

  #rareFields(delta: JsonObject, emit: Emit): void {
    const audio = asObject(delta['audio'])
    if (audio) this.#addAudio(audio, emit)
    const images = delta['images']
    if (images) for (const image of asObjects(images)) this.#image(image, emit)
    const about = asObject(delta['provider_metadata'])
    if (about) this.#extra['$message'] = { provider_metadata: about }
    for (const key in delta) {
      if (deltaKeys.has(key)) continue
      const unknown = unknownFields(delta, deltaKeys)
      if (Object.keys(unknown).length > 0) this.#opaque(unknown, emit)
      return
    }
  }

  #addAudio(audio: JsonObject, emit: Emit): void {
    if (!this.#audio && !OpenAudio.isBegun(audio)) return
    if (!this.#audio) {
      this.#text.close(emit)
      this.#audio = new OpenAudio({ choice: this.#choice, part: this.#parts++ }, audio, emit)
    }
    this.#audio.add(audio, emit)
  }

  #image(image: JsonObject, emit: Emit): void {
    const url = asString(asObject(image['image_url'])?.['url']) ?? asString(image['image_url'])
    if (url === undefined) return this.#opaque({ images: [image] }, emit)
    this.#text.close(emit)
    const at = { choice: this.#choice, part: this.#parts++ }
    const { mediaType, source } = readUrl(url, 'image/*')
    emit({ type: 'part-start', ...at, head: { kind: 'media', mediaType }, ...extend({ $images: true }) })
    if (source.from === 'base64') emit({ type: 'media-delta', ...at, base64: source.data })
    else emit({ type: 'media-delta', ...at, url })
    emit({ type: 'part-end', ...at })
  }

  /** Tokens of text and refusal belong to their part; other lists (of thinking, of other layouts) are kept as they are. */
  #logprobs(logprobs: JsonObject, emit: Emit): void {
    const left: Draft = {}
    for (const key of Object.keys(logprobs)) {
      const list = asArray(logprobs[key])
      if (!list || list.length === 0) continue
      const kind = key === 'content' ? 'text' : key === 'refusal' ? 'refusal' : undefined
      const isPlaced = kind !== undefined && this.#text.logprobs(kind, decodeLogprobs(list), emit)
      if (!isPlaced) left[key] = list
    }
    for (const key of Object.keys(left)) this.#keepLogprobs(key, asArray(left[key]) ?? [])
  }

  #keepLogprobs(key: string, list: readonly Json[]): void {
    const kept = asObject(this.#extra['logprobs']) ?? {}
    this.#extra['logprobs'] = { ...kept, [key]: [...(asArray(kept[key]) ?? []), ...list] }
  }

  /** An empty word stands on every chunk of some hosts and ends nothing (Snowflake, seen 2026-06). */
  #stop(raw: string, emit: Emit): void {
    if (raw === '') {
      this.#raw ??= raw
      return
    }
    this.#raw = raw
    this.#closeAll(emit)
  }

  #closeAll(emit: Emit): void {
    this.#text.close(emit)
    for (const part of this.#calls.parts) emit({ type: 'part-end', choice: this.#choice, part })
    this.#calls.close()
    this.#audio?.close(emit)
    this.#audio = undefined
  }

  /** Fields of the choice itself: lists grow (token ids), anything else is replaced (filter results). */
  #keep(key: string, value: Json | undefined): void {
    if (value === undefined || value === null || key === '__proto__') return
    const list = asArray(value)
    const known = list && asArray(this.#extra[key])
    this.#extra[key] = list && known ? [...known, ...list] : value
  }

  #opaque(delta: JsonObject, emit: Emit): void {
    emit({ type: 'opaque', dialect, value: { choice: this.#choice, delta } })
  }
}

/** The choice and the delta inside an opaque event of this dialect. */
export function readOpaque(value: JsonObject): { readonly choice: number; readonly delta: JsonObject } {
  const choice = value['choice']
  return { choice: typeof choice === 'number' ? choice : 0, delta: asObject(value['delta']) ?? {} }
}

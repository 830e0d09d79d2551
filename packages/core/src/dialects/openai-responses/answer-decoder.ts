import type { CodecContext } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, asString, rest } from '../../ir/read.ts'
import { decodeAnnotation } from './annotations.ts'
import { decodeResponseError } from './decode-failure.ts'
import { dialect, extend } from './extension.ts'
import { decodeFinish } from './finish.ts'
import { ItemDecoder } from './item-decoder.ts'
import { decodeLogprobs } from './logprobs.ts'
import { decodeUsage } from './usage.ts'

/** Types of items whose parts are words of the language; every other item becomes one opaque part when it is done. */
const spokenTypes: ReadonlySet<string> = new Set(['message', 'reasoning', 'function_call', 'custom_tool_call'])

/**
 * Turns what an answer says, in pieces or whole, into events. Both the stream decoder and the whole-answer decoder
 * drive it, so there is one mapping. It makes up what is missing: items that were never announced, text that only the
 * end of an item tells, and items that only the final response holds.
 */
export class AnswerDecoder {
  readonly #context: CodecContext
  readonly #items = new Map<number, ItemDecoder>()
  readonly #traits = { hasClientCall: false, hasRefusal: false }
  #head: JsonObject | undefined
  #parts = 0

  constructor(context: CodecContext) {
    this.#context = context
  }

  /** The failure of a provider that broke the protocol. */
  broken(how: string): Failure {
    const message = `The provider ${how}.`
    return { kind: 'upstream-protocol', message, retry: 'other-target' }
  }

  start(response: JsonObject, emit: Emit): void {
    if (this.#head) return
    this.#head = headOf(response)
    const id = asString(response['id']) ?? this.#context.newId('resp_')
    emit({ type: 'start', id, model: asString(response['model']) ?? '', ...extend(this.#head) })
  }

  text(at: number, index: number, text: string, emit: Emit): void {
    this.#item(at, 'message', emit).text('text', index, text, emit)
  }

  refusal(at: number, index: number, text: string, emit: Emit): void {
    this.#item(at, 'message', emit).text('refusal', index, text, emit)
  }

  summary(at: number, index: number, text: string, emit: Emit): void {
    this.#item(at, 'reasoning', emit).text('summary', index, text, emit)
  }

  thinking(at: number, index: number, text: string, emit: Emit): void {
    this.#item(at, 'reasoning', emit).text('thinking', index, text, emit)
  }

  args(at: number, text: string, emit: Emit): void {
    this.#items.get(at)?.args(text, emit)
  }

  argsDone(at: number, whole: string, emit: Emit): void {
    this.#items.get(at)?.fillArgs(whole, emit)
  }

  logprobs(at: number, list: Json | undefined, emit: Emit): void {
    if ((asArray(list)?.length ?? 0) > 0) this.#items.get(at)?.logprobs(decodeLogprobs(list), emit)
  }

  annotation(at: number, index: number, annotation: JsonObject, emit: Emit): void {
    this.#item(at, 'message', emit).cite(index, decodeAnnotation(annotation), emit)
  }

  contentAdded(at: number, index: number, part: JsonObject, emit: Emit): void {
    this.#item(at, part['type'] === 'reasoning_text' ? 'reasoning' : 'message', emit).openContent(index, part, emit)
  }

  contentDone(at: number, index: number, part: JsonObject, emit: Emit): void {
    this.#item(at, part['type'] === 'reasoning_text' ? 'reasoning' : 'message', emit).fillContent(index, part, emit)
  }

  summaryDone(at: number, index: number, whole: string, emit: Emit): void {
    this.#item(at, 'reasoning', emit).fill('summary', index, whole, emit)
  }

  itemAdded(at: number, item: JsonObject, emit: Emit): void {
    if (this.#items.has(at)) return
    this.#begin(emit)
    const opened = this.#open(at, item)
    if (spokenTypes.has(opened.type)) opened.announce(emit)
    else this.unknown({ type: 'response.output_item.added', output_index: at, item }, emit)
  }

  itemDone(at: number, item: JsonObject, emit: Emit): void {
    this.#begin(emit)
    const opened = this.#items.get(at) ?? this.#open(at, item)
    opened.close(item, emit)
  }

  /** An event or frame without words in the language: progress of a tool the provider runs, or something new. */
  unknown(value: JsonObject, emit: Emit): void {
    this.#begin(emit)
    emit({ type: 'opaque', dialect, value: rest(value, 'sequence_number') ?? {} })
  }

  /** The final response. `word` is the status its event told; the response's own status wins. */
  finish(response: JsonObject, word: string, emit: Emit): void {
    const status = asString(response['status']) ?? (word === 'done' ? 'completed' : word)
    this.start(response, emit)
    const usage = asObject(response['usage'])
    const hasEnded = status === 'completed' || status === 'incomplete'
    if (!hasEnded || word === 'failed' || asObject(response['error'])) {
      if (usage) emit({ type: 'usage', usage: decodeUsage(usage) })
      emit({ type: 'error', failure: this.#unhealthy(response, status) })
      return
    }
    this.#closeAll(asObjects(response['output']), emit)
    const reason = asString(asObject(response['incomplete_details'])?.['reason'])
    emit({ type: 'finish', choice: 0, ...decodeFinish(status, reason, this.#traits) })
    if (usage) emit({ type: 'usage', usage: decodeUsage(usage) })
    emit({ type: 'end', ...extend(changed(this.#head ?? {}, headOf(response))) })
  }

  #unhealthy(response: JsonObject, status: string): Failure {
    if (status === 'failed' || asObject(response['error'])) {
      return decodeResponseError(response, this.#context.provider)
    }
    if (status === 'cancelled') return { kind: 'cancelled', message: 'The response was cancelled.', retry: 'never' }
    return this.broken(`answered with a response that is still '${status}'`)
  }

  /** Items of the final response that the stream left out or left open. */
  #closeAll(output: readonly JsonObject[], emit: Emit): void {
    for (const [index, item] of output.entries()) {
      const known = this.#find(index, item)
      if (known) known.close(item, emit)
      else this.#open(this.#items.size === 0 ? index : this.#nextIndex(), item).close(item, emit)
    }
    for (const item of this.#items.values()) item.close(undefined, emit)
  }

  /** Some hosts give an item a new id, or another place, in the final response. */
  #find(index: number, item: JsonObject): ItemDecoder | undefined {
    const id = asString(item['id'])
    for (const known of this.#items.values()) if (id !== undefined && known.id === id) return known
    const placed = this.#items.get(index)
    return placed?.type === item['type'] ? placed : undefined
  }

  #nextIndex(): number {
    return Math.max(-1, ...this.#items.keys()) + 1
  }

  #item(at: number, type: string, emit: Emit): ItemDecoder {
    const known = this.#items.get(at)
    if (known) return known
    this.#begin(emit)
    return this.#open(at, { type })
  }

  #open(at: number, item: JsonObject): ItemDecoder {
    const opened = new ItemDecoder(item, {
      context: this.#context,
      traits: this.#traits,
      nextPart: () => this.#parts++,
    })
    this.#items.set(at, opened)
    return opened
  }

  /** A provider that never said `response.created`. */
  #begin(emit: Emit): void {
    if (!this.#head) this.start({}, emit)
  }
}

/** What a response says of itself beside its content. */
function headOf(response: JsonObject): JsonObject {
  const isQueued = response['status'] === 'queued'
  const known = ['id', 'model', 'object', 'output', 'usage', 'error', 'incomplete_details']
  return rest(response, ...known, ...(isQueued ? [] : ['status'])) ?? {}
}

/** Fields of the final response that were not so when it began. */
function changed(before: JsonObject, after: JsonObject): JsonObject {
  const fields: Record<string, Json | undefined> = {}
  for (const [key, value] of Object.entries(after)) {
    if (!isSame(before[key], value)) fields[key] = value
  }
  return fields
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object') return false
  return JSON.stringify(left) === JSON.stringify(right)
}

import type { EventDecoder, Frame } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asObjects, asString, parseObject, rest } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { readCitation } from './citation.ts'
import { decodeBlock } from './decode-block.ts'
import { decodeInnerFailure } from './decode-failure.ts'
import { finishFields, flattenDelta, readFinish } from './finish.ts'
import { dialect, extend } from './own-fields.ts'
import { readUsage } from './usage.ts'

/** Fields of a message that are always the same or have their own words. */
const messageFields = ['id', 'type', 'role', 'model', 'content', 'usage', ...finishFields]

/** Reads `message_start ... message_stop`. Only `message_stop` ends an answer well. */
export class MessageDecoder implements EventDecoder {
  readonly #provider: string
  readonly #newId: (prefix: string) => string
  #state: 'fresh' | 'running' | 'over' = 'fresh'
  /** Open blocks: the number on the wire and that of the part. */
  readonly #open = new Map<number, number>()
  #nextPart = 0
  #usage: Usage | undefined
  #finish: JsonObject = {}
  /** Unknown events that came before the message began. */
  readonly #early: JsonObject[] = []

  constructor(provider: string, newId: (prefix: string) => string) {
    this.#provider = provider
    this.#newId = newId
  }

  frame({ data, event }: Frame, emit: Emit): void {
    if (this.#state === 'over' || data === '' || data === '[DONE]') return
    const value = parseObject(data)
    if (!value) return this.#fail(malformed, emit)
    this.event(value, asString(value['type']) ?? event ?? '', emit)
  }

  /** One event, parsed. */
  event(value: JsonObject, type: string, emit: Emit): void {
    if (type === 'error' || (value['error'] !== undefined && !knownTypes.has(type))) {
      return this.#fail(decodeInnerFailure(value, this.#provider), emit)
    }
    if (this.#state === 'running') this.#running(type, value, emit)
    else if (type === 'message_start') this.#start(asObject(value['message']) ?? {}, emit)
    else if (knownTypes.has(type)) this.#fail(outOfOrder, emit)
    else if (type !== 'ping') this.#early.push(value)
  }

  end(emit: Emit): void {
    if (this.#state !== 'over') this.#fail(cutShort, emit)
  }

  #running(type: string, event: JsonObject, emit: Emit): void {
    switch (type) {
      case 'content_block_delta':
        return this.#delta(event, emit)
      case 'content_block_start':
        return this.#openBlock(event, emit)
      case 'content_block_stop':
        return this.#close(asNumber(event['index']) ?? -1, emit)
      case 'message_delta':
        return this.#messageDelta(event, emit)
      case 'message_stop':
        return this.#stop(emit)
      case 'message_start':
        return this.#fail(outOfOrder, emit)
      case 'ping':
        return
      default:
        return emit({ type: 'opaque', dialect, value: event })
    }
  }

  #start(message: JsonObject, emit: Emit): void {
    this.#state = 'running'
    const id = asString(message['id']) ?? this.#newId('msg_')
    const model = asString(message['model']) ?? ''
    emit({ type: 'start', id, model, ...extend(rest(withoutNull(message), ...messageFields)) })
    for (const value of this.#early) emit({ type: 'opaque', dialect, value })
    this.#takeUsage(message['usage'], emit)
    const end = rest(message, ...Object.keys(message).filter((key) => !finishFields.includes(key)))
    this.#finish = withoutNull(end ?? {})
    // An answer to a programmatic tool call may come whole in its first event.
    for (const block of asObjects(message['content'])) {
      const part = this.#nextPart++
      decodeBlock(block, { part, provider: this.#provider, emit })
      emit({ type: 'part-end', choice: 0, part })
    }
  }

  #openBlock(event: JsonObject, emit: Emit): void {
    const index = asNumber(event['index']) ?? -1
    this.#close(index, emit)
    const part = this.#nextPart++
    this.#open.set(index, part)
    decodeBlock(asObject(event['content_block']) ?? {}, { part, provider: this.#provider, emit })
  }

  #delta(event: JsonObject, emit: Emit): void {
    const part = this.#open.get(asNumber(event['index']) ?? -1)
    const delta = asObject(event['delta'])
    if (part === undefined || !delta) return emit({ type: 'opaque', dialect, value: event })
    switch (delta['type']) {
      case 'text_delta':
        return emit({ type: 'text-delta', choice: 0, part, text: asString(delta['text']) ?? '' })
      case 'input_json_delta':
        return emit({ type: 'args-delta', choice: 0, part, json: asString(delta['partial_json']) ?? '' })
      case 'thinking_delta':
        return emitThinking(part, delta, emit)
      case 'signature_delta': {
        const data = asString(delta['signature']) ?? ''
        return emit({ type: 'seal-delta', choice: 0, part, seal: { dialect, provider: this.#provider, data } })
      }
      case 'citations_delta':
        return emit({ type: 'citation', choice: 0, part, citation: readCitation(asObject(delta['citation']) ?? {}) })
      default:
        return emit({ type: 'opaque-delta', choice: 0, part, dialect, value: delta })
    }
  }

  #close(index: number, emit: Emit): void {
    const part = this.#open.get(index)
    if (part === undefined) return
    this.#open.delete(index)
    emit({ type: 'part-end', choice: 0, part })
  }

  /** Held until `message_stop`: there may be several, each telling more. Usage is told at once, it may be the last. */
  #messageDelta(event: JsonObject, emit: Emit): void {
    this.#finish = { ...this.#finish, ...withoutNull(flattenDelta(event)) }
    this.#takeUsage(event['usage'], emit)
  }

  #takeUsage(value: unknown, emit: Emit): void {
    const wire = asObject(value)
    if (!wire) return
    this.#usage = readUsage(wire, this.#usage)
    emit({ type: 'usage', usage: this.#usage })
  }

  #stop(emit: Emit): void {
    for (const index of [...this.#open.keys()]) this.#close(index, emit)
    this.#state = 'over'
    emit({ type: 'finish', choice: 0, ...readFinish(this.#finish) })
    emit({ type: 'end' })
  }

  #fail(failure: Failure, emit: Emit): void {
    this.#state = 'over'
    emit({ type: 'error', failure })
  }
}

/** A thinking delta may hold no text but a count of tokens thought so far, which is kept as it is. */
function emitThinking(part: number, delta: JsonObject, emit: Emit): void {
  const text = asString(delta['thinking']) ?? ''
  const more = rest(delta, 'type', 'thinking')
  if (text !== '' || !more) emit({ type: 'reasoning-delta', choice: 0, part, text })
  if (more) {
    emit({ type: 'opaque-delta', choice: 0, part, dialect, value: { type: 'thinking_delta', thinking: '', ...more } })
  }
}

function withoutNull(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
}

const knownTypes = new Set([
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
])

const malformed: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider sent an event that is not a JSON object.',
  retry: 'other-target',
}

const outOfOrder: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider sent its events in an order that makes no message.',
  retry: 'other-target',
}

const cutShort: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider closed the stream before message_stop.',
  retry: 'other-target',
}

import type { CodecContext, EventDecoder, Frame } from '../../ir/dialect.ts'
import type { Emit, StreamEvent } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asString, parseObject, rest } from '../../ir/read.ts'
import { readInnerFailure } from '../../ir/upstream-failure.ts'
import { AnswerParts } from './answer-parts.ts'
import { brokenBy, readReason } from './finish.ts'
import { dialect, extend } from './own-fields.ts'
import { readUsage } from './usage.ts'
import { V1Events } from './v1-answers.ts'

/** Fields of a message whose content comes in events of its own. */
const messageFields = ['role', 'content', 'tool_plan', 'tool_calls', 'citations'] as const

/** Reads `message-start ... message-end`. Only `message-end` ends an answer well; the `[DONE]` after it says nothing. */
export class ChatDecoder implements EventDecoder {
  readonly #context: CodecContext
  #parts: AnswerParts | undefined
  #isOver = false
  readonly #older: V1Events = new V1Events()

  constructor(context: CodecContext) {
    this.#context = context
  }

  frame({ data, event }: Frame, emit: Emit): void {
    if (this.#isOver || data === '') return
    const value = parseObject(data)
    if (!value) return this.#fail(malformed, emit)
    if (typeof value['event_type'] !== 'string') return this.#event(value, asString(value['type']) ?? event ?? '', emit)
    for (const each of this.#older.read(value)) {
      if (!this.#isOver) this.#event(each, asString(each['type']) ?? '', emit)
    }
  }

  #event(value: JsonObject, type: string, emit: Emit): void {
    if (isError(value, type)) return this.#fail(readInnerFailure(value, this.#context.provider), emit)
    if (type === 'message-start') return this.#start(value, emit)
    if (!this.#parts) return this.#fail(outOfOrder, emit)
    if (type === 'message-end') return this.#stop(value, emit)
    if (!read(this.#parts, type, value)) emit({ type: 'opaque', dialect, value })
  }

  end(emit: Emit): void {
    if (!this.#isOver) this.#fail(cutShort, emit)
  }

  #start(event: JsonObject, emit: Emit): void {
    if (this.#parts) return this.#fail(outOfOrder, emit)
    const message = messageOf(event)
    const id = asString(event['id']) ?? this.#context.newId('chat-')
    emit({ type: 'start', id, model: '', ...extend(rest(message, ...messageFields)) })
    this.#parts = new AnswerParts(this.#context.newId, emit)
  }

  #stop(event: JsonObject, emit: Emit): void {
    this.#isOver = true
    finishAnswer(asObject(event['delta']) ?? {}, { parts: this.#parts, emit })
  }

  #fail(failure: Failure, emit: Emit): void {
    this.#isOver = true
    emit({ type: 'error', failure })
  }
}

/** What ends an answer, streamed or whole: its finish, usage, and what has no word in the language. */
export function finishAnswer(
  end: JsonObject,
  { parts, emit }: { readonly parts: AnswerParts | undefined; readonly emit: Emit },
): void {
  const raw = asString(end['finish_reason']) ?? null
  const failure = brokenBy(raw, asString(end['error']))
  if (failure) return emit({ type: 'error', failure })
  parts?.closeAll()
  const reason = readReason(raw)
  const more = extend(rest(end, 'finish_reason', 'usage', 'error'))
  emit({ type: 'finish', choice: 0, reason: reason === 'stop' && parts?.hasCall ? 'tool-calls' : reason, raw, ...more })
  const usage = readUsage(asObject(end['usage']) ?? {})
  if (usage) emit({ type: 'usage', usage })
  emit({ type: 'end' } satisfies StreamEvent)
}

/** Reads an event inside a message; false for one we do not know. */
function read(parts: AnswerParts, type: string, event: JsonObject): boolean {
  const index = asNumber(event['index']) ?? 0
  switch (type) {
    case 'content-delta':
      parts.addContent(index, asObject(messageOf(event)['content']) ?? {})
      readLogprobs(parts, index, event)
      return true
    case 'tool-plan-delta':
      parts.addPlan(asString(messageOf(event)['tool_plan']) ?? '')
      return true
    case 'tool-call-delta':
      parts.addArgs(index, asString(functionOf(event)['arguments']) ?? '')
      return true
    case 'content-start':
      parts.openContent(index, asObject(messageOf(event)['content']) ?? {})
      readLogprobs(parts, index, event)
      return true
    case 'tool-call-start':
      parts.openCall(index, asObject(messageOf(event)['tool_calls']) ?? {})
      return true
    case 'tool-call-end':
      parts.closeCall(index)
      return true
    case 'citation-start':
      parts.addCitation(asObject(messageOf(event)['citations']) ?? {})
      return true
    case 'content-end':
    case 'citation-end':
      return true
    default:
      return false
  }
}

function readLogprobs(parts: AnswerParts, index: number, event: JsonObject): void {
  const item = asObject(event['logprobs'])
  if (item) parts.addLogprobs(index, item)
}

function messageOf(event: JsonObject): JsonObject {
  return asObject(asObject(event['delta'])?.['message']) ?? {}
}

function functionOf(event: JsonObject): JsonObject {
  return asObject(asObject(messageOf(event)['tool_calls'])?.['function']) ?? {}
}

/** An error inside a stream is no event of a message: it has a message of words, or says `error`. */
function isError(value: JsonObject, type: string): boolean {
  if (type === 'error' || (value['error'] !== undefined && type !== 'message-end')) return true
  return value['type'] === undefined && typeof value['message'] === 'string'
}

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
  message: 'The provider closed the stream before message-end.',
  retry: 'other-target',
}

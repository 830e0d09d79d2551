import type { EventDecoder, Frame, RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asString, parseObject } from '../../ir/read.ts'
import { AnswerDecoder } from './answer-decoder.ts'
import { decodeErrorObject } from './decode-failure.ts'
import type { ResponsesQuirks } from './quirks.ts'

/**
 * Reads a streamed answer. Healthy ends are `response.completed` and `response.incomplete`. Providers leave out events
 * (OpenRouter all names, others the `*.done` or `content_part.*` events), so each is only taken for what it adds.
 */
export function createDecoder({ context }: RequestOptions<ResponsesQuirks>): EventDecoder {
  const answer = new AnswerDecoder(context)
  let isOver = false

  function send(emit: Emit, failure: Failure): void {
    isOver = true
    emit({ type: 'error', failure })
  }

  function frame({ event, data }: Frame, emit: Emit): void {
    if (isOver || data === '[DONE]') return
    const value = parseObject(data)
    if (!value) return send(emit, answer.broken('sent a frame that is no JSON object'))
    const type = asString(value['type']) ?? event
    if (isDelta(type) && readDelta(type, value, answer, emit)) return
    if (type === 'error' || (type === undefined && value['error'] !== undefined)) {
      return send(emit, decodeErrorObject(value, context.provider))
    }
    isOver = readEvent(type, value, answer, emit)
  }

  function end(emit: Emit): void {
    if (!isOver) send(emit, answer.broken('closed the stream before the response was complete'))
  }

  return { frame, end }
}

function isDelta(type: string | undefined): type is string {
  return type?.endsWith('.delta') === true
}

/** The hot path: a piece of text. False for deltas that are not words of the language. */
function readDelta(type: string, value: JsonObject, answer: AnswerDecoder, emit: Emit): boolean {
  const delta = value['delta']
  if (typeof delta !== 'string') return false
  const at = asNumber(value['output_index']) ?? 0
  switch (type) {
    case 'response.output_text.delta':
      answer.text(at, indexOf(value, 'content_index'), delta, emit)
      answer.logprobs(at, value['logprobs'], emit)
      return true
    case 'response.refusal.delta':
      answer.refusal(at, indexOf(value, 'content_index'), delta, emit)
      return true
    case 'response.reasoning_summary_text.delta':
      answer.summary(at, indexOf(value, 'summary_index'), delta, emit)
      return true
    case 'response.reasoning_text.delta':
      answer.thinking(at, indexOf(value, 'content_index'), delta, emit)
      return true
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      answer.args(at, delta, emit)
      return true
    default:
      return false
  }
}

/** Any other event; true when it was the last one. */
function readEvent(type: string | undefined, value: JsonObject, answer: AnswerDecoder, emit: Emit): boolean {
  const at = asNumber(value['output_index']) ?? 0
  const response = asObject(value['response'])
  switch (type) {
    case 'response.created':
    case 'response.queued':
    case 'response.in_progress':
      if (response) answer.start(response, emit)
      return false
    case 'response.output_item.added':
      answer.itemAdded(at, asObject(value['item']) ?? {}, emit)
      return false
    case 'response.output_item.done':
      answer.itemDone(at, asObject(value['item']) ?? {}, emit)
      return false
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.done':
      answer.finish(response ?? {}, type.slice('response.'.length), emit)
      return true
    case undefined:
      return readUntyped(value, answer, emit)
    default:
      readProgress(type, at, value, { answer, emit })
      return false
  }
}

/** A provider that does not stream sends the whole response in one frame. */
function readUntyped(value: JsonObject, answer: AnswerDecoder, emit: Emit): boolean {
  if (value['object'] === 'response') {
    answer.finish(value, 'done', emit)
    return true
  }
  answer.unknown(value, emit)
  return false
}

interface Progress {
  readonly answer: AnswerDecoder
  readonly emit: Emit
}

/** Openings and ends of sections: they repeat what deltas said, and tell what deltas left out. */
function readProgress(type: string, at: number, value: JsonObject, { answer, emit }: Progress): void {
  const part = asObject(value['part']) ?? {}
  const content = indexOf(value, 'content_index')
  const summary = indexOf(value, 'summary_index')
  switch (type) {
    case 'response.content_part.added':
    case 'response.reasoning_part.added':
      return answer.contentAdded(at, content, part, emit)
    case 'response.content_part.done':
    case 'response.reasoning_part.done':
      return answer.contentDone(at, content, part, emit)
    case 'response.output_text.done':
      return answer.contentDone(at, content, { type: 'output_text', text: value['text'] }, emit)
    case 'response.refusal.done':
      return answer.contentDone(at, content, { type: 'refusal', refusal: value['refusal'] }, emit)
    case 'response.reasoning_text.done':
      return answer.contentDone(at, content, { type: 'reasoning_text', text: value['text'] }, emit)
    case 'response.reasoning_summary_part.added':
      return answer.summary(at, summary, asString(part['text']) ?? '', emit)
    case 'response.reasoning_summary_part.done':
      return answer.summaryDone(at, summary, asString(part['text']) ?? '', emit)
    case 'response.reasoning_summary_text.done':
      return answer.summaryDone(at, summary, asString(value['text']) ?? '', emit)
    case 'response.function_call_arguments.done':
      return answer.argsDone(at, asString(value['arguments']) ?? '', emit)
    case 'response.custom_tool_call_input.done':
      return answer.argsDone(at, asString(value['input']) ?? '', emit)
    case 'response.output_text.annotation.added':
      return answer.annotation(at, content, asObject(value['annotation']) ?? {}, emit)
    default:
      return answer.unknown(value, emit)
  }
}

function indexOf(value: JsonObject, key: 'content_index' | 'summary_index'): number {
  return asNumber(value[key]) ?? 0
}

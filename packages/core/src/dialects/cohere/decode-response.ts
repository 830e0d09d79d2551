import type { RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asObjects, asString, rest } from '../../ir/read.ts'
import { readInnerFailure } from '../../ir/upstream-failure.ts'
import { AnswerParts } from './answer-parts.ts'
import { finishAnswer } from './decode-events.ts'
import { cutLogprobs } from './logprobs.ts'
import { extend } from './own-fields.ts'
import type { CohereQuirks } from './quirks.ts'
import { isV1, readV1Answer } from './v1-answers.ts'

/** A whole answer: its content blocks, plan and calls in the order a stream tells them. */
export function decodeResponse(wire: JsonObject, { context }: RequestOptions<CohereQuirks>, emit: Emit): void {
  const body = isV1(wire) ? readV1Answer(wire) : wire
  const message = asObject(body['message'])
  if (!message) return emit({ type: 'error', failure: failureOf(body, context.provider) })
  const id = asString(body['id']) ?? context.newId('chat-')
  const unknown = rest(body, 'id', 'message', 'finish_reason', 'usage', 'logprobs')
  emit({ type: 'start', id, model: '', ...extend(unknown) })
  const parts = new AnswerParts(context.newId, emit)
  readMessage(message, { parts, logprobs: body['logprobs'] })
  finishAnswer({ finish_reason: body['finish_reason'], usage: body['usage'], error: body['error'] }, { parts, emit })
}

/** An answer that was cut off before it said anything has a message without content, and so has one that broke. */
function failureOf(body: JsonObject, provider: string): Failure {
  if (body['message'] === undefined && body['error'] === undefined) return noMessage
  return readInnerFailure(body, provider)
}

interface Reading {
  readonly parts: AnswerParts
  readonly logprobs: unknown
}

function readMessage(message: JsonObject, { parts, logprobs }: Reading): void {
  const { content } = message
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : asObjects(content)
  const citations = asObjects(message['citations'])
  const firstText = blocks.findIndex(({ type }) => type === 'text')
  const probable = cutLogprobs(logprobs, blocks.map(lengthOf))
  for (const [index, block] of blocks.entries()) {
    if (index === firstText) addPlan(message, citations, parts)
    parts.openContent(index, block)
    for (const item of probable[index] ?? []) parts.addLogprobs(index, item)
    for (const each of citations) if (isOf(each, index, firstText)) parts.addCitation(each)
  }
  if (firstText < 0) addPlan(message, citations, parts)
  for (const [index, call] of asObjects(message['tool_calls']).entries()) {
    parts.openCall(index, call)
    parts.closeCall(index)
  }
}

function addPlan(message: JsonObject, citations: readonly JsonObject[], parts: AnswerParts): void {
  parts.addPlan(asString(message['tool_plan']) ?? '')
  for (const each of citations) if (each['type'] === 'PLAN') parts.addCitation(each)
}

/** A citation names the block it stands in; one that names none stands in the text. */
function isOf(citation: JsonObject, index: number, firstText: number): boolean {
  return citation['type'] !== 'PLAN' && (asNumber(citation['content_index']) ?? firstText) === index
}

function lengthOf(block: JsonObject): number {
  return (asString(block['text']) ?? asString(block['thinking']) ?? '').length
}

const noMessage: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider answered with something that is no message.',
  retry: 'other-target',
}

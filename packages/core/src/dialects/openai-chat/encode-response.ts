import type { EncoderOptions, Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asString } from '../../ir/read.ts'
import type { Choice, GenerateResponse } from '../../ir/response.ts'
import { readStyle } from './client-style.ts'
import { readOpaque } from './decode-choice.ts'
import type { AnswerWriting } from './encode-message.ts'
import { MessageWriter } from './encode-message.ts'
import { finishMembers, messageNotes } from './finish-members.ts'
import { encodeUsage } from './usage.ts'
import type { Draft } from './wire.ts'
import { dialect, sendable } from './wire.ts'

/** A whole answer: the fold of the same events that would have been streamed. */
export function encodeResponse(response: GenerateResponse, options: EncoderOptions, lose: Lose): JsonObject {
  const { request, context } = options
  const writing: AnswerWriting = { style: readStyle(request), context, lose }
  const { created = context.createdAt, ...fields } = sendable(response.ext)
  return {
    id: response.id === '' ? context.newId('chatcmpl-') : response.id,
    object: 'chat.completion',
    created,
    model: response.model === '' ? request.model : response.model,
    choices: response.choices.map((choice, index) =>
      encodeChoice(choice, ownDeltas(response, index, lose), { index, writing }),
    ),
    ...(response.usage && { usage: encodeUsage(response.usage) }),
    ...fields,
  }
}

interface ChoicePlace {
  readonly index: number
  readonly writing: AnswerWriting
}

function encodeChoice(
  { parts, finish }: Choice,
  deltas: readonly JsonObject[],
  { index, writing }: ChoicePlace,
): JsonObject {
  const message = new MessageWriter(writing)
  for (const [place, part] of parts.entries()) message.add(part, `choices[${index}].parts[${place}]`)
  const { logprobs: kept, ...members } = finishMembers(finish, message, writing.style)
  return {
    index,
    message: mergeDeltas({ ...message.message(), ...messageNotes(finish) }, deltas),
    logprobs: joinLogprobs(message.logprobs(), kept),
    ...members,
  }
}

function joinLogprobs(placed: JsonObject | null, kept: Json | undefined): Json {
  if (kept === undefined || kept === null || Array.isArray(kept) || typeof kept !== 'object') return placed
  return { ...placed, ...kept }
}

/** Fields of a message that only this dialect's host knew. Those of other dialects are reported once, at choice 0. */
function ownDeltas({ opaque }: GenerateResponse, index: number, lose: Lose): readonly JsonObject[] {
  const deltas: JsonObject[] = []
  for (const { dialect: origin, value } of opaque) {
    if (origin === dialect) {
      const { choice, delta } = readOpaque(value)
      if (choice === index) deltas.push(delta)
    } else if (index === 0) {
      lose({ path: 'opaque', why: `an event only ${origin} knows`, value: value['type'] ?? null })
    }
  }
  return deltas
}

/** Pieces of one field: text and lists grow, anything else is replaced. */
function mergeDeltas(message: Draft, deltas: readonly JsonObject[]): Draft {
  for (const delta of deltas) {
    for (const [key, value] of Object.entries(delta)) {
      const known = message[key]
      const list = asArray(value)
      const before = asArray(known)
      const text = asString(value)
      if (list && before) message[key] = [...before, ...list]
      else message[key] = text !== undefined && typeof known === 'string' ? known + text : value
    }
  }
  return message
}

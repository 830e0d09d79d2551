import type { FinishReason, StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString, rest } from '../../ir/read.ts'
import { dialect, ownFields } from './own-fields.ts'

type Finish = Omit<Extract<StreamEvent, { type: 'finish' }>, 'type' | 'choice'>

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'paused',
  compaction: 'paused',
  refusal: 'refusal',
}

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
  paused: 'pause_turn',
  other: 'end_turn',
}

/** Fields that `message_delta` tells inside `delta`; the others stand beside it. A whole message holds all at its top. */
const deltaFields = ['stop_details', 'container']
const outerFields = ['context_management', 'input_transformations']

/** All fields of a message that say how it ended. */
export const finishFields: readonly string[] = ['stop_reason', 'stop_sequence', ...deltaFields, ...outerFields]

/** What a message, or all deltas of one laid over each other, says of its end. */
export function readFinish(end: JsonObject): Finish {
  const raw = asString(end['stop_reason']) ?? null
  const stopSequence = asString(end['stop_sequence'])
  const more = Object.entries(rest(end, 'stop_reason', 'stop_sequence') ?? {}).filter(([, value]) => value !== null)
  return {
    reason: raw === null ? 'other' : (reasons[raw] ?? 'other'),
    raw,
    ...(stopSequence !== undefined && { stopSequence }),
    ext: { [dialect]: Object.fromEntries(more) },
  }
}

/** What must be known of an answer beside its finish to say in this dialect why it stopped. */
export interface AnswerFacts {
  readonly hasCall: boolean
  readonly hasRefusal: boolean
}

/** `stop_reason`, `stop_sequence` and what belongs with them. */
export function writeFinish(finish: Finish, { hasCall, hasRefusal }: AnswerFacts): JsonObject {
  const isOwn = finish.ext?.[dialect] !== undefined
  const reason = finish.reason === 'stop' && hasRefusal ? 'refusal' : finish.reason
  const word = reason === 'stop' && hasCall ? 'tool_use' : words[reason]
  const fields = ownFields(finish.ext)
  return {
    stop_reason: isOwn ? finish.raw : word,
    stop_sequence: finish.stopSequence ?? null,
    ...Object.fromEntries(deltaFields.filter((key) => key in fields).map((key) => [key, fields[key]])),
    ...asObject(fields['delta']),
  }
}

/** The fields of the end that stand beside `delta`. */
export function writeOuterFinish({ ext }: Finish): JsonObject {
  return rest(ownFields(ext), 'delta', ...deltaFields) ?? {}
}

/** `message_delta` as flat fields; one in `delta` that we do not know stays under `delta`. */
export function flattenDelta(event: JsonObject): JsonObject {
  const delta = asObject(event['delta']) ?? {}
  const unknown = rest(delta, 'stop_reason', 'stop_sequence', ...deltaFields)
  const known = unknown ? rest(delta, ...Object.keys(unknown)) : delta
  return { ...rest(event, 'type', 'delta', 'usage'), ...known, ...(unknown && { delta: unknown }) }
}

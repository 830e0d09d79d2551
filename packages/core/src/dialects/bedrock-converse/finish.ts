import type { FinishReason, StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString, rest } from '../../ir/read.ts'
import { extend } from './own-fields.ts'

/** Everything a `finish` event says but its choice. */
export type Finish = Omit<Extract<StreamEvent, { type: 'finish' }>, 'type' | 'choice'>

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseResponse.html (seen 2026-11-21) */
const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  refusal: 'refusal',
}

/**
 * Where models of other makers say which stop sequence was hit, in a whole answer and in a stream. A pointer to what a
 * model does not say is passed over by the API.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (seen 2026-11-21)
 */
export const stopSequencePaths: readonly string[] = ['/stop_sequence', '/delta/stop_sequence']

/** What `messageStop`, or a whole answer, says of its end. */
export function readFinish(end: JsonObject): Finish {
  const raw = asString(end['stopReason']) ?? null
  const fields = asObject(end['additionalModelResponseFields'])
  const stopSequence = asString(fields?.['stop_sequence']) ?? asString(asObject(fields?.['delta'])?.['stop_sequence'])
  const told = fields && rest(fields, 'stop_sequence', 'delta')
  return {
    reason: raw === null ? 'other' : (reasons[raw] ?? 'other'),
    raw,
    ...(stopSequence !== undefined && { stopSequence }),
    ...extend(told && { additionalModelResponseFields: told }),
  }
}

import type { AnswerFacts, RelayEditOptions, RelayRules } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import { findGuarded } from './relay-fields.ts'
import { readUsage } from './usage.ts'

/**
 * How messages pass through untranslated. `service_tier` needs no guard: `auto` spends committed capacity before
 * ordinary capacity and costs no more per token.
 */
export const relay: RelayRules = {
  isModelInBody: true,
  edits,
  guardMarks: /(?:)/,
  findGuarded,
  marks: /"usage"\s*:\s*\{|"message_stop"|"error"/,
  readFacts,
  isUnasked: () => false,
  endsAtClose: false,
  hasArrayStreams: false,
}

function edits(_body: JsonObject, _options: RelayEditOptions<unknown>): Record<string, string> {
  return {}
}

/** It is a message and says why it stopped. */
function readFacts(body: JsonObject): AnswerFacts | undefined {
  const finish = body['stop_reason']
  if (typeof finish !== 'string' || body['type'] !== 'message') return undefined
  const usage = asObject(body['usage'])
  return { usage: usage && readUsage(usage), finish }
}

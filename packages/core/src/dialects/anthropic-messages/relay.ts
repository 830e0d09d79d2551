import type { RelayEditOptions, RelayRules } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { findGuarded } from './relay-fields.ts'

/**
 * How messages pass through untranslated. `service_tier` needs no guard: `auto` spends committed capacity before
 * ordinary capacity and costs no more per token.
 */
export const relay: RelayRules = {
  isModelInBody: true,
  edits,
  findGuarded,
  marks: /"usage"\s*:\s*\{|"message_stop"|"error"/,
  isUnasked: () => false,
  endsAtClose: false,
  hasArrayStreams: false,
}

function edits(_body: JsonObject, _options: RelayEditOptions<unknown>): Readonly<Record<string, string>> {
  return {}
}

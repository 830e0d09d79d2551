import type { RelayEditOptions, RelayRules } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { findGuarded } from './relay-fields.ts'

/** How generateContent passes through untranslated. Usage stands on every chunk, so the marks look for the last one. */
export const relay: RelayRules = {
  isModelInBody: false,
  edits,
  findGuarded,
  marks: /"finishReason"|"blockReason"|"error"/,
  isUnasked: () => false,
  endsAtClose: true,
  hasArrayStreams: true,
}

function edits(_body: JsonObject, _options: RelayEditOptions<unknown>): Readonly<Record<string, string>> {
  return {}
}

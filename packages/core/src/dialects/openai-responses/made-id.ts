import type { JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'

/** Ids of reasoning items made here begin so: no provider has stored an item of that name. */
export const madeReasoningPrefix = 'rs_sluice_'

/** Of those, the ones that show a model's own thinking, not a digest of it. */
export const madeThoughtPrefix = 'rs_sluice_full_'

/** True for an item that this gateway made for another dialect's thinking. */
export function isMade(item: JsonObject): boolean {
  return asString(item['id'])?.startsWith(madeReasoningPrefix) === true
}

/** True for a made item whose summary is the thinking itself. */
export function isMadeThought(item: JsonObject): boolean {
  return asString(item['id'])?.startsWith(madeThoughtPrefix) === true
}

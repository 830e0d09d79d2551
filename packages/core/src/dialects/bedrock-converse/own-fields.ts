import type { JsonObject } from '../../ir/json.ts'
import type { Extensions } from '../../ir/part.ts'

/** This dialect's id; the only key of `ext` this folder touches. */
export const dialect = 'bedrock-converse'

/** An `ext` holding these fields, to spread into a part, citation or event; nothing when there are none. */
export function extend(fields: JsonObject | undefined): { readonly ext?: Extensions } {
  return fields && Object.keys(fields).length > 0 ? { ext: { [dialect]: fields } } : {}
}

/** What this dialect said that has no word in the language, ready to be written back. */
export function ownFields(ext: Extensions | undefined): JsonObject {
  return ext?.[dialect] ?? {}
}

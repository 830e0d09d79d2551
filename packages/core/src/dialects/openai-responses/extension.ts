import type { JsonObject } from '../../ir/json.ts'
import type { Extensions } from '../../ir/part.ts'
import { asObject } from '../../ir/read.ts'

/** The dialect of this folder. */
export const dialect = 'openai-responses' as const

/**
 * What this dialect keeps in `ext`. Keys with `$` are notes on spelling, the rest are wire fields without a word in the
 * language.
 *
 * On parts: `$item` holds the fields of the item the part came in (id, status, phase ...), `$more` says that the next
 * part came in the same item, `$text` that a message's content was a string, `$list` that a tool's output was a list,
 * `$cache` the cache breakpoint as it stood. On messages: `$item`, `$text`, and `$from` for `instructions` or a bare
 * `input`. On tools: `$strict`, `$namespace`, `$name`. On requests: `$include`, `$summary` and fields that only repeat
 * a default.
 */
export function ownOf(ext: Extensions | undefined): JsonObject | undefined {
  return ext?.[dialect]
}

/** The note about the item a part came in. */
export function itemOf(ext: Extensions | undefined): JsonObject | undefined {
  return asObject(ext?.[dialect]?.['$item'])
}

/** `ext` with these fields, or nothing to spread when there are none. */
export function extend(fields: JsonObject | undefined): { readonly ext?: Extensions } {
  return fields === undefined || Object.keys(fields).length === 0 ? {} : { ext: { [dialect]: fields } }
}

/** The wire fields of a bag: all keys that are no notes. */
export function fieldsOf(own: JsonObject | undefined): JsonObject {
  if (own === undefined) return {}
  return Object.fromEntries(Object.entries(own).filter(([key]) => !key.startsWith('$')))
}

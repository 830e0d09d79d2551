import type { JsonObject } from '../../ir/json.ts'
import type { Extensions } from '../../ir/part.ts'
import type { GenerateRequest } from '../../ir/request.ts'

/** This dialect's id; the only key of `ext` this folder touches. */
export const dialect = 'anthropic-messages'

/** An `ext` holding these fields, to spread into a part, message or event; nothing when there are none. */
export function extend(fields: JsonObject | undefined): { readonly ext?: Extensions } {
  return fields && Object.keys(fields).length > 0 ? { ext: { [dialect]: fields } } : {}
}

/** What this dialect said that has no word in the language, ready to be written back. Notes (`$...`) are left out. */
export function ownFields(ext: Extensions | undefined): JsonObject {
  const bag = ext?.[dialect]
  if (!bag) return {}
  return Object.fromEntries(Object.entries(bag).filter(([key]) => !key.startsWith('$')))
}

/** A note this dialect left for itself: how the client spelled something that can be spelled in several ways. */
export function note(ext: Extensions | undefined, key: `$${string}`): JsonObject[string] {
  return ext?.[dialect]?.[key]
}

/**
 * True when the client itself speaks this dialect. Such a request is the client's own word: it is written back as it
 * came, and what the API would refuse in it the API refuses, as it would without a gateway in between. Only requests
 * from other dialects are bent to this API's rules.
 */
export function isNative(request: GenerateRequest): boolean {
  return note(request.ext, '$native') === true
}

/** The note that `isNative` looks for. */
export const nativeNote: JsonObject = { $native: true }

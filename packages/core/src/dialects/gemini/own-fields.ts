import type { Json, JsonObject } from '../../ir/json.ts'
import type { Extensions } from '../../ir/part.ts'
import type { GenerateRequest } from '../../ir/request.ts'

/** This dialect's id; the only key of `ext` this folder touches. */
export const dialect = 'gemini' as const

/**
 * An `ext` holding these fields, to spread into a part, message or event; nothing when there are none.
 *
 * Keys with `$` are notes on spelling, the rest are wire fields without a word in the language. On requests: `$native`
 * (the client speaks this dialect), `$responseSchema` (the schema as it stood in OpenAPI's words). On messages: `$role`
 * (a role that has another spelling), `$joined` (came in one content with the message before). On parts: `$noId` (the
 * id is ours, the wire had none), `$unsigned` (the client asked to skip the signature check), `$carried` (a thought that came
 * with a call, until it is put in its place). On tools: `$parameters`
 * (as `$responseSchema`).
 */
export function extend(fields: JsonObject | undefined): { readonly ext?: Extensions } {
  return fields && Object.keys(fields).length > 0 ? { ext: { [dialect]: fields } } : {}
}

/** Marks a thought that a call carried home. */
export const carriedNote: { readonly ext?: Extensions } = extend({ $carried: true })

/** Everything this dialect kept in the bag, notes included. */
export function ownOf(ext: Extensions | undefined): JsonObject {
  return ext?.[dialect] ?? {}
}

/** What this dialect said that has no word in the language, ready to be written back. Notes are left out. */
export function ownFields(ext: Extensions | undefined): JsonObject {
  const bag = ext?.[dialect]
  if (!bag) return {}
  return Object.fromEntries(Object.entries(bag).filter(([key]) => !key.startsWith('$')))
}

/** A note this dialect left for itself. */
export function note(ext: Extensions | undefined, key: `$${string}`): Json | undefined {
  return ext?.[dialect]?.[key]
}

/**
 * True when the client itself speaks this dialect. Such a request is the client's own word: it is written back as it
 * came, and what the API would refuse in it the API refuses, as it would without a gateway in between.
 */
export function isNative(request: GenerateRequest): boolean {
  return note(request.ext, '$native') === true
}

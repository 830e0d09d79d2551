import type { Json, JsonObject } from '../../ir/json.ts'
import type { Extensions } from '../../ir/part.ts'

/** The name of this dialect, in its seals, its bags of fields and its opaque parts. */
export const dialect = 'openai-chat'

/** An object under construction; undefined members are not sent. */
export type Draft = Record<string, Json | undefined>

/**
 * What this dialect kept in a bag. Keys that begin with `$` are notes about spelling (which of two names a field had,
 * a field beside the list instead of in it): they mean nothing elsewhere and are never sent as they are.
 */
export function own(ext: Extensions | undefined): JsonObject {
  return ext?.[dialect] ?? nothing
}

const nothing: JsonObject = {}

/** A bag holding these fields, to be spread into its carrier; undefined when there are none. */
export function extend(fields: JsonObject | undefined): { readonly ext: Extensions } | undefined {
  if (!fields || Object.keys(fields).length === 0) return undefined
  return { ext: { [dialect]: fields } }
}

/** The fields of a bag that go back on the wire as they are: all but the notes. */
export function sendable(ext: Extensions | undefined): JsonObject {
  const fields = own(ext)
  const sent: Draft = {}
  for (const key of Object.keys(fields)) if (!key.startsWith('$')) sent[key] = fields[key]
  return sent
}

/** The members nobody here has a name for. A null says nothing and is left out; so is `__proto__`, which is no field. */
export function unknownFields(object: JsonObject, known: ReadonlySet<string>): Draft {
  const left: Draft = {}
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (value === undefined || value === null || known.has(key)) continue
    if (!key.startsWith('$') && key !== '__proto__') left[key] = value
  }
  return left
}

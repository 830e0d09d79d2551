import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects } from '../../ir/read.ts'

/**
 * Top-level fields that reach past what was authorised: other models than the one asked for (an aggregator's list of
 * fallbacks, a stored preset that names its own), and paid plugins the aggregator runs beside the model.
 */
export const guarded: readonly string[] = ['models', 'preset', 'plugins']

/** Top-level fields that only change where an answer is kept or what it costs; a relay sets these itself. */
export const owned: readonly string[] = ['model', 'store', 'service_tier', 'stream_options']

/** Fields that name something stored at the provider, at whatever depth. */
const nestedNames: ReadonlySet<string> = new Set(['file_id', 'file_ids', 'vector_store_ids', 'container_id'])

/** Fields whose values the client or the model wrote: nothing in them is a reference. */
const freeForm: ReadonlySet<string> = new Set(['parameters', 'schema', 'arguments', 'annotations', 'text', 'metadata'])

/**
 * Names of guarded fields in this body, each once. `audio_id` stands for the `audio: {id}` of an earlier answer, which
 * the provider keeps for an hour for everybody who shares its key.
 */
export function findGuarded(body: JsonObject): readonly string[] {
  const found = new Set<string>()
  for (const name of guarded) if (isSet(body[name])) found.add(name)
  for (const name of ['messages', 'tools']) findNested(body[name], found)
  for (const message of asObjects(body['messages'])) if (asObject(message['audio'])) found.add('audio_id')
  return [...found]
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false
}

function findNested(value: Json | undefined, found: Set<string>): void {
  for (const each of asArray(value) ?? []) findNested(each, found)
  for (const [key, inner] of Object.entries(asObject(value) ?? {})) {
    if (nestedNames.has(key) && isSet(inner)) found.add(key)
    else if (!freeForm.has(key)) findNested(inner, found)
  }
}

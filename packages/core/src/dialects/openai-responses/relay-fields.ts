import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'

/**
 * Top-level fields that reach what another call stored under the gateway's one account, or leave something running
 * there: a stored response, conversation or prompt, and work in the background.
 */
export const guarded: readonly string[] = ['previous_response_id', 'conversation', 'prompt', 'background']

/** Top-level fields that only change where an answer is kept or what it costs; a relay sets these itself. */
export const owned: readonly string[] = ['model', 'store', 'service_tier']

/**
 * Fields that name something stored at the provider, at whatever depth: files, vector stores, sandboxes, skills,
 * a connector's account, and items of earlier answers.
 */
const nestedNames: ReadonlySet<string> = new Set([
  'file_id',
  'file_ids',
  'vector_store_ids',
  'container_id',
  'skill_id',
  'connector_id',
])

/** Fields whose values the client or the model wrote: nothing in them is a reference. */
const freeForm: ReadonlySet<string> = new Set([
  'metadata',
  'client_metadata',
  'parameters',
  'schema',
  'output_schema',
  'arguments',
  'annotations',
])

/** Names of guarded fields in this body, each once, in no order that matters. */
export function findGuarded(body: JsonObject): readonly string[] {
  const found = new Set<string>()
  for (const name of guarded) if (isSet(body[name])) found.add(name)
  for (const name of ['input', 'tools']) findNested(body[name], found)
  return [...found]
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false
}

function findNested(value: Json | undefined, found: Set<string>): void {
  for (const each of asArray(value) ?? []) findNested(each, found)
  const object = asObject(value)
  if (!object) return
  if (isItemReference(object)) found.add('item_reference')
  for (const [key, inner] of Object.entries(object)) {
    if (nestedNames.has(key) && isSet(inner)) found.add(key)
    else if (key === 'container' && typeof inner === 'string') found.add(key)
    else if (!freeForm.has(key)) findNested(inner, found)
  }
}

/** A reference may leave out its type: then it is an object with an id and nothing else. */
export function isItemReference(item: JsonObject): boolean {
  if (item['type'] === 'item_reference') return true
  const isBare = item['type'] === undefined || item['type'] === null
  return isBare && typeof item['id'] === 'string' && item['role'] === undefined && item['content'] === undefined
}

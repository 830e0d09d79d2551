import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString } from '../../ir/read.ts'

/**
 * Top-level fields that reach what another call left at the provider under the gateway's one account, have another
 * model answer, or say who pays: a container, a thread, fallback models and their credit, the account to charge.
 */
export const guarded: readonly string[] = [
  'container',
  'thread',
  'fallbacks',
  'fallback_credit_token',
  'billing_policy',
  'user_profile_id',
  'workspace_id',
]

/** Top-level fields that only change where or how fast an answer is made and what it costs. */
export const owned: readonly string[] = ['model', 'service_tier', 'inference_geo', 'speed']

/** Both lists, for the guard and its documentation. */
export const relayFields: { readonly guarded: readonly string[]; readonly owned: readonly string[] } = {
  guarded,
  owned,
}

/** Fields that name something stored at the provider, at whatever depth. */
const nestedNames: ReadonlySet<string> = new Set(['file_id', 'file_ids', 'container_id', 'skill_id'])

/** Fields whose values the client or the model wrote: nothing in them is a reference. */
const freeForm: ReadonlySet<string> = new Set(['input', 'input_schema', 'schema', 'input_examples', 'text', 'data'])

/** Names of guarded fields in this body, each once, at whatever depth. */
export function findGuarded(body: JsonObject): readonly string[] {
  const found = new Set<string>()
  for (const name of guarded) if (isSet(body[name])) found.add(name)
  for (const name of ['messages', 'system', 'container']) findNested(body[name], found)
  for (const tool of asArray(body['tools']) ?? []) findInTool(asObject(tool) ?? {}, found)
  return [...found]
}

/** An advisor is another model, which the client's key may not be allowed to use. */
function findInTool(tool: JsonObject, found: Set<string>): void {
  if (asString(tool['type'])?.startsWith('advisor_')) found.add('advisor')
  findNested(tool, found)
}

function findNested(value: Json | undefined, found: Set<string>): void {
  for (const each of asArray(value) ?? []) findNested(each, found)
  for (const [key, inner] of Object.entries(asObject(value) ?? {})) {
    if (nestedNames.has(key) && isSet(inner)) found.add(key)
    else if (!freeForm.has(key)) findNested(inner, found)
  }
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false
}

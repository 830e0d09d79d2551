import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects } from '../../ir/read.ts'

/** Asks for the seals of reasoning, without which it does not come back from a client. */
export const sealInclude = 'reasoning.encrypted_content'

/**
 * Edits of a relayed request whose client did not say that nothing is to be stored, and which says so now. What a
 * stored answer would have given must then be asked for, or left out: a client that sends thoughts back without their
 * seal is answered 404, "Items are not persisted when `store` is set to false".
 * https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items (seen 2026-11-21)
 */
export function storeNothing(body: JsonObject, lose: Lose): Readonly<Record<string, string>> {
  const include = addSeals(body)
  const input = dropUnsealed(body['input'], lose)
  return {
    store: 'false',
    ...(include && { include: JSON.stringify(include) }),
    ...(input && { input: JSON.stringify(input) }),
  }
}

/** Models without reasoning refuse to be asked for seals, so the request itself must speak of reasoning. */
function addSeals(body: JsonObject): readonly Json[] | undefined {
  const asked = asArray(body['include']) ?? []
  if (asked.includes(sealInclude)) return undefined
  const reasoning = asObject(body['reasoning'])
  const speaks = reasoning !== undefined && reasoning['effort'] !== 'none'
  return speaks || asObjects(body['input']).some(isSealed) ? [...asked, sealInclude] : undefined
}

function dropUnsealed(input: Json | undefined, lose: Lose): readonly Json[] | undefined {
  const items = asArray(input) ?? []
  const kept = items.filter((value, index) => {
    const item = asObject(value)
    if (item?.['type'] !== 'reasoning' || isSealed(item)) return true
    lose({ path: `input[${index}]`, why: 'the provider keeps nothing, and takes no reasoning without its seal' })
    return false
  })
  return kept.length < items.length ? kept : undefined
}

function isSealed({ type, encrypted_content: seal }: JsonObject): boolean {
  return type === 'reasoning' && typeof seal === 'string' && seal !== ''
}

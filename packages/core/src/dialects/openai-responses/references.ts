import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, asString } from '../../ir/read.ts'
import { isItemReference } from './relay-fields.ts'

/**
 * Clients that believe an answer was stored send `item_reference` for its items in the next turn. A gateway that
 * remembers the items it answered with can put them back before the request is read.
 */
export function findReferences(body: JsonObject): readonly string[] {
  const ids: string[] = []
  for (const each of asArray(body['input']) ?? []) {
    const item = asObject(each)
    const id = item && isItemReference(item) ? asString(item['id']) : undefined
    if (id !== undefined) ids.push(id)
  }
  return ids
}

/** The items of a finished response that a later request may refer to, by id. */
export function referableItems(response: JsonObject): ReadonlyMap<string, JsonObject> {
  const items = new Map<string, JsonObject>()
  for (const item of asObjects(response['output'])) {
    const id = asString(item['id'])
    if (id !== undefined) items.set(id, item)
  }
  return items
}

/** The body with every reference that `find` knows replaced by its item; the others stay. */
export function fillReferences(body: JsonObject, find: (id: string) => JsonObject | undefined): JsonObject {
  const input = asArray(body['input'])
  if (!input) return body
  return { ...body, input: input.map((each) => resolve(each, find)) }
}

function resolve(value: Json, find: (id: string) => JsonObject | undefined): Json {
  const item = asObject(value)
  if (!item || !isItemReference(item)) return value
  return find(asString(item['id']) ?? '') ?? value
}

import type { JsonObject } from '../../ir/json.ts'

const snakeCase = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/

/**
 * The same object with camelCase names. The API takes `generation_config` as well as `generationConfig` in requests, at
 * every level it knows; where both stand the camelCase one wins. Names inside schemas, arguments and results are data
 * and are never touched, so this changes one level only.
 */
export function camelKeys(object: JsonObject): JsonObject {
  const keys = Object.keys(object)
  if (!keys.some((key) => snakeCase.test(key))) return object
  const renamed = keys.filter((key) => snakeCase.test(key)).map((key) => [toCamel(key), object[key]] as const)
  const kept = keys.filter((key) => !snakeCase.test(key)).map((key) => [key, object[key]] as const)
  return Object.fromEntries([...renamed, ...kept])
}

function toCamel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'

/**
 * JSON Schema from the OpenAPI subset of `parameters` and `responseSchema`: upper-case types, `nullable`, counts as
 * text, `format: "enum"`, `example`, `propertyOrdering` (which becomes the order of the properties).
 */
export function fromOpenApi(schema: JsonObject): JsonObject {
  const out: Record<string, Json> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || value === null) continue
    const [name, converted] = convert(toCamelKeyword(key), value, schema)
    if (name !== undefined) out[name] = converted
  }
  return schema['nullable'] === true ? orNull(out) : out
}

const dropped = ['nullable', 'propertyOrdering']
const counts = ['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']

function convert(key: string, value: Json, schema: JsonObject): readonly [string | undefined, Json] {
  if (dropped.includes(key) || (key === 'format' && value === 'enum')) return [undefined, null]
  if (key === 'type' && typeof value === 'string') {
    return value === 'TYPE_UNSPECIFIED' ? [undefined, null] : [key, value.toLowerCase()]
  }
  if (key === 'example') return ['examples', [value]]
  if (counts.includes(key) && typeof value === 'string' && value !== '') return [key, Number(value)]
  if (key === 'items' || key === 'additionalProperties') return [key, subschema(value)]
  if (key === 'anyOf') return [key, (asArray(value) ?? []).map(subschema)]
  if (key === 'properties') return [key, properties(asObject(value) ?? {}, orderOf(schema))]
  return [key, value]
}

function toCamelKeyword(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function subschema(value: Json): Json {
  const schema = asObject(value)
  return schema ? fromOpenApi(schema) : value
}

function orderOf(schema: JsonObject): readonly string[] {
  const order = asArray(schema['propertyOrdering'] ?? schema['property_ordering']) ?? []
  return order.filter((each) => typeof each === 'string')
}

function properties(all: JsonObject, order: readonly string[]): JsonObject {
  const names = [...order.filter((name) => Object.hasOwn(all, name)), ...Object.keys(all)]
  return Object.fromEntries([...new Set(names)].map((name) => [name, subschema(all[name] ?? {})]))
}

function orNull(schema: Record<string, Json>): JsonObject {
  const { type } = schema
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = asArray(schema['enum'])
  return { ...schema, type: [type, 'null'], ...(values && !values.includes(null) && { enum: [...values, null] }) }
}

import type { Lose } from './dialect.ts'
import type { Json, JsonObject } from './json.ts'
import { asArray, asNumber, asObject, asString } from './read.ts'

/**
 * A schema as the structured outputs and strict tools of Anthropic and Bedrock take it. They refuse an object that is
 * open to more properties, and every keyword that limits a length or a number; those go into the description, where the
 * model can read them.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations (seen 2026-11-21)
 * https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html (seen 2026-11-21)
 */
export function adaptSchema(schema: JsonObject, path: string, lose: Lose): JsonObject {
  const unenforced = new Set<string>()
  const adapted = adapt(schema, unenforced)
  if (unenforced.size > 0) {
    lose({ path, why: `told to the model but not enforced: ${[...unenforced].sort().join(', ')}` })
  }
  return adapted
}

const plainKeywords = new Set(['type', 'title', 'description', 'enum', 'const', 'default', 'required', '$ref', '$id'])
const schemaMapKeywords = new Set(['properties', '$defs', 'definitions'])
const formats = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '))

function adapt(schema: JsonObject, unenforced: Set<string>): JsonObject {
  const adapted: Record<string, Json> = {}
  const told: string[] = []
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || key === '$schema' || key === 'additionalProperties') continue
    const kept = keep(key, value, unenforced)
    if (kept) adapted[kept.key] = kept.value
    else {
      unenforced.add(key)
      told.push(`${key}: ${JSON.stringify(value)}`)
    }
  }
  if (isObjectSchema(schema)) adapted['additionalProperties'] = false
  const open = schema['additionalProperties']
  if (open === true || asObject(open)) unenforced.add('additionalProperties')
  if (told.length > 0) {
    const said = asString(schema['description'])
    adapted['description'] = `${said === undefined ? '' : `${said}\n\n`}{${told.join(', ')}}`
  }
  return adapted
}

/** The keyword as the API takes it; undefined when it does not. */
function keep(key: string, value: Json, unenforced: Set<string>): { key: string; value: Json } | undefined {
  if (plainKeywords.has(key)) return { key, value }
  if (schemaMapKeywords.has(key)) {
    const entries = Object.entries(asObject(value) ?? {}).map(([name, each]) => [name, adaptJson(each, unenforced)])
    return { key, value: Object.fromEntries(entries) }
  }
  if (key === 'items' && asObject(value)) return { key, value: adaptJson(value, unenforced) }
  if (key === 'anyOf' || key === 'oneOf' || key === 'allOf') {
    const list = (asArray(value) ?? []).map((each) => adaptJson(each, unenforced))
    return { key: key === 'oneOf' ? 'anyOf' : key, value: list }
  }
  if (key === 'format') return formats.has(asString(value) ?? '') ? { key, value } : undefined
  if (key === 'minItems') return (asNumber(value) ?? 2) <= 1 ? { key, value } : undefined
  return undefined
}

function adaptJson(value: Json | undefined, unenforced: Set<string>): Json {
  const schema = asObject(value)
  return schema ? adapt(schema, unenforced) : (value ?? null)
}

function isObjectSchema(schema: JsonObject): boolean {
  const type = schema['type']
  return type === 'object' || asArray(type)?.includes('object') === true || asObject(schema['properties']) !== undefined
}

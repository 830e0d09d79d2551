import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'

/**
 * The OpenAPI subset from JSON Schema, for addresses without `parametersJsonSchema`. Rewritten without loss: `$ref`
 * (unless it turns in a circle), `const`, a type beside null, `oneOf` as `anyOf`, exclusive bounds of integers.
 * Everything the subset has no keyword for is left out and reported with its place in the schema.
 */
export function toOpenApi(schema: JsonObject, path: string, lose: Lose): JsonObject {
  return rewrite(schema, { path, lose, root: schema, refs: [], room: { left: maxSchemas } })
}

/** References are written out, and a few that double each other would fill any memory. */
const maxSchemas = 5000

interface Place {
  readonly path: string
  readonly lose: Lose
  readonly root: JsonObject
  /** The `$ref`s this place lies inside of. */
  readonly refs: readonly string[]
  /** How many more schemas may be written. */
  readonly room: { left: number }
}

const kept = new Set([
  'description',
  'title',
  'format',
  'enum',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'pattern',
  'required',
  'default',
  'nullable',
  'propertyOrdering',
])

/** Keywords that only speak about the schema; leaving them out changes nothing a model may write. */
const silent = new Set(['$schema', '$id', '$anchor', '$comment', '$defs', 'definitions', 'examples', 'deprecated'])

function rewrite(source: JsonObject, place: Place): JsonObject {
  if (--place.room.left < 0) {
    if (place.room.left === -1)
      place.lose({ path: place.path, why: 'a schema too large once its references are written out' })
    return { type: 'OBJECT' }
  }
  const { schema, refs } = follow(source, place)
  const here = { ...place, refs }
  const out: Record<string, Json> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (value === undefined || silent.has(key)) continue
    if (kept.has(key)) out[key] = value
    else if (!rewriteKeyword(key, value, { out, place: here, schema })) leaveOut(key, value, here)
  }
  if (out['type'] === 'OBJECT' && out['properties'] === undefined) delete out['required']
  return typedEnum(out)
}

/** The schema behind a `$ref`, with what stands beside it; one that leads back into itself becomes any object. */
function follow(schema: JsonObject, place: Place): { readonly schema: JsonObject; readonly refs: readonly string[] } {
  const ref = schema['$ref']
  if (typeof ref !== 'string') return { schema, refs: place.refs }
  const { $ref: _, ...beside } = schema
  const target = place.refs.includes(ref) ? undefined : resolve(ref, place.root)
  if (!target) {
    place.lose({ path: place.path, why: 'a schema that contains itself; Gemini gets any object there', value: ref })
    return { schema: { type: 'object', ...beside }, refs: place.refs }
  }
  const inner = follow(target, { ...place, refs: [...place.refs, ref] })
  return { schema: { ...inner.schema, ...beside }, refs: [...inner.refs, ref] }
}

function resolve(ref: string, root: JsonObject): JsonObject | undefined {
  if (!ref.startsWith('#')) return undefined
  let found: JsonObject | undefined = root
  for (const step of ref
    .slice(1)
    .split('/')
    .filter((each) => each !== '')) {
    found = asObject(found?.[step.replaceAll('~1', '/').replaceAll('~0', '~')])
  }
  return found
}

interface Rewriting {
  readonly out: Record<string, Json>
  readonly place: Place
  readonly schema: JsonObject
}

/** False when the subset has no way to say it. */
function rewriteKeyword(key: string, value: Json, { out, place, schema }: Rewriting): boolean {
  const inner = (each: Json, step: string): JsonObject =>
    rewrite(asObject(each) ?? {}, { ...place, path: `${place.path}.${step}` })
  switch (key) {
    case 'type':
      return rewriteType(value, out)
    case 'const':
      out['enum'] = [value]
      out['type'] ??= typeOf(value)
      return true
    case 'properties':
      out['properties'] = Object.fromEntries(
        Object.entries(asObject(value) ?? {}).map(([name, each]) => [name, inner(each ?? {}, name)]),
      )
      return true
    case 'items':
      out['items'] = inner(value, 'items')
      return asObject(value) !== undefined
    case 'anyOf':
    case 'oneOf':
      return rewriteUnion(asArray(value) ?? [], out, (each, index) => inner(each, `${key}[${index}]`))
    case 'exclusiveMinimum':
      return rewriteBound('minimum', value, { out, schema, step: 1 })
    case 'exclusiveMaximum':
      return rewriteBound('maximum', value, { out, schema, step: -1 })
    default:
      return key === 'additionalProperties' && value === true
  }
}

function rewriteType(value: Json, out: Record<string, Json>): boolean {
  if (typeof value === 'string') {
    out['type'] = value.toUpperCase()
    return true
  }
  const types = (asArray(value) ?? []).filter((each) => typeof each === 'string')
  const others = types.filter((each) => each !== 'null').map((each) => each.toUpperCase())
  if (types.length > others.length) out['nullable'] = true
  const [only] = others
  if (others.length === 1 && only !== undefined) out['type'] = only
  else out['anyOf'] = others.map((type) => ({ type }))
  return true
}

/** `null` among the choices becomes `nullable`. */
function rewriteUnion(
  choices: readonly Json[],
  out: Record<string, Json>,
  inner: (each: Json, index: number) => JsonObject,
): boolean {
  const others = choices.filter((each) => asObject(each)?.['type'] !== 'null')
  if (others.length < choices.length) out['nullable'] = true
  const rewritten = others.map(inner)
  const [only] = rewritten
  if (rewritten.length === 1 && only) Object.assign(out, { ...only, ...out })
  else out['anyOf'] = rewritten
  return true
}

interface Bound {
  readonly out: Record<string, Json>
  readonly schema: JsonObject
  readonly step: number
}

/** Exact for integers; for other numbers the bound itself would be let in, so it is left out and reported. */
function rewriteBound(key: string, value: Json, { out, schema, step }: Bound): boolean {
  if (typeof value !== 'number' || schema['type'] !== 'integer') return false
  out[key] = value + step
  return true
}

function leaveOut(key: string, value: Json, { path, lose }: Place): void {
  lose({ path: `${path}.${key}`, why: `a schema keyword Gemini's \`parameters\` has no place for`, value })
}

/** `enum` may hold strings only. */
function typedEnum(schema: Record<string, Json>): JsonObject {
  const values = asArray(schema['enum'])
  if (!values || values.every((each) => typeof each === 'string')) return schema
  const words = values
    .filter((each) => each !== null)
    .map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
  const isText = schema['type'] === undefined || schema['type'] === 'STRING'
  const { enum: _, ...others } = schema
  return {
    ...others,
    ...(values.includes(null) && { nullable: true }),
    ...(isText ? { type: 'STRING', enum: words } : describe(others, words)),
  }
}

/** Numbers to choose from go into the description: the subset cannot list them. */
function describe(schema: JsonObject, words: readonly string[]): JsonObject {
  const { description } = schema
  const told = `One of ${words.join(', ')}.`
  return { description: typeof description === 'string' ? `${description} ${told}` : told }
}

function typeOf(value: Json): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'INTEGER' : 'NUMBER'
  return typeof value === 'boolean' ? 'BOOLEAN' : 'STRING'
}

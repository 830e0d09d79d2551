import { invalidRequest, type Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'
import { readEnvelope } from '../read-envelope.ts'
import type { PassCall } from './pass-call.ts'

/** The models a request names, and its body as it was understood. */
export interface NamedModels {
  /** Each as the spellings that may be meant; a permission for one of them is enough. */
  readonly names: readonly (readonly string[])[]
  /**
   * What is to be sent: JSON is written anew from what was read here, so that a provider cannot read another model out of
   * the same bytes (a member that stands twice). Everything else is as it came.
   */
  readonly body: Uint8Array | undefined
}

/**
 * Every model a request names, wherever its API puts it: path, query, JSON at any depth, a field of a form. Refuses a body
 * in which none can be looked for.
 */
export async function findNamedModels(call: PassCall): Promise<Result<NamedModels>> {
  const { body } = call
  const outside = [...inPath(call.path), ...inQuery(call.query)]
  if (!body || body.byteLength === 0) return { ok: true, value: { names: outside, body } }
  const type = call.headers['content-type'] ?? ''
  const inside = /^multipart\/form-data\b/i.test(type) ? await inForm(body, type) : inJson(body, call)
  if (!inside.ok) return inside
  return { ok: true, value: { names: [...outside, ...inside.value.names], body: inside.value.body } }
}

const afterPathWord: ReadonlySet<string> = new Set([
  ...['model', 'models', 'deployments', 'engines', 'tunedModels', 'inference-profiles', 'foundation-models'],
])

/** `/v1/models/gpt-4o`, `/model/{id}/converse`, `/models/{owner}/{name}/predictions`, `/models/x:generateContent`. */
function inPath(path: string): readonly (readonly string[])[] {
  const segments = path.split('/').slice(1).map(decodeURIComponent)
  return segments.flatMap((word, at) => {
    const next = segments[at + 1]
    if (!afterPathWord.has(word) || next === undefined || next === '') return []
    const names = [next, `${next}/${segments[at + 2] ?? ''}`].flatMap((name) => [name, name.replace(verb, '')])
    return [word === 'tunedModels' ? names.flatMap((name) => [name, `tunedModels/${name}`]) : names]
  })
}

/** Google's custom methods; other names have colons of their own (`anthropic.claude-v2:1`, `x:free`). */
const verb = /:(?:[a-zA-Z]*(?:Content|Contents|Predict|Tokens|Running|Message|Text|Answer)|predict)$/

function inQuery(query: string): readonly (readonly string[])[] {
  return [...new URLSearchParams(query)].filter(([name]) => isModelWord(name)).map(([, value]) => spellings(value))
}

/** Members that name a model in some provider's API, without case, `_` and `-`. */
const modelWords: ReadonlySet<string> = new Set([
  ...['model', 'models', 'modelid', 'modelname', 'modelids', 'basemodel', 'basemodelid', 'engine', 'engineid'],
  ...[
    'deployment',
    'deploymentid',
    'modeluri',
    'modelurl',
    'modelarn',
    'fallbackmodel',
    'fallbackmodels',
    'sourcemodel',
  ],
])

function isModelWord(name: string): boolean {
  return modelWords.has(name.toLowerCase().replace(/[-_[\]]/g, ''))
}

function inJson(body: Uint8Array, { path }: PassCall): Result<NamedModels> {
  if (isFilePath(path) && !isObjectText(body)) return { ok: true, value: { names: [], body } }
  const envelope = readEnvelope(utf8.decode(body))
  if (!envelope.ok) return envelope
  const names: (readonly string[])[] = []
  collect(envelope.value.body, names)
  return { ok: true, value: { names, body: new TextEncoder().encode(JSON.stringify(envelope.value.body)) } }
}

/** Where APIs store files: what is uploaded there runs no model by itself. */
export function isFilePath(path: string): boolean {
  return /\/(?:files|uploads?)(?:\/|$)/.test(path)
}

function isObjectText(body: Uint8Array): boolean {
  return /^\s*\{/.test(utf8.decode(body.subarray(0, 64)))
}

const utf8 = new TextDecoder()

/** What people say, tools' schemas and free notes name no model, whatever their members are called. */
const freeMembers: ReadonlySet<string> = new Set([
  ...['messages', 'contents', 'system', 'input', 'metadata', 'arguments', 'schema', 'json_schema', 'input_schema'],
  ...['inputSchema', 'parameters', 'response_schema', 'responseSchema', 'responseJsonSchema', 'additional_details'],
])

function collect(value: JsonObject, names: (readonly string[])[]): void {
  for (const [member, inner] of Object.entries(value)) {
    if (isModelWord(member)) for (const text of textsIn(inner)) names.push(spellings(text))
    if (freeMembers.has(member)) continue
    const object = asObject(inner)
    if (object) collect(object, names)
    for (const item of asArray(inner) ?? []) {
      const each = asObject(item)
      if (each) collect(each, names)
    }
  }
}

function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return (asArray(value) ?? []).flatMap(textsIn)
}

/** `models/x` and `projects/p/.../models/x` are x. */
function spellings(name: string): readonly string[] {
  const short = /(?:^|\/)models\/([^/]+)$/.exec(name)?.[1]
  return short === undefined ? [name] : [name, short]
}

async function inForm(body: Uint8Array, type: string): Promise<Result<NamedModels>> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    const names: (readonly string[])[] = []
    form.forEach((value, name) => {
      if (isModelWord(name)) names.push(typeof value === 'string' ? spellings(value) : [])
    })
    return { ok: true, value: { names, body } }
  } catch {
    return invalidRequest('The form in the body cannot be read.')
  }
}

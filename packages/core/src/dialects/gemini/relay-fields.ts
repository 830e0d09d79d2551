import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject, asObjects } from '../../ir/read.ts'
import { isGoogleFile } from './media-type.ts'
import { camelKeys } from './spelling.ts'

/**
 * Fields that reach what belongs to the provider's account and not to one caller, or that choose what a call costs:
 * `cachedContent` (a stored prompt), `store` (keeps the call in the account's log), `serviceTier`, `continuationToken`
 * (goes on with an earlier answer), `modelArmorConfig` and `generationOutputConfig` (templates and buckets of the
 * account), `fileUri` of an uploaded or stored file, the stores of `fileSearch`, and `retrieval` (the account's own
 * indexes).
 */
export const guarded: readonly string[] = [
  'cachedContent',
  'store',
  'serviceTier',
  'continuationToken',
  'modelArmorConfig',
  'generationOutputConfig',
  'fileUri',
  'fileSearch',
  'retrieval',
]

const topLevel = guarded.slice(0, 6)
const tools = guarded.slice(7)

/** Which guarded fields this body uses, in either spelling, each named once. */
export function findGuarded(body: JsonObject): readonly string[] {
  const request = camelKeys(body)
  const config = camelKeys(asObject(request['generationConfig']) ?? {})
  const found = new Set(topLevel.filter((name) => isSet(request[name]) || isSet(config[name])))
  if (contentsOf(request).some(holdsFile)) found.add('fileUri')
  for (const tool of asObjects(request['tools']).map(camelKeys)) {
    for (const name of tools) if (isSet(tool[name])) found.add(name)
  }
  return [...found]
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false
}

function contentsOf(request: JsonObject): readonly JsonObject[] {
  return [request['systemInstruction'], request['contents']].flatMap(oneOrMany)
}

/** The API takes one object where a list of objects may stand. */
function oneOrMany(value: Json | undefined): readonly JsonObject[] {
  const single = asObject(value)
  return single ? [single] : asObjects(value)
}

function holdsFile(content: JsonObject): boolean {
  return oneOrMany(content['parts']).some((value) => {
    const part = camelKeys(value)
    const uri = camelKeys(asObject(part['fileData']) ?? {})['fileUri']
    if (typeof uri === 'string') return isGoogleFile(uri)
    return holdsFile(camelKeys(asObject(part['functionResponse']) ?? {}))
  })
}

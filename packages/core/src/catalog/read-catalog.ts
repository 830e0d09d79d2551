import type { Result } from '../ir/failure.ts'
import type { JsonObject } from '../ir/json.ts'
import { asArray, asObject, parseObject, RequestReader } from '../ir/read.ts'
import { readModel } from './read-model.ts'

/** More models than the world has; a larger file is something else. */
const mostModels = 100_000

/**
 * Reads a whole catalogue that somebody hands in: a list of models, or an object with `models`. Every entry is checked,
 * and one that is wrong refuses them all, with the path of what is wrong. The lines are what `Catalog` takes.
 */
export function readCatalog(value: unknown): Result<readonly string[]> {
  const list = asArray(value) ?? asArray(asObject(value)?.['models'])
  if (!list) return refuse('', "A catalogue is a list of models, or an object with the list under 'models'.")
  if (list.length === 0) return refuse('models', 'The catalogue has no models.')
  if (list.length > mostModels) return refuse('models', `The catalogue has more than ${mostModels} models.`)
  const lines: string[] = []
  const ids = new Set<string>()
  for (const [index, each] of list.entries()) {
    const at = `models[${index}]`
    const entry = asObject(each)
    if (!entry) return refuse(at, `'${at}' must be an object.`)
    const checked = checkEntry(entry, at, ids)
    if (!checked.ok) return checked
    lines.push(JSON.stringify(entry))
  }
  return { ok: true, value: lines }
}

/** The same from text: JSON, or one model a line. */
export function readCatalogText(text: string): Result<readonly string[]> {
  const whole = parseJson(text)
  if (whole !== undefined) return readCatalog(asObject(whole)?.['id'] === undefined ? whole : [whole])
  const entries: JsonObject[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const entry = parseObject(line)
    if (!entry)
      return refuse('', `Line ${index + 1} is not JSON; a catalogue is JSON, or one model as JSON on each line.`)
    entries.push(entry)
  }
  return readCatalog(entries)
}

function checkEntry(entry: JsonObject, at: string, ids: Set<string>): Result<undefined> {
  const reader = new RequestReader()
  const { id } = readModel(reader, entry, at)
  if (ids.has(id.toLowerCase())) reader.fail(`${at}.id`, `'${at}.id': there is another model with this id.`)
  ids.add(id.toLowerCase())
  return reader.result(undefined)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuse(param: string, message: string): Result<never> {
  return { ok: false, failure: { kind: 'invalid-request', message, retry: 'never', param } }
}

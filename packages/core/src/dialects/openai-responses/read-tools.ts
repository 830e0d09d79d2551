import type { Json, JsonObject } from '../../ir/json.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asNumber, asObject, asObjects, asString, rest } from '../../ir/read.ts'
import type { Tool, ToolChoice } from '../../ir/request.ts'
import { dialect, extend } from './extension.ts'
import { flatName } from './namespace.ts'
import type { Reading } from './read-content.ts'

/** The `tools` of a request; a namespace is unfolded into its tools. */
export function readTools(body: JsonObject, reader: RequestReader): readonly Tool[] {
  return reader.objects(body, 'tools').flatMap(({ value, at }) => readTool(value, { reader, at }))
}

function readTool(wire: JsonObject, reading: Reading): readonly Tool[] {
  const { reader, at } = reading
  const type = reader.requiredString(wire, 'type', at)
  if (type === 'function') return [readFunction(wire, reading, {})]
  if (type === 'custom') return [readCustom(wire, reading, {})]
  if (type === 'namespace') return readNamespace(wire, reading)
  if (type.startsWith('web_search')) return [readWebSearch(wire)]
  if (type === 'code_interpreter' && hasOwnSandbox(wire)) {
    return [{ kind: 'code-execution', ...extend(rest(wire, 'type')) }]
  }
  return [{ kind: 'provider', dialect, value: wire }]
}

const emptyParameters: JsonObject = { type: 'object', properties: {} }

/** `strict` is on unless the client says `false`, so its absence is noted: elsewhere absence means off. */
function readFunction(wire: JsonObject, { reader, at }: Reading, notes: JsonObject): Tool {
  const description = reader.string(wire, 'description', at)
  const strict = reader.boolean(wire, 'strict', at)
  const name = reader.requiredString(wire, 'name', at)
  return {
    kind: 'function',
    name: flatName(namespaceIn(notes), name),
    ...(description !== undefined && { description }),
    parameters: reader.object(wire, 'parameters', at) ?? emptyParameters,
    ...(strict !== undefined && { strict }),
    ...extend({
      ...rest(wire, 'type', 'name', 'description', 'parameters', 'strict'),
      ...notes,
      ...(strict === undefined && { $strict: 'unsaid' }),
    }),
  }
}

function readCustom(wire: JsonObject, { reader, at }: Reading, notes: JsonObject): Tool {
  const description = reader.string(wire, 'description', at)
  const format = reader.object(wire, 'format', at)
  const name = reader.requiredString(wire, 'name', at)
  return {
    kind: 'custom',
    name: flatName(namespaceIn(notes), name),
    ...(description !== undefined && { description }),
    ...(format && { format }),
    ...extend({ ...rest(wire, 'type', 'name', 'description', 'format'), ...notes }),
  }
}

function readNamespace(wire: JsonObject, reading: Reading): readonly Tool[] {
  const inner = reading.reader.objects(wire, 'tools', reading.at)
  const canUnfold = inner.every(({ value }) => value['type'] === 'function' || value['type'] === 'custom')
  if (!canUnfold || inner.length === 0) return [{ kind: 'provider', dialect, value: wire }]
  const namespace = rest(wire, 'type', 'tools') ?? {}
  return inner.map(({ value, at }) => {
    const notes = { $namespace: namespace, $name: asString(value['name']) ?? '' }
    const inside = { reader: reading.reader, at }
    return value['type'] === 'function' ? readFunction(value, inside, notes) : readCustom(value, inside, notes)
  })
}

function namespaceIn(notes: JsonObject): string | undefined {
  const namespace = asObject(notes['$namespace'])
  return namespace && (asString(namespace['name']) ?? '')
}

/** `web_search`, `web_search_preview` and their dated names. */
function readWebSearch(wire: JsonObject): Tool {
  const filters = asObject(wire['filters'])
  const allowed = strings(filters?.['allowed_domains'])
  const blocked = strings(filters?.['blocked_domains'])
  const location = asObject(wire['user_location'])
  const maxUses = asNumber(wire['max_uses'])
  const known = ['type', 'filters', 'user_location', ...(maxUses === undefined ? [] : ['max_uses'])]
  const otherFilters = filters && rest(filters, 'allowed_domains', 'blocked_domains')
  return {
    kind: 'web-search',
    ...(maxUses !== undefined && { maxUses }),
    ...(allowed && { allowedDomains: allowed }),
    ...(blocked && { blockedDomains: blocked }),
    ...(location && { userLocation: rest(location, 'type') ?? {} }),
    ...extend({
      ...rest(wire, ...known),
      ...(otherFilters && { filters: otherFilters }),
      ...(wire['type'] !== 'web_search' && { $type: wire['type'] ?? '' }),
    }),
  }
}

/** A sandbox the provider makes for this call alone, with no files of the client's in it. */
function hasOwnSandbox(wire: JsonObject): boolean {
  const container = asObject(wire['container'])
  return container?.['type'] === 'auto' && container['file_ids'] === undefined
}

function strings(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
}

/** What `tool_choice` says: the choice, or the wire value when only this dialect can say it. */
export function readToolChoice(
  body: JsonObject,
  reader: RequestReader,
): { readonly choice?: ToolChoice; readonly native?: Json } {
  const value = body['tool_choice']
  if (value === undefined || value === null) return {}
  if (value === 'auto' || value === 'none' || value === 'required') return { choice: { mode: value } }
  const object = asObject(value)
  if (!object) {
    reader.fail('tool_choice', "'tool_choice' must be 'auto', 'none', 'required' or an object.")
    return {}
  }
  const name = nameIn(object)
  if ((object['type'] === 'function' || object['type'] === 'custom') && name !== undefined) {
    return { choice: { mode: 'tool', name } }
  }
  if (object['type'] !== 'allowed_tools') return { native: object }
  return readAllowedTools(object)
}

function readAllowedTools(object: JsonObject): { readonly choice?: ToolChoice; readonly native?: Json } {
  const tools = asObjects(object['tools'])
  const names = tools.map(nameIn).filter((each) => each !== undefined)
  if (names.length === 0) return { native: object }
  const choice: ToolChoice = { mode: 'subset', names, must: object['mode'] === 'required' }
  return names.length === tools.length ? { choice } : { choice, native: object }
}

/** `{name}`, or `{function: {name}}` as Chat Completions spells it. */
function nameIn(tool: JsonObject): string | undefined {
  const nested = asObject(tool['function'])
  const name = asString(tool['name']) ?? asString(nested?.['name'])
  return name === undefined ? undefined : flatName(asString(tool['namespace']), name)
}

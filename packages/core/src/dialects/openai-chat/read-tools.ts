import type { Json, JsonObject } from '../../ir/json.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '../../ir/read.ts'
import type { CustomTool, FunctionTool, Tool, ToolChoice, WebSearchTool } from '../../ir/request.ts'
import { present } from './read.ts'
import { readCache } from './read-parts.ts'
import { dialect, extend, unknownFields } from './wire.ts'

/** `tools`, the legacy `functions`, and `web_search_options`, which is a tool by another name. */
export function readTools(body: JsonObject, reader: RequestReader): readonly Tool[] {
  const tools = reader.objects(body, 'tools').map(({ value, at }) => readTool(value, at, reader))
  const functions = reader.objects(body, 'functions').map(({ value, at }) => {
    return readFunction(value, { at, reader, tool: {} })
  })
  const search = reader.object(body, 'web_search_options')
  return [...tools, ...functions, ...(search ? [readSearchOptions(search)] : [])]
}

function readTool(tool: JsonObject, at: string, reader: RequestReader): Tool {
  const type = reader.string(tool, 'type', at) ?? 'function'
  if (type === 'function') {
    const fn = asObject(tool['function'])
    if (!fn) reader.fail(`${at}.function`, `Missing required parameter: '${at}.function'.`)
    return readFunction(fn ?? {}, { at: `${at}.function`, reader, tool })
  }
  if (type === 'custom') return readCustom(tool, at, reader)
  return searchTypes.test(type) ? readSearchTool(tool, type) : { kind: 'provider', dialect, value: tool }
}

/** OpenAI's names of the search tool, those with a date included, and an aggregator's with its own prefix. */
const searchTypes = /^([a-z]+:)?web_search(_preview)?(_\d{4}_\d{2}_\d{2})?$/

const functionKeys = new Set(['name', 'description', 'parameters', 'strict'])
const toolKeys = new Set(['type', 'function', 'custom', 'cache_control'])
const noParameters: JsonObject = { type: 'object', properties: {} }

interface FunctionPlace {
  readonly at: string
  readonly reader: RequestReader
  /** The object around it, `{}` for a legacy function, which has none. */
  readonly tool: JsonObject
}

/** A function without parameters takes none, says OpenAI; other dialects want that spelled out. */
function readFunction(fn: JsonObject, { at, reader, tool }: FunctionPlace): FunctionTool {
  const inner = unknownFields(fn, functionKeys)
  const rest = unknownFields(tool, toolKeys)
  if (fn['name'] === undefined) reader.requiredString(fn, 'name', at)
  return present({
    kind: 'function' as const,
    name: reader.string(fn, 'name', at) ?? '',
    description: reader.string(fn, 'description', at),
    parameters: reader.object(fn, 'parameters', at) ?? noParameters,
    strict: reader.boolean(fn, 'strict', at),
    cache: readCache(tool)?.cache,
    ext: extend(Object.keys(inner).length > 0 ? { ...rest, inner } : rest)?.ext,
  })
}

function readCustom(tool: JsonObject, at: string, reader: RequestReader): CustomTool {
  const custom = asObject(tool['custom'])
  if (!custom) reader.fail(`${at}.custom`, `Missing required parameter: '${at}.custom'.`)
  const body = custom ?? {}
  return present({
    kind: 'custom' as const,
    name: reader.requiredString(body, 'name', `${at}.custom`),
    description: reader.string(body, 'description', `${at}.custom`),
    format: reader.object(body, 'format', `${at}.custom`),
    cache: readCache(tool)?.cache,
    ext: extend(unknownFields(tool, toolKeys))?.ext,
  })
}

const optionKeys = new Set(['user_location'])

/** `web_search_options` (platform.openai.com, web search in chat completions, seen 2026-08). */
function readSearchOptions(options: JsonObject): WebSearchTool {
  const location = asObject(options['user_location'])
  return present({
    kind: 'web-search' as const,
    userLocation: location && (asObject(location['approximate']) ?? withoutType(location)),
    ext: extend({ ...unknownFields(options, optionKeys), $options: true })?.ext,
  })
}

const searchKeys = new Set(['max_uses', 'allowed_domains', 'excluded_domains', 'blocked_domains', 'user_location'])

/** A search tool with its settings in `parameters` (OpenRouter) or beside its type. */
function readSearchTool(tool: JsonObject, type: string): WebSearchTool {
  const nested = asObject(tool['parameters'])
  const settings = nested ?? tool
  const rest = unknownFields(settings, new Set([...searchKeys, 'type', 'parameters']))
  const location = asObject(settings['user_location'])
  return present({
    kind: 'web-search' as const,
    maxUses: asNumber(settings['max_uses']),
    allowedDomains: readStrings(settings['allowed_domains']),
    blockedDomains: readStrings(settings['excluded_domains']) ?? readStrings(settings['blocked_domains']),
    userLocation: location && withoutType(location),
    ext: extend({ ...rest, $type: type, ...(nested && { $nested: true }) })?.ext,
  })
}

function readStrings(value: Json | undefined): readonly string[] | undefined {
  return asArray(value)?.filter((each) => typeof each === 'string')
}

function withoutType({ type: _, ...location }: JsonObject): JsonObject {
  return location
}

/** `tool_choice`, or the legacy `function_call`. What is neither a word nor one of the known objects stays in `ext`. */
export function readToolChoice(body: JsonObject, reader: RequestReader): ToolChoice | undefined {
  const choice = body['tool_choice'] ?? body['function_call']
  if (choice === undefined || choice === null) return undefined
  if (typeof choice === 'string') return readChoiceWord(choice, reader)
  const object = asObject(choice)
  if (!object) return reader.fail('tool_choice', "'tool_choice' must be a string or an object.")
  const allowed = asObject(object['allowed_tools'])
  if (object['type'] === 'allowed_tools' && allowed) return readAllowed(allowed)
  const name = asString((asObject(object['function']) ?? asObject(object['custom']) ?? object)['name'])
  return name === undefined ? undefined : { mode: 'tool', name }
}

function readChoiceWord(word: string, reader: RequestReader): ToolChoice | undefined {
  if (word === 'auto' || word === 'none' || word === 'required') return { mode: word }
  if (word === 'any') return { mode: 'required' }
  return reader.fail('tool_choice', "'tool_choice' must be 'none', 'auto', 'required' or an object naming a tool.")
}

function readAllowed(allowed: JsonObject): ToolChoice {
  const names: string[] = []
  for (const tool of asObjects(allowed['tools'])) {
    const name = asString((asObject(tool['function']) ?? asObject(tool['custom']) ?? tool)['name'])
    if (name !== undefined) names.push(name)
  }
  return { mode: 'subset', names, must: allowed['mode'] === 'required' }
}

import type { Json, JsonObject } from '../../ir/json.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, rest } from '../../ir/read.ts'
import type { FunctionTool, Tool, ToolChoice, WebSearchTool } from '../../ir/request.ts'
import { fromOpenApi } from './open-api-schema.ts'
import { dialect, extend } from './own-fields.ts'
import { given } from './read.ts'
import { camelKeys } from './spelling.ts'

/** One wire tool may hold many functions and several server tools; each becomes a tool of its own. */
export function readTools(reader: RequestReader, body: JsonObject): readonly Tool[] {
  return reader.objects(body, 'tools').flatMap(({ value, at }) => {
    const tool = camelKeys(value)
    return Object.keys(tool).flatMap((key): readonly Tool[] => {
      const entry = tool[key]
      if (entry === undefined || entry === null) return []
      if (key !== 'functionDeclarations') return [readServerTool(key, entry)]
      return reader.objects(tool, key, at).map((each) => readFunction(reader, each.value, each.at))
    })
  })
}

/** Web search and code execution are words; the rest (urlContext, fileSearch, googleMaps ...) only Google runs. */
function readServerTool(key: string, value: Json): Tool {
  const settings = asObject(value)
  if (key === 'googleSearch' && settings) return readWebSearch(camelKeys(settings))
  if (key === 'codeExecution' && settings) return { kind: 'code-execution', ...extend(rest(settings)) }
  return { kind: 'provider', dialect, value: { [key]: value } }
}

function readWebSearch(settings: JsonObject): WebSearchTool {
  const domains = settings['excludeDomains']
  const blockedDomains = Array.isArray(domains) ? domains.filter((each) => typeof each === 'string') : undefined
  const left = rest(settings, ...(blockedDomains ? ['excludeDomains'] : []))
  return { kind: 'web-search', ...given({ blockedDomains }), ...extend(left) }
}

function readFunction(reader: RequestReader, value: JsonObject, at: string): FunctionTool {
  const declaration = camelKeys(value)
  const openApi = reader.object(declaration, 'parameters', at)
  const jsonSchema = reader.object(declaration, 'parametersJsonSchema', at)
  const note = openApi && !jsonSchema ? { $parameters: openApi } : undefined
  return {
    kind: 'function',
    name: reader.requiredString(declaration, 'name', at),
    ...given({ description: reader.string(declaration, 'description', at) }),
    parameters: jsonSchema ?? (openApi ? fromOpenApi(openApi) : { type: 'object', properties: {} }),
    ...extend({ ...rest(declaration, 'name', 'description', 'parameters', 'parametersJsonSchema'), ...note }),
  }
}

/** The tool choice, and what of `toolConfig` has no word. */
export function readToolChoice(
  reader: RequestReader,
  body: JsonObject,
): { readonly toolChoice: ToolChoice | undefined; readonly left: JsonObject | undefined } {
  const toolConfig = camelKeys(reader.object(body, 'toolConfig') ?? {})
  const calling = camelKeys(reader.object(toolConfig, 'functionCallingConfig', 'toolConfig') ?? {})
  const at = 'toolConfig.functionCallingConfig'
  const mode = reader.string(calling, 'mode', at)?.toUpperCase()
  const names = reader.strings(calling, 'allowedFunctionNames', at) ?? []
  const toolChoice = chooseTool(mode, names)
  const isWord = mode === undefined || toolChoice !== undefined
  const kept = rest(calling, 'allowedFunctionNames', ...(isWord && mode !== 'VALIDATED' ? ['mode'] : []))
  return { toolChoice, left: rest({ ...rest(toolConfig, 'functionCallingConfig'), functionCallingConfig: kept }) }
}

/** VALIDATED is AUTO that must follow the schemas; beside `auto` or a subset it stays in `ext` as the client said it. */
function chooseTool(mode: string | undefined, names: readonly string[]): ToolChoice | undefined {
  const [first] = names
  switch (mode) {
    case 'ANY':
      if (first === undefined) return { mode: 'required' }
      return names.length === 1 ? { mode: 'tool', name: first } : { mode: 'subset', names, must: true }
    case 'NONE':
      return { mode: 'none' }
    case 'AUTO':
    case 'VALIDATED':
      return first === undefined ? { mode: 'auto' } : { mode: 'subset', names, must: false }
    default:
      return undefined
  }
}

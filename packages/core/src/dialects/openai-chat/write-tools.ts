import { asFunction } from '../../ir/custom-tool.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { CustomTool, FunctionTool, GenerateRequest, Tool, ToolChoice, WebSearchTool } from '../../ir/request.ts'
import type { Draft } from './wire.ts'
import { dialect, own, sendable } from './wire.ts'
import type { Writing } from './write-parts.ts'
import { writeCache } from './write-parts.ts'

/**
 * Everything about tools: `tools`, `tool_choice`, their legacy forms and `web_search_options`. Without tools a choice
 * among them says nothing, and hosts refuse it.
 */
export function writeTools(request: GenerateRequest, writing: Writing): Draft {
  const { toolChoice } = request
  const isNarrowed = toolChoice?.mode === 'subset' && !writing.quirks.allowedTools
  const written: JsonObject[] = []
  const fields: Draft = {}
  for (const [index, tool] of request.tools.entries()) {
    if (isNarrowed && 'name' in tool && !toolChoice.names.includes(tool.name)) continue
    const wire = writeTool(tool, `tools[${index}]`, { writing, fields })
    if (wire) written.push(wire)
  }
  if (own(request.ext)['$functions'] === true) return { ...fields, ...writeLegacy(request, written) }
  if (written.length === 0) return fields
  fields['tools'] = written
  if (toolChoice) fields['tool_choice'] = writeChoice(toolChoice, request, writing)
  fields['parallel_tool_calls'] = request.parallelToolCalls
  return fields
}

interface ToolWriting {
  readonly writing: Writing
  /** Top-level fields a tool may become. */
  readonly fields: Draft
}

function writeTool(tool: Tool, path: string, { writing, fields }: ToolWriting): JsonObject | undefined {
  switch (tool.kind) {
    case 'function':
      return writeFunction(tool, writing)
    case 'custom':
      return writeCustom(tool, path, writing)
    case 'web-search':
      return writeSearch(tool, path, { writing, fields })
    case 'code-execution':
      writing.lose({ path, why: 'providers of this dialect run no code themselves' })
      return undefined
    case 'provider':
      return tool.dialect === dialect ? tool.value : undefined
    default:
      return tool satisfies never
  }
}

function writeFunction(tool: FunctionTool, writing: Writing): JsonObject {
  const { inner, ...outer } = sendable(tool.ext)
  const { name, description, parameters, strict } = tool
  return {
    type: 'function',
    function: { name, description, parameters, strict, ...asObject(inner) },
    ...writeCache(tool.cache, writing),
    ...outer,
  }
}

function writeCustom(tool: CustomTool, path: string, writing: Writing): JsonObject {
  const { name, description, format, cache, ext } = tool
  if (writing.quirks.customTools) {
    return { type: 'custom', custom: { name, description, format }, ...writeCache(cache, writing), ...sendable(ext) }
  }
  if (format) writing.lose({ path: `${path}.format`, why: 'this provider has no free-form tools and knows no grammar' })
  return writeFunction(asFunction(tool), writing)
}

function writeSearch(tool: WebSearchTool, path: string, { writing, fields }: ToolWriting): JsonObject | undefined {
  const { quirks, lose } = writing
  const notes = own(tool.ext)
  const type = typeof notes['$type'] === 'string' ? notes['$type'] : undefined
  const form = notes['$options'] === true ? 'options' : type === undefined ? quirks.webSearch : 'tool'
  if (form === 'tool') return writeSearchTool(tool, type ?? quirks.webSearchTool)
  if (form === 'none') {
    lose({ path, why: 'this provider has no web search in chat completions' })
    return undefined
  }
  const location = tool.userLocation && { type: 'approximate', approximate: tool.userLocation }
  fields['web_search_options'] = { ...sendable(tool.ext), user_location: location }
  for (const key of ['maxUses', 'allowedDomains', 'blockedDomains'] as const) {
    if (tool[key] !== undefined) lose({ path: `${path}.${key}`, why: 'web_search_options has no such setting' })
  }
  return undefined
}

function writeSearchTool(tool: WebSearchTool, type: string): JsonObject {
  const isNested = own(tool.ext)['$nested'] === true || type.includes(':')
  const settings: JsonObject = {
    max_uses: tool.maxUses,
    allowed_domains: tool.allowedDomains,
    excluded_domains: tool.blockedDomains,
    user_location: tool.userLocation && { type: 'approximate', ...tool.userLocation },
    ...sendable(tool.ext),
  }
  return isNested ? { type, parameters: settings } : { type, ...settings }
}

function writeChoice(choice: ToolChoice, { tools }: GenerateRequest, { quirks }: Writing): Json {
  const must = quirks.requiredToolChoice
  switch (choice.mode) {
    case 'auto':
    case 'none':
      return choice.mode
    case 'required':
      return must
    case 'tool':
      return writeNamed(choice.name, tools, quirks.customTools)
    case 'subset':
      if (!quirks.allowedTools) return choice.must ? must : 'auto'
      return writeAllowed(choice, tools)
    default:
      return choice satisfies never
  }
}

function writeNamed(name: string, tools: readonly Tool[], canBeCustom: boolean): JsonObject {
  const isCustom = canBeCustom && tools.some((tool) => tool.kind === 'custom' && tool.name === name)
  return isCustom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } }
}

function writeAllowed({ names, must }: Extract<ToolChoice, { mode: 'subset' }>, tools: readonly Tool[]): Json {
  const allowed = names.map((name) => writeNamed(name, tools, true))
  return { type: 'allowed_tools', allowed_tools: { mode: must ? 'required' : 'auto', tools: allowed } }
}

/** `functions` and `function_call`, as the client wrote them. */
function writeLegacy({ toolChoice }: GenerateRequest, written: readonly JsonObject[]): Draft {
  const fields: Draft = { functions: written.map((tool) => tool['function'] ?? {}) }
  if (toolChoice?.mode === 'tool') fields['function_call'] = { name: toolChoice.name }
  else if (toolChoice) fields['function_call'] = toolChoice.mode
  return fields
}

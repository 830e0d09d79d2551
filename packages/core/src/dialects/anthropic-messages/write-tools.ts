import { adaptSchema } from '../../ir/adapt-schema.ts'
import { asFunction } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { FunctionTool, GenerateRequest, Tool, ToolChoice, WebSearchTool } from '../../ir/request.ts'
import { writeMarked } from './cache-mark.ts'
import { dialect, isNative, ownFields } from './own-fields.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'

interface Context {
  readonly quirks: AnthropicMessagesQuirks
  readonly lose: Lose
}

/** `tools` and `tool_choice`; both absent when the request has no tool this API knows. */
export function writeTools(request: GenerateRequest, context: Context): JsonObject {
  const names = request.toolChoice?.mode === 'subset' ? request.toolChoice.names : undefined
  const tools: Json[] = []
  for (const [index, tool] of request.tools.entries()) {
    // A choice among some tools cannot be said here; offering only those is the same thing.
    if (names && 'name' in tool && !names.includes(tool.name)) continue
    const written = writeTool(tool, { ...context, path: `tools[${index}]`, isNative: isNative(request) })
    if (written) tools.push(written)
  }
  const choice = writeToolChoice(request)
  if (tools.length > 0) return { tools, ...(choice && { tool_choice: choice }) }
  return isNative(request) && choice ? { tool_choice: choice } : {}
}

interface Place extends Context {
  readonly path: string
  readonly isNative: boolean
}

function writeTool(tool: Tool, place: Place): JsonObject | undefined {
  switch (tool.kind) {
    case 'function':
      return writeFunction(tool, place)
    case 'custom':
      if (tool.format)
        place.lose({ path: `${place.path}.format`, why: 'a custom tool is a function here, without a grammar' })
      return writeFunction(asFunction(tool), place)
    case 'web-search':
      return writeWebSearch(tool, place)
    case 'code-execution':
      return writeServerTool(tool, { ...place, type: place.quirks.codeExecutionType, name: 'code_execution' })
    case 'provider':
      return tool.dialect === dialect ? tool.value : undefined
    default:
      return tool satisfies never
  }
}

function writeFunction(tool: FunctionTool, { path, lose, isNative }: Place): JsonObject {
  const { name, description, strict } = tool
  const isAdapted = strict === true && !isNative
  const schema = isAdapted ? adaptSchema(tool.parameters, `${path}.parameters`, lose) : tool.parameters
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: 'type' in schema ? schema : { type: 'object', ...schema },
    ...(strict !== undefined && { strict }),
    ...writeMarked(tool),
  }
}

function writeWebSearch(tool: WebSearchTool, place: Place): JsonObject | undefined {
  const { maxUses, allowedDomains, blockedDomains, userLocation } = tool
  const written = writeServerTool(tool, { ...place, type: place.quirks.webSearchType, name: 'web_search' })
  if (!written) return undefined
  const isEither = !place.isNative && allowedDomains !== undefined && blockedDomains !== undefined
  if (isEither) place.lose({ path: `${place.path}.blockedDomains`, why: 'not taken beside allowed domains' })
  return {
    ...written,
    ...(maxUses !== undefined && { max_uses: maxUses }),
    ...(allowedDomains && { allowed_domains: allowedDomains }),
    ...(blockedDomains && !isEither && { blocked_domains: blockedDomains }),
    ...(userLocation && { user_location: { type: 'approximate', ...userLocation } }),
  }
}

/** A tool the provider runs, or undefined when this provider has none such. */
function writeServerTool(
  tool: Exclude<Tool, { kind: 'provider' }>,
  { type, name, path, lose }: Place & { readonly type: string; readonly name: string },
): JsonObject | undefined {
  const own = ownFields(tool.ext)['type']
  if (type !== '' || own !== undefined) return { type, name, ...writeMarked(tool) }
  lose({ path, why: `this provider runs no ${name}` })
  return undefined
}

function writeToolChoice(request: GenerateRequest): JsonObject | undefined {
  const { toolChoice, parallelToolCalls } = request
  if (!toolChoice && parallelToolCalls !== false) return undefined
  const choice = writeMode(toolChoice ?? { mode: 'auto' })
  const takesParallel = choice['type'] !== 'none' && parallelToolCalls !== undefined
  return { ...choice, ...(takesParallel && { disable_parallel_tool_use: !parallelToolCalls }) }
}

function writeMode(choice: ToolChoice): JsonObject {
  switch (choice.mode) {
    case 'auto':
    case 'none':
      return { type: choice.mode }
    case 'required':
      return { type: 'any' }
    case 'tool':
      return { type: 'tool', name: choice.name }
    case 'subset':
      return { type: choice.must ? 'any' : 'auto' }
    default:
      return choice satisfies never
  }
}

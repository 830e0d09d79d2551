import { adaptSchema } from '../../ir/adapt-schema.ts'
import { asFunction } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { FunctionTool, GenerateRequest, Tool, ToolChoice, WebSearchTool } from '../../ir/request.ts'
import { writeCachePoint } from './cache-point.ts'
import { dialect } from './own-fields.ts'
import type { BedrockConverseQuirks } from './quirks.ts'

interface Context {
  readonly quirks: BedrockConverseQuirks
  readonly lose: Lose
  /** Names of the tools called in the messages, each once. */
  readonly calledTools: readonly string[]
}

/** What a request says of tools. */
export interface ToolWords {
  /** Empty: no `toolConfig`. */
  readonly tools: readonly JsonObject[]
  readonly toolChoice?: JsonObject
  /** What stands in the model's own fields. */
  readonly modelFields: JsonObject
}

/** The tools the model may call and must call. A model that may call none is told of none. */
export function writeTools(request: GenerateRequest, context: Context): ToolWords {
  const { toolChoice } = request
  const hasHistory = context.calledTools.length > 0
  if (toolChoice?.mode === 'none' && !hasHistory) return { tools: [], modelFields: {} }
  const tools = offered(request, context).flatMap(({ tool, path }) => writeTool(tool, { ...context, path }))
  if (tools.length === 0) return { tools: hasHistory ? standIns(context) : [], modelFields: {} }
  const choice = toolChoice && writeChoice(toolChoice, context)
  return {
    tools,
    ...(choice && { toolChoice: choice }),
    modelFields: writeParallel(request, choice, context),
  }
}

interface OfferedTool {
  readonly tool: Tool
  readonly path: string
}

/** A choice among some tools cannot be said here; offering only those is the same thing. */
function offered({ tools, toolChoice }: GenerateRequest, { quirks }: Context): readonly OfferedTool[] {
  const all = tools.map((tool, index) => ({ tool, path: `tools[${index}]` }))
  const names = namesToOffer(toolChoice, quirks)
  return names ? all.filter(({ tool }) => !('name' in tool) || names.includes(tool.name)) : all
}

function namesToOffer(choice: ToolChoice | undefined, quirks: BedrockConverseQuirks): readonly string[] | undefined {
  if (choice?.mode === 'subset') return choice.names
  return choice?.mode === 'tool' && quirks.toolChoice === 'any' ? [choice.name] : undefined
}

/** The API refuses calls in the history without a definition of their tools. */
function standIns({ calledTools, lose }: Context): readonly JsonObject[] {
  lose({ path: 'tools', why: 'the API wants a tool for every call of the history; bare ones were offered again' })
  return calledTools.map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }))
}

type Place = Context & { readonly path: string }

function writeTool(tool: Tool, place: Place): readonly JsonObject[] {
  const written = writeDefinition(tool, place)
  if (!written) return []
  const mark = tool.kind === 'provider' ? undefined : tool.cache
  if (!mark) return [written]
  if (place.quirks.cachePoints === 'all') return [written, writeCachePoint(mark)]
  place.lose({ path: `${place.path}.cache`, why: 'this model caches no tools' })
  return [written]
}

function writeDefinition(tool: Tool, place: Place): JsonObject | undefined {
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
      return writeSystemTool(place.quirks.codeExecutionTool, 'runs no code', place)
    case 'provider':
      return tool.dialect === dialect ? tool.value : undefined
    default:
      return tool satisfies never
  }
}

function writeFunction({ name, description, strict, parameters }: FunctionTool, { path, lose }: Place): JsonObject {
  const schema = strict === true ? adaptSchema(parameters, `${path}.parameters`, lose) : parameters
  return {
    toolSpec: {
      name,
      ...(description && { description }),
      inputSchema: { json: 'type' in schema ? schema : { type: 'object', ...schema } },
      ...(strict === true && { strict }),
    },
  }
}

function writeWebSearch(tool: WebSearchTool, place: Place): JsonObject | undefined {
  const written = writeSystemTool(place.quirks.webSearchTool, 'searches no web', place)
  const { maxUses, allowedDomains, blockedDomains, userLocation } = tool
  for (const [key, value] of Object.entries({ maxUses, allowedDomains, blockedDomains, userLocation })) {
    if (written && value !== undefined)
      place.lose({ path: `${place.path}.${key}`, why: 'a system tool takes no options' })
  }
  return written
}

function writeSystemTool(name: string, why: string, { path, lose }: Place): JsonObject | undefined {
  if (name !== '') return { systemTool: { name } }
  lose({ path, why: `this model ${why}` })
  return undefined
}

function writeChoice(choice: ToolChoice, context: Context): JsonObject | undefined {
  const { lose, quirks } = context
  const takes = takenChoices[quirks.toolChoice]
  const wanted = wireChoice(choice)
  if (wanted === 'none') lose({ path: 'toolChoice', why: 'the history needs its tools, and no choice forbids them' })
  else if (wanted === 'tool' && takes.includes('tool') && choice.mode === 'tool') return { tool: { name: choice.name } }
  else if (wanted === 'auto') return takes.includes('auto') ? { auto: {} } : undefined
  else if (takes.includes('any')) return { any: {} }
  else lose({ path: 'toolChoice', why: 'this model cannot be made to call a tool' })
  return undefined
}

/** What may be said: a named tool is one of one where only `any` is, see `namesToOffer`. */
const takenChoices: Readonly<Record<BedrockConverseQuirks['toolChoice'], readonly string[]>> = {
  all: ['auto', 'any', 'tool'],
  any: ['auto', 'any'],
  auto: ['auto'],
  none: [],
}

function wireChoice(choice: ToolChoice): 'none' | 'auto' | 'any' | 'tool' {
  switch (choice.mode) {
    case 'none':
    case 'auto':
    case 'tool':
      return choice.mode
    case 'required':
      return 'any'
    case 'subset':
      return choice.must ? 'any' : 'auto'
    default:
      return choice satisfies never
  }
}

/**
 * Only Anthropic's models are told to make one call at a time, in a field of their own. It needs a `type` where Converse
 * says no choice, and must not have one where it does: https://github.com/BerriAI/litellm/issues/36536 (seen 2026-11-21)
 */
function writeParallel(
  { parallelToolCalls }: GenerateRequest,
  choice: JsonObject | undefined,
  { quirks, lose }: Context,
): JsonObject {
  if (parallelToolCalls !== false) return {}
  if (quirks.modelFields === 'claude')
    return { tool_choice: { ...(!choice && { type: 'auto' }), disable_parallel_tool_use: true } }
  lose({ path: 'parallelToolCalls', why: 'this model cannot be held to one call at a time' })
  return {}
}

import type { JsonObject } from '../../ir/json.ts'
import type { RequestReader } from '../../ir/read.ts'
import { rest } from '../../ir/read.ts'
import type { GenerateRequest, Tool, ToolChoice } from '../../ir/request.ts'
import { readMarked } from './cache-mark.ts'
import { dialect } from './own-fields.ts'
import { defaultQuirks } from './quirks.ts'

/** The tool definitions. What the API or the client's own program defines (`bash_20250124` ...) stays a provider tool. */
export function readTools(reader: RequestReader, body: JsonObject): readonly Tool[] {
  return reader.objects(body, 'tools').map(({ value, at }) => readTool(reader, value, at))
}

function readTool(reader: RequestReader, tool: JsonObject, at: string): Tool {
  const type = reader.string(tool, 'type', at) ?? 'custom'
  if (type === 'custom') return readFunction(reader, tool, at)
  if (type.startsWith('web_search_')) return readWebSearch(reader, tool, at)
  if (type.startsWith('code_execution_')) {
    return { kind: 'code-execution', ...readMarked(tool, typed(type, defaultQuirks.codeExecutionType, ['name'])) }
  }
  return { kind: 'provider', dialect, value: tool }
}

function readFunction(reader: RequestReader, tool: JsonObject, at: string): Tool {
  const description = reader.string(tool, 'description', at)
  const strict = reader.boolean(tool, 'strict', at)
  const parameters = reader.object(tool, 'input_schema', at)
  if (!parameters) reader.fail(`${at}.input_schema`, `Missing required parameter: '${at}.input_schema'.`)
  return {
    kind: 'function',
    name: reader.requiredString(tool, 'name', at),
    parameters: parameters ?? {},
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
    ...readMarked(tool, ['type', 'name', 'description', 'input_schema', 'strict']),
  }
}

function readWebSearch(reader: RequestReader, tool: JsonObject, at: string): Tool {
  const maxUses = reader.count(tool, 'max_uses', 0, at)
  const allowedDomains = reader.strings(tool, 'allowed_domains', at)
  const blockedDomains = reader.strings(tool, 'blocked_domains', at)
  const location = reader.object(tool, 'user_location', at)
  const userLocation = location && (rest(location, 'type') ?? {})
  const known = ['name', 'max_uses', 'allowed_domains', 'blocked_domains', 'user_location']
  return {
    kind: 'web-search',
    ...(maxUses !== undefined && { maxUses }),
    ...(allowedDomains && { allowedDomains }),
    ...(blockedDomains && { blockedDomains }),
    ...(userLocation && { userLocation }),
    ...readMarked(tool, typed(String(tool['type']), defaultQuirks.webSearchType, known)),
  }
}

/** A version of a server tool other than the one we would write is worth keeping. */
function typed(type: string, usual: string, known: readonly string[]): readonly string[] {
  return type === usual ? ['type', ...known] : known
}

type ToolChoiceFields = Pick<GenerateRequest, 'toolChoice' | 'parallelToolCalls'>

/** `tool_choice`, and the part of it that no other dialect puts there. Undefined for a choice we do not know. */
export function readToolChoice(reader: RequestReader, body: JsonObject): ToolChoiceFields | undefined {
  const choice = reader.object(body, 'tool_choice')
  if (!choice) return {}
  const toolChoice = readMode(reader, choice)
  if (!toolChoice || rest(choice, 'type', 'name', 'disable_parallel_tool_use')) return undefined
  const isSerial = reader.boolean(choice, 'disable_parallel_tool_use', 'tool_choice')
  return { toolChoice, ...(isSerial !== undefined && { parallelToolCalls: !isSerial }) }
}

function readMode(reader: RequestReader, choice: JsonObject): ToolChoice | undefined {
  switch (reader.requiredString(choice, 'type', 'tool_choice')) {
    case 'auto':
      return { mode: 'auto' }
    case 'any':
      return { mode: 'required' }
    case 'none':
      return { mode: 'none' }
    case 'tool':
      return { mode: 'tool', name: reader.requiredString(choice, 'name', 'tool_choice') }
    default:
      return undefined
  }
}

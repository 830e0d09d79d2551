import { asFunction } from '../../ir/custom-tool.ts'
import type { Lose, RequestOptions } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { loseFields } from '../../ir/lose-fields.ts'
import type { FunctionTool, GenerateRequest, OutputFormat, Tool } from '../../ir/request.ts'
import type { OllamaQuirks } from './quirks.ts'
import { unplaceable } from './unplaceable.ts'
import { writeMessages } from './write-messages.ts'

/** The body of `POST /api/chat`. */
export function encodeRequest(
  request: GenerateRequest,
  { quirks }: RequestOptions<OllamaQuirks>,
  lose: Lose,
): JsonObject {
  const tools = writeTools(request, lose)
  const think = writeThink(request, lose)
  loseFields(request, unplaceable, lose)
  return {
    model: request.model,
    messages: writeMessages(request.messages, { quirks, lose }),
    ...(tools.length > 0 && { tools }),
    ...writeFormat(request.format),
    ...(think !== undefined && { think }),
    ...writeOptions(request, quirks),
    ...(quirks.keepAlive !== '' && { keep_alive: quirks.keepAlive }),
    ...writeLogprobs(request),
    stream: request.stream,
  }
}

/** A choice is made by offering less: there is no field for it. */
function writeTools({ tools, toolChoice }: GenerateRequest, lose: Lose): readonly JsonObject[] {
  if (isForced(toolChoice))
    lose({ path: 'toolChoice', why: 'the model cannot be made to call a tool; only the named ones are offered' })
  if (toolChoice?.mode === 'none') return []
  return tools
    .flatMap((tool, index) => readFunction(tool, { path: `tools[${index}]`, lose }))
    .filter(({ name }) => isOffered(name, toolChoice))
    .map(writeFunction)
}

function isForced(choice: GenerateRequest['toolChoice']): boolean {
  if (choice?.mode === 'subset') return choice.must
  return choice?.mode === 'required' || choice?.mode === 'tool'
}

function isOffered(name: string, choice: GenerateRequest['toolChoice']): boolean {
  if (choice?.mode === 'tool') return choice.name === name
  return choice?.mode !== 'subset' || choice.names.includes(name)
}

function readFunction(
  tool: Tool,
  { path, lose }: { readonly path: string; readonly lose: Lose },
): readonly FunctionTool[] {
  switch (tool.kind) {
    case 'function':
      if (tool.strict === true) lose({ path: `${path}.strict`, why: 'no schema is enforced on arguments here' })
      return [tool]
    case 'custom':
      if (tool.format) lose({ path: `${path}.format`, why: 'a custom tool is a function here, without a grammar' })
      return [asFunction(tool)]
    case 'web-search':
    case 'code-execution':
      lose({ path, why: `the server runs no ${tool.kind}` })
      return []
    case 'provider':
      return []
    default:
      return tool satisfies never
  }
}

function writeFunction({ name, description, parameters }: FunctionTool): JsonObject {
  const schema = 'type' in parameters ? parameters : { type: 'object', ...parameters }
  return {
    type: 'function',
    function: { name, ...(description !== undefined && { description }), parameters: schema },
  }
}

function writeFormat(format: OutputFormat | undefined): JsonObject {
  if (!format || format.kind === 'text') return {}
  if (format.kind === 'json') return { format: 'json' }
  const { name, description, schema } = format
  const told = { ...(name !== '' && { title: name }), ...(description !== undefined && { description }) }
  return { format: { ...told, ...schema } }
}

/** The server's own mapping of efforts. https://docs.ollama.com/capabilities/thinking (seen 2026-11-21) */
const levels: Readonly<Record<string, Json>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
}

function writeThink({ reasoning }: GenerateRequest, lose: Lose): Json | undefined {
  if (!reasoning) return undefined
  const { effort, budgetTokens, show } = reasoning
  if (show === 'hidden') lose({ path: 'reasoning.show', why: 'thinking is always shown here' })
  if (effort !== undefined) return levels[effort]
  if (budgetTokens === undefined) return undefined
  if (budgetTokens > 0) lose({ path: 'reasoning.budgetTokens', why: 'thinking takes a level here and no budget' })
  return budgetTokens !== 0
}

function writeOptions(request: GenerateRequest, { contextTokens }: OllamaQuirks): JsonObject {
  const options: JsonObject = {
    ...(contextTokens > 0 && { num_ctx: contextTokens }),
    ...(request.maxOutputTokens !== undefined && { num_predict: request.maxOutputTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.topK !== undefined && { top_k: request.topK }),
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.frequencyPenalty !== undefined && { frequency_penalty: request.frequencyPenalty }),
    ...(request.presencePenalty !== undefined && { presence_penalty: request.presencePenalty }),
    ...(request.stop.length > 0 && { stop: request.stop }),
  }
  return Object.keys(options).length > 0 ? { options } : {}
}

function writeLogprobs({ logprobs }: GenerateRequest): JsonObject {
  if (!logprobs) return {}
  return { logprobs: true, ...(logprobs.top > 0 && { top_logprobs: logprobs.top }) }
}

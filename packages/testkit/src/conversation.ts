import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { Answer } from './answer.ts'
import { answerJson } from './answer.ts'
import type { SayOptions } from './answers/say.ts'
import { callTool, sayText } from './answers/say.ts'
import { dialectOfPath, type ReceivedCall } from './journal.ts'

/** A tool a client offers, whatever the dialect. */
export interface OfferedTool {
  readonly name: string
  /** JSON Schema of the arguments; undefined for a free-form tool. */
  readonly schema: JsonObject | undefined
}

/** What the played model does with the tools it is offered. */
export interface ConversationOptions {
  /** Which tool to call; the first one offered unless told. */
  readonly chooseTool?: (tools: readonly OfferedTool[]) => OfferedTool | undefined
  /** Arguments of the call; made up from the tool's schema unless told. */
  readonly args?: (tool: OfferedTool) => JsonObject | string
  readonly thinking?: string
}

/**
 * Plays a model in a conversation with a real client, in whichever dialect it speaks: offered tools, it calls one;
 * given a tool's result, it says what the result was; otherwise it greets.
 */
export function converse(options: ConversationOptions = {}): (call: ReceivedCall) => Answer {
  return (call) => {
    const body = asObject(call.json)
    const dialect = dialectOfPath(call.path)
    if (!dialect || !body) return answerJson({ error: { message: 'no such path' } }, { status: 404 })
    return answerTurn(dialect, body, { call, options })
  }
}

function answerTurn(
  dialect: DialectId,
  body: JsonObject,
  { call, options }: { readonly call: ReceivedCall; readonly options: ConversationOptions },
): Answer {
  const say = sayOptionsOf(dialect, body, { call, options })
  const results = toolResultsOf(dialect, body)
  if (results.length > 0) return sayText(dialect, `The tool said: ${results.join(' | ')}`, say)
  const tools = toolsOf(dialect, body)
  const tool = options.chooseTool ? options.chooseTool(tools) : tools[0]
  if (!tool) return sayText(dialect, 'Hello from the fake model.', say)
  const args = options.args?.(tool) ?? (tool.schema ? sampleObject(tool.schema) : 'sample input')
  return callTool(dialect, { name: tool.name, args, id: `call_fake_${call.number}` }, say)
}

function sayOptionsOf(
  dialect: DialectId,
  body: JsonObject,
  { call, options }: { readonly call: ReceivedCall; readonly options: ConversationOptions },
): SayOptions {
  const stream = /:stream|\/converse-stream$/.test(call.path) || body['stream'] === true
  return {
    stream,
    model: asString(body['model']) ?? 'fake-model',
    isJsonArray: dialect === 'gemini' && call.query.get('alt') !== 'sse',
    id: `fake${call.number}`,
    ...(options.thinking !== undefined && { thinking: options.thinking }),
    ...(dialect === 'openai-responses' && { isSealed: asksForSeals(body) }),
  }
}

function asksForSeals(body: JsonObject): boolean {
  return asArray(body['include'])?.includes('reasoning.encrypted_content') === true
}

/** The tools a request offers to be run by its client. */
export function toolsOf(dialect: DialectId, body: JsonObject): readonly OfferedTool[] {
  const tools = asObjects(body['tools'])
  switch (dialect) {
    case 'openai-chat':
    case 'cohere':
    case 'ollama':
      return tools.flatMap((tool) => offered(asObject(tool['function']) ?? asObject(tool['custom']), 'parameters'))
    case 'openai-responses':
      return tools.flatMap((tool) => (isClientTool(tool) ? offered(tool, 'parameters') : []))
    case 'anthropic-messages':
      return tools.flatMap((tool) => (tool['input_schema'] ? offered(tool, 'input_schema') : []))
    case 'bedrock-converse':
      return asObjects(asObject(body['toolConfig'])?.['tools']).flatMap(({ toolSpec }) => {
        const { name, inputSchema } = asObject(toolSpec) ?? {}
        return offered({ name, schema: asObject(inputSchema)?.['json'] }, 'schema')
      })
    case 'gemini':
      return tools
        .flatMap((tool) => asObjects(tool['functionDeclarations']))
        .flatMap((each) => offered(each, each['parametersJsonSchema'] ? 'parametersJsonSchema' : 'parameters'))
  }
}

function isClientTool({ type }: JsonObject): boolean {
  return type === 'function' || type === 'custom'
}

function offered(tool: JsonObject | undefined, schemaKey: string): readonly OfferedTool[] {
  const name = asString(tool?.['name'])
  return name === undefined ? [] : [{ name, schema: asObject(tool?.[schemaKey]) }]
}

/** The texts of the tool results that end the conversation so far; empty when it ends otherwise. */
export function toolResultsOf(dialect: DialectId, body: JsonObject): readonly string[] {
  switch (dialect) {
    case 'openai-chat':
    case 'cohere':
    case 'ollama':
      return lastRun(asObjects(body['messages']), ({ role }) => role === 'tool').map(({ content }) => textOf(content))
    case 'openai-responses':
      return lastRun(asObjects(body['input']), ({ type }) =>
        /^(function|custom_tool)_call_output$/.test(String(type)),
      ).map(({ output }) => textOf(output))
    case 'anthropic-messages':
      return asObjects(asObjects(body['messages']).at(-1)?.['content'])
        .filter(({ type }) => type === 'tool_result')
        .map(({ content }) => textOf(content))
    case 'bedrock-converse':
      return asObjects(asObjects(body['messages']).at(-1)?.['content']).flatMap(({ toolResult }) => {
        const result = asObject(toolResult)
        return result ? [textOf(result['content'])] : []
      })
    case 'gemini':
      return asObjects(asObjects(body['contents']).at(-1)?.['parts']).flatMap(({ functionResponse }) => {
        const response = asObject(functionResponse)?.['response']
        return response === undefined ? [] : [JSON.stringify(response)]
      })
  }
}

/** The elements at the end of the list for which the test holds. */
function lastRun(list: readonly JsonObject[], test: (element: JsonObject) => boolean): readonly JsonObject[] {
  const from = list.findLastIndex((element) => !test(element)) + 1
  return list.slice(from)
}

function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return asObjects(content)
    .map(({ text }) => asString(text) ?? '')
    .join('')
}

/** Arguments that satisfy a plain schema: what is required, each with the least value of its type. */
export function sampleObject(schema: JsonObject): JsonObject {
  const properties = asObject(schema['properties']) ?? {}
  const required = (asArray(schema['required']) ?? []).filter((name) => typeof name === 'string')
  return Object.fromEntries(required.map((name) => [name, sampleOf(asObject(properties[name]) ?? {})]))
}

function sampleOf(schema: JsonObject): Json {
  const [first] = asArray(schema['enum']) ?? []
  if (first !== undefined) return first
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  switch (typeof type === 'string' ? type.toLowerCase() : '') {
    case 'object':
      return sampleObject(schema)
    case 'array':
      return [sampleOf(asObject(schema['items']) ?? {})]
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return 'sample'
  }
}

import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { Violation } from './violation.ts'
import { checkEach, firstOf, unknownKey } from './violation.ts'

/** What Cohere's v2 chat refuses, by its reference: https://docs.cohere.com/v2/reference/chat (seen 2026-11-21) */
export function checkCohere(body: JsonObject): Violation | undefined {
  if ('message' in body) return checkOlder(body)
  const messages = asObjects(body['messages'])
  return firstOf(
    () => checkTopLevel(body),
    () => checkRanges(body),
    () => checkTools(body),
    () => checkFormat(body),
    () => checkThinking(body),
    () => checkEach(messages, checkMessage),
    () => checkToolPairs(messages),
  )
}

const fields = new Set([
  ...['model', 'messages', 'stream', 'tools', 'strict_tools', 'tool_choice', 'documents', 'citation_options'],
  ...['response_format', 'safety_mode', 'max_tokens', 'stop_sequences', 'temperature', 'seed', 'frequency_penalty'],
  ...['presence_penalty', 'k', 'p', 'logprobs', 'thinking', 'priority', 'raw_prompting'],
])

const olderFields = new Set([
  ...['model', 'message', 'stream', 'preamble', 'chat_history', 'documents', 'connectors', 'citation_quality', 'tools'],
  ...[
    'tool_results',
    'response_format',
    'safety_mode',
    'max_tokens',
    'stop_sequences',
    'temperature',
    'seed',
    'k',
    'p',
  ],
  ...['frequency_penalty', 'presence_penalty', 'raw_prompting', 'conversation_id', 'prompt_truncation'],
  ...['search_queries_only', 'force_single_step', 'max_input_tokens'],
])

/** The older API: https://docs.cohere.com/v1/reference/chat (seen 2026-11-21) */
function checkOlder(body: JsonObject): Violation | undefined {
  const unknown = unknownKey(body, olderFields)
  if (unknown !== undefined) return refuse(`unknown field: ${unknown}`)
  if (typeof body['message'] !== 'string') return refuse('message must be a string')
  if (body['message'] === '' && !body['tool_results']) return refuse('message must be at least 1 token long')
  const roles = ['USER', 'CHATBOT', 'SYSTEM', 'TOOL']
  const wrong = asObjects(body['chat_history']).find(({ role }) => !roles.includes(asString(role)?.toUpperCase() ?? ''))
  return wrong && refuse('chat_history: unknown role')
}

function checkTopLevel(body: JsonObject): Violation | undefined {
  const unknown = unknownKey(body, fields)
  if (unknown !== undefined) return refuse(`unknown field: ${unknown}`)
  if (!asString(body['model'])) return refuse('model is required')
  if ((asArray(body['messages']) ?? []).length === 0) return refuse('at least one message is required')
  if ((asArray(body['stop_sequences']) ?? []).length > 5) return refuse('at most 5 stop sequences')
  if (body['safety_mode'] !== undefined && isGrounded(body)) return refuse('safety_mode beside tools or documents')
  return undefined
}

const ranges: readonly (readonly [field: string, least: number, most: number])[] = [
  ['p', 0.01, 0.99],
  ['k', 0, 500],
  ['frequency_penalty', 0, 1],
  ['presence_penalty', 0, 1],
  ['temperature', 0, Number.MAX_VALUE],
  ['max_tokens', 0, Number.MAX_SAFE_INTEGER],
]

function checkRanges(body: JsonObject): Violation | undefined {
  const wrong = ranges.find(([field, least, most]) => {
    const value = asNumber(body[field])
    return body[field] !== undefined && (value === undefined || value < least || value > most)
  })
  return wrong && refuse(`${wrong[0]} must be between ${wrong[1]} and ${wrong[2]}`)
}

function checkTools(body: JsonObject): Violation | undefined {
  const tools = asObjects(body['tools'])
  const choice = asString(body['tool_choice'])?.toUpperCase()
  if (choice !== undefined && choice !== 'REQUIRED' && choice !== 'NONE') return refuse(`tool_choice: ${choice}`)
  if (choice !== undefined && tools.length === 0) return refuse('tool_choice without tools')
  return checkEach(tools, ({ type, function: described }) => {
    const { name, parameters } = asObject(described) ?? {}
    const schema = asObject(parameters)
    if (type !== 'function' || !asString(name) || !schema) return refuse('a tool is a function with parameters')
    const isFree = (asArray(schema['required']) ?? []).length === 0
    return body['strict_tools'] === true && isFree ? refuse('strict tools need a required parameter') : undefined
  })
}

function checkFormat(body: JsonObject): Violation | undefined {
  const type = asObject(body['response_format'])?.['type']
  if (type === undefined || type === 'text') return undefined
  return isGrounded(body) ? refuse('response_format beside tools or documents') : undefined
}

function isGrounded(body: JsonObject): boolean {
  return asObjects(body['tools']).length + (asArray(body['documents']) ?? []).length > 0
}

function checkThinking(body: JsonObject): Violation | undefined {
  const thinking = asObject(body['thinking'])
  if (!thinking) return undefined
  const budget = thinking['token_budget']
  if (budget !== undefined && (!Number.isInteger(budget) || Number(budget) < 1)) return refuse('token_budget: positive')
  return thinking['type'] === 'enabled' || thinking['type'] === 'disabled' ? undefined : refuse('thinking.type')
}

/** The kinds of blocks each role may hold. */
const blocks: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  user: ['text', 'image_url'],
  assistant: ['text', 'thinking'],
  tool: ['text', 'document'],
}

function checkMessage(message: JsonObject, index: number): Violation | undefined {
  const { role, content } = message
  const allowed = blocks[asString(role) ?? '']
  if (!allowed) return refuse(`messages[${index}]: unknown role`)
  const list = asArray(content)
  const isSaid = typeof content === 'string' || list !== undefined || role === 'assistant'
  const wrong = asObjects(list).find(({ type }) => !allowed.includes(asString(type) ?? ''))
  if (!isSaid || wrong) return refuse(`messages[${index}]: content of ${asString(wrong?.['type']) ?? 'no kind'}`)
  const isEmpty = content === undefined && !message['tool_calls'] && !message['tool_plan']
  return isEmpty ? refuse(`messages[${index}]: an answer that says nothing`) : undefined
}

/** A result follows the calls it answers, and every call has one before anybody says more. */
function checkToolPairs(messages: readonly JsonObject[]): Violation | undefined {
  let open = new Set<string>()
  for (const message of messages) {
    if (message['role'] === 'tool') {
      if (!open.delete(asString(message['tool_call_id']) ?? '')) return refuse('a result of no call')
      continue
    }
    if (open.size > 0) return refuse('a call without a result')
    open = new Set(asObjects(message['tool_calls']).map(({ id }) => asString(id) ?? ''))
  }
  return undefined
}

function refuse(message: string): Violation {
  return { message: `invalid request: ${message}` }
}

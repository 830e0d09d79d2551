import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import { emptyArray, missing, stringTooLong, tooLong } from './openai-words.ts'
import type { Violation } from './violation.ts'
import { checkEach, firstOf, unknownKey } from './violation.ts'

/**
 * What Chat Completions refuses. Sentences as the API wrote them, from its error answers seen in 2025 and 2026 and its
 * reference: https://platform.openai.com/docs/api-reference/chat/create
 */
export function checkOpenaiChat(body: JsonObject): Violation | undefined {
  return firstOf(
    () => checkTopLevel(body),
    () => checkTools(body),
    () => checkEach(asObjects(body['messages']), checkMessage),
    () => checkToolPairs(asObjects(body['messages'])),
  )
}

function checkTopLevel(body: JsonObject): Violation | undefined {
  const unknown = unknownKey(body, knownFields)
  const messages = asArray(body['messages'])
  if (unknown !== undefined)
    return { message: `Unknown parameter: '${unknown}'.`, param: unknown, code: 'unknown_parameter' }
  if (asString(body['model']) === undefined) return { message: 'you must provide a model parameter' }
  if (!messages) return missing('messages')
  if (messages.length === 0) return emptyArray('messages')
  const stop = asArray(body['stop'])
  if (stop && stop.length > 4) return tooLong('stop', 4, stop.length)
  if (body['stream_options'] != null && body['stream'] !== true) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    return { message, param: 'stream_options' }
  }
  if (body['max_tokens'] != null && body['max_completion_tokens'] != null) {
    const message = 'Setting `max_tokens` and `max_completion_tokens` at the same time is not supported.'
    return { message, code: 'invalid_parameter_combination' }
  }
  if (body['top_logprobs'] != null && body['logprobs'] !== true) {
    return { message: "'top_logprobs' is only allowed when 'logprobs' is enabled.", param: 'top_logprobs' }
  }
  return checkWebSearch(body) ?? checkTemperature(body)
}

/** Of OpenAI's models only those made for searching take the options; a made-up model takes them. */
function checkWebSearch(body: JsonObject): Violation | undefined {
  const isRefused = /^(gpt-|o\d)(?!.*search)/.test(asString(body['model']) ?? '')
  if (body['web_search_options'] == null || !isRefused) return undefined
  return { message: 'Web search options not supported with this model.', param: 'web_search_options' }
}

function checkTemperature(body: JsonObject): Violation | undefined {
  const temperature = asNumber(body['temperature'])
  if (temperature === undefined || temperature <= 2) return undefined
  const message = `Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got ${temperature} instead.`
  return { message, param: 'temperature', code: 'decimal_above_max_value' }
}

function checkTools(body: JsonObject): Violation | undefined {
  const tools = asArray(body['tools'])
  if (!tools) {
    for (const param of ['tool_choice', 'parallel_tool_calls']) {
      if (body[param] == null || body[param] === 'none') continue
      return { message: `Invalid value for '${param}': '${param}' is only allowed when 'tools' are specified.`, param }
    }
    return undefined
  }
  if (tools.length === 0) return emptyArray('tools')
  return checkEach(asObjects(tools), checkTool)
}

function checkTool(tool: JsonObject, index: number): Violation | undefined {
  const kind = asString(tool['type'])
  if (kind !== 'function' && kind !== 'custom') {
    const message = `Invalid value: '${kind}'. Supported values are: 'function' and 'custom'.`
    return { message, param: `tools[${index}].type`, code: 'invalid_value' }
  }
  const name = asString(asObject(tool[kind])?.['name'])
  if (name === undefined) return missing(`tools[${index}].${kind}.name`)
  if (/^[a-zA-Z0-9_-]+$/.test(name) && name.length <= 64) return undefined
  const param = `tools[${index}].${kind}.name`
  const message = `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`
  return { message, param, code: 'invalid_value' }
}

function checkMessage(message: JsonObject, index: number): Violation | undefined {
  const role = asString(message['role'])
  const at = `messages[${index}]`
  if (role === undefined) return missing(`${at}.role`)
  if (!roles.has(role)) {
    return { message: `Invalid value: '${role}'.`, param: `${at}.role`, code: 'invalid_value' }
  }
  const calls = asArray(message['tool_calls'])
  if (calls && calls.length === 0) return emptyArray(`${at}.tool_calls`)
  if (message['content'] == null && !calls && message['function_call'] == null && message['audio'] == null) {
    if (role === 'assistant' && message['refusal'] != null) return undefined
    const expected = "Invalid value for 'content': expected a string, got null."
    return { message: expected, param: `${at}.content` }
  }
  return checkEach(asObjects(calls), (call, place) => checkCall(call, `${at}.tool_calls[${place}]`))
}

function checkCall(call: JsonObject, at: string): Violation | undefined {
  const id = asString(call['id'])
  if (id === undefined) return missing(`${at}.id`)
  if (id.length > 40) return stringTooLong(`${at}.id`, 40, id.length)
  const shape = asObject(call['type'] === 'custom' ? call['custom'] : call['function'])
  if (!shape) return missing(`${at}.${call['type'] === 'custom' ? 'custom' : 'function'}`)
  const text = call['type'] === 'custom' ? shape['input'] : shape['arguments']
  return asString(text) === undefined ? missing(`${at}.function.arguments`) : undefined
}

/** Every tool message answers a call made just before, and every call is answered. */
function checkToolPairs(messages: readonly JsonObject[]): Violation | undefined {
  let open = new Set<string>()
  let isAfterCalls = false
  for (const [index, message] of messages.entries()) {
    const role = asString(message['role'])
    if (role === 'tool') {
      const id = asString(message['tool_call_id'])
      if (id === undefined) return missing(`messages[${index}].tool_call_id`)
      if (!isAfterCalls || !open.delete(id)) return orphan(index)
      continue
    }
    if (open.size > 0) return unanswered(open, index)
    open = new Set(asObjects(message['tool_calls']).map((call) => asString(call['id']) ?? ''))
    isAfterCalls = open.size > 0
  }
  return open.size > 0 ? unanswered(open, messages.length) : undefined
}

function orphan(index: number): Violation {
  const message =
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
  return { message, param: `messages.[${index}].role` }
}

function unanswered(open: ReadonlySet<string>, index: number): Violation {
  const ids = [...open].join(', ')
  const message = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`
  return { message, param: `messages.[${index}].role` }
}

const roles: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function'])

const knownFields: ReadonlySet<string> = new Set([
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'metadata',
  'modalities',
  'model',
  'moderation',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
  'web_search_options',
])

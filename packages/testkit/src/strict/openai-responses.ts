import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObjects, asString } from '@sluice/core/ir/read.ts'
import { emptyArray, missing, stringTooLong } from './openai-words.ts'
import type { Violation } from './violation.ts'
import { checkEach, firstOf, unknownKey } from './violation.ts'

/**
 * What the Responses API refuses. Sentences as the API wrote them, from its error answers seen in 2025 and 2026 and its
 * reference: https://platform.openai.com/docs/api-reference/responses/create
 */
export function checkOpenaiResponses(body: JsonObject): Violation | undefined {
  const input = asArray(body['input'])
  return firstOf(
    () => checkTopLevel(body),
    () => (input?.length === 0 ? emptyArray('input') : undefined),
    () => checkEach(asObjects(body['tools']), checkTool),
    () => checkEach(asObjects(input), checkItem),
    () => (body['previous_response_id'] == null ? checkCallPairs(asObjects(input)) : undefined),
    () => (body['previous_response_id'] == null ? checkReasoning(asObjects(input)) : undefined),
    () => (body['store'] === false ? checkStored(asObjects(input)) : undefined),
  )
}

function checkTopLevel(body: JsonObject): Violation | undefined {
  const unknown = unknownKey(body, knownFields)
  if (unknown !== undefined)
    return { message: `Unknown parameter: '${unknown}'.`, param: unknown, code: 'unknown_parameter' }
  if (asString(body['model']) === undefined) return missing('model')
  if (body['input'] == null && body['previous_response_id'] == null && body['prompt'] == null) return missing('input')
  const most = asNumber(body['max_output_tokens'])
  if (most !== undefined && most < 16) {
    const message = `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${most} instead.`
    return { message, param: 'max_output_tokens', code: 'integer_below_min_value' }
  }
  return undefined
}

function checkTool(tool: JsonObject, index: number): Violation | undefined {
  const kind = asString(tool['type'])
  if (kind === undefined) return missing(`tools[${index}].type`)
  if ((kind === 'function' || kind === 'custom') && asString(tool['name']) === undefined)
    return missing(`tools[${index}].name`)
  return undefined
}

function checkItem(item: JsonObject, index: number): Violation | undefined {
  const at = `input[${index}]`
  const kind = asString(item['type']) ?? 'message'
  const id = asString(item['id'])
  const prefix = idPrefixes[kind]
  if (id !== undefined && prefix !== undefined && !id.startsWith(prefix)) {
    const message = `Invalid '${at}.id': '${id}'. Expected an ID that begins with '${prefix}'.`
    return { message, param: `${at}.id`, code: 'invalid_value' }
  }
  const callId = asString(item['call_id'])
  if (callId !== undefined && callId.length > 64) return stringTooLong(`${at}.call_id`, 64, callId.length)
  if (kind === 'message') return checkMessage(item, at)
  if (!callKinds.has(kind) && !resultKinds.has(kind)) return undefined
  if (callId === undefined) return missing(`${at}.call_id`)
  if (kind === 'function_call' && asString(item['arguments']) === undefined) return missing(`${at}.arguments`)
  return resultKinds.has(kind) && item['output'] == null ? missing(`${at}.output`) : undefined
}

function checkMessage(item: JsonObject, at: string): Violation | undefined {
  const role = asString(item['role'])
  if (role === undefined) return missing(`${at}.role`)
  if (item['content'] == null) return missing(`${at}.content`)
  const allowed = role === 'assistant' ? assistantParts : inputParts
  return checkEach(asObjects(item['content']), (part, index) => {
    const kind = asString(part['type'])
    if (kind === undefined) return missing(`${at}.content[${index}].type`)
    if (allowed.has(kind)) return undefined
    const words = [...allowed].map((each) => `'${each}'`).join(', ')
    const message = `Invalid value: '${kind}'. Supported values are: ${words}.`
    return { message, param: `${at}.content[${index}].type`, code: 'invalid_value' }
  })
}

/** Every output has its call before it, every call has its output. */
function checkCallPairs(items: readonly JsonObject[]): Violation | undefined {
  const called = new Set<string>()
  const answered = new Set<string>()
  for (const item of items) {
    const kind = asString(item['type']) ?? ''
    const callId = asString(item['call_id']) ?? ''
    if (callKinds.has(kind)) called.add(callId)
    if (!resultKinds.has(kind)) continue
    answered.add(callId)
    if (!called.has(callId))
      return { message: `No tool call found for function call output with call_id ${callId}.`, param: 'input' }
  }
  const open = [...called].find((callId) => !answered.has(callId))
  return open === undefined ? undefined : { message: `No tool output found for function call ${open}.`, param: 'input' }
}

/** A reasoning item stands before what it led to. */
function checkReasoning(items: readonly JsonObject[]): Violation | undefined {
  const last = items.at(-1)
  if (last?.['type'] !== 'reasoning') return undefined
  const id = asString(last['id'])
  const message = `Item '${id}' of type 'reasoning' was provided without its required following item.`
  return { message, param: 'input' }
}

/** Nothing can be looked up that was not stored: neither a reference, nor a thought that came without its seal. */
function checkStored(items: readonly JsonObject[]): Violation | undefined {
  const missed = items.find(
    ({ type, encrypted_content }) => type === 'item_reference' || (type === 'reasoning' && encrypted_content == null),
  )
  if (!missed) return undefined
  const advice = 'Try again with `store` set to true, or remove this item from your input.'
  const message = `Item with id '${missed['id']}' not found. Items are not persisted when \`store\` is set to false. ${advice}`
  return { message, param: 'input', status: 404 }
}

const callKinds: ReadonlySet<string> = new Set(['function_call', 'custom_tool_call'])
const resultKinds: ReadonlySet<string> = new Set(['function_call_output', 'custom_tool_call_output'])
const assistantParts: ReadonlySet<string> = new Set(['output_text', 'refusal'])
const inputParts: ReadonlySet<string> = new Set(['input_text', 'input_image', 'input_file', 'input_audio'])

const idPrefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
}

const knownFields: ReadonlySet<string> = new Set([
  'background',
  // Not in the reference, but Codex sends it to this API: https://github.com/openai/codex, seen 2026-11-20.
  'client_metadata',
  'context_management',
  'conversation',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'model',
  'moderation',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
])

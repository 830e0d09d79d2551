import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { ReceivedCall } from '../journal.ts'
import type { Violation } from './violation.ts'
import { checkEach, firstOf, unknownKey } from './violation.ts'

/**
 * What the Messages API refuses. Sentences as the API wrote them, from its error answers seen in 2025 and 2026 and its
 * reference: https://docs.anthropic.com/en/api/messages
 */
export function checkAnthropicMessages(body: JsonObject, call: ReceivedCall): Violation | undefined {
  const isCloud = /awPredict$|\/invoke(-with-response-stream)?$/.test(call.path)
  const messages = asObjects(body['messages'])
  return firstOf(
    () => checkTopLevel(body, isCloud),
    () =>
      isCloud || call.headers['anthropic-version'] ? undefined : { message: 'anthropic-version: header is required' },
    () => checkThinking(body),
    () => checkTools(body),
    () => checkEach(messages, (message, index) => checkMessage(message, index, messages.length)),
    () => checkToolPairs(messages),
    () => checkCacheMarks(body),
  )
}

function checkTopLevel(body: JsonObject, isCloud: boolean): Violation | undefined {
  const known = isCloud ? cloudFields : knownFields
  const unknown = unknownKey(body, known)
  const messages = asArray(body['messages'])
  const most = asNumber(body['max_tokens'])
  if (!isCloud && asString(body['model']) === undefined) return { message: 'model: Field required' }
  if (most === undefined) return { message: 'max_tokens: Field required' }
  if (most < 1) return { message: 'max_tokens: Input should be greater than or equal to 1' }
  if (!messages) return { message: 'messages: Field required' }
  if (messages.length === 0) return { message: 'messages: at least one message is required' }
  if (unknown !== undefined) return { message: `${unknown}: Extra inputs are not permitted` }
  const temperature = asNumber(body['temperature'])
  if (temperature !== undefined && (temperature < 0 || temperature > 1)) return { message: 'temperature: range: 0..1' }
  const stop = asArray(body['stop_sequences']) ?? []
  if (stop.some((each) => typeof each !== 'string' || each.trim() === ''))
    return { message: 'stop_sequences: each stop sequence must contain non-whitespace' }
  const extra = unknownKey(asObject(body['metadata']) ?? {}, new Set(['user_id']))
  return extra === undefined ? undefined : { message: `metadata.${extra}: Extra inputs are not permitted` }
}

function checkThinking(body: JsonObject): Violation | undefined {
  const thinking = asObject(body['thinking'])
  if (thinking?.['type'] !== 'enabled') return undefined
  const budget = asNumber(thinking['budget_tokens'])
  if (budget === undefined) return { message: 'thinking.enabled.budget_tokens: Field required' }
  if (budget < 1024) return { message: 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024' }
  if (budget >= (asNumber(body['max_tokens']) ?? 0))
    return { message: '`max_tokens` must be greater than `thinking.budget_tokens`.' }
  const temperature = asNumber(body['temperature'])
  if (temperature !== undefined && temperature !== 1)
    return { message: '`temperature` may only be set to 1 when thinking is enabled.' }
  const choice = asString(asObject(body['tool_choice'])?.['type'])
  return choice === 'any' || choice === 'tool'
    ? { message: 'Thinking may not be enabled when tool_choice forces tool use.' }
    : undefined
}

function checkTools(body: JsonObject): Violation | undefined {
  if (body['tool_choice'] != null && !asArray(body['tools'])?.length)
    return { message: 'tool_choice: tool_choice may only be specified while providing tools' }
  return checkEach(asObjects(body['tools']), (tool, index) => {
    const name = asString(tool['name'])
    const kind = asString(tool['type']) ?? 'custom'
    if (kind !== 'custom') return undefined
    const at = `tools.${index}.custom`
    if (name === undefined) return { message: `${at}.name: Field required` }
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name))
      return { message: `${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'` }
    const schema = asObject(tool['input_schema'])
    if (!schema) return { message: `${at}.input_schema: Field required` }
    return schema['type'] === 'object' ? undefined : { message: `${at}.input_schema.type: Input should be 'object'` }
  })
}

function checkMessage(message: JsonObject, index: number, count: number): Violation | undefined {
  const role = asString(message['role'])
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    return { message: `messages: Unexpected role "${role}". Allowed roles are "user" or "assistant".` }
  const content = message['content']
  const isLastAssistant = role === 'assistant' && index === count - 1
  const isEmpty = content === '' || (Array.isArray(content) && content.length === 0) || content == null
  if (isEmpty && !isLastAssistant) {
    const rule = 'all messages must have non-empty content except for the optional final assistant message'
    return { message: `messages.${index}: ${rule}` }
  }
  return checkEach(asObjects(content), (block, place) => checkBlock(block, `messages.${index}.content.${place}`))
}

function checkBlock(block: JsonObject, at: string): Violation | undefined {
  switch (asString(block['type'])) {
    case 'text':
      return block['text'] === '' ? { message: 'messages: text content blocks must be non-empty' } : undefined
    case 'thinking':
      return asString(block['signature']) === undefined
        ? { message: `${at}.thinking.signature: Field required` }
        : undefined
    case 'tool_use':
      return checkToolUse(block, `${at}.tool_use`)
    case 'tool_result':
      return asString(block['tool_use_id']) === undefined
        ? { message: `${at}.tool_result.tool_use_id: Field required` }
        : undefined
    case undefined:
      return { message: `${at}.type: Field required` }
    default:
      return undefined
  }
}

function checkToolUse(block: JsonObject, at: string): Violation | undefined {
  if (!/^[a-zA-Z0-9_-]+$/.test(asString(block['id']) ?? ''))
    return { message: `${at}.id: String should match pattern '^[a-zA-Z0-9_-]+$'` }
  return asObject(block['input']) ? undefined : { message: `${at}.input: Input should be a valid dictionary` }
}

/** Results come at once after their calls, each with its call, and every call has one. */
function checkToolPairs(messages: readonly JsonObject[]): Violation | undefined {
  const merged = mergeTurns(messages)
  for (const [index, { message, at }] of merged.entries()) {
    const calls = idsOf(message, 'tool_use', 'id')
    const results = idsOf(merged[index + 1]?.message, 'tool_result', 'tool_use_id')
    const open = calls.filter((id) => !results.includes(id))
    if (open.length > 0) {
      const rule = 'Each `tool_use` block must have a corresponding `tool_result` block in the next message.'
      return {
        message: `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. ${rule}`,
      }
    }
    const before = idsOf(merged[index - 1]?.message, 'tool_use', 'id')
    const orphan = idsOf(message, 'tool_result', 'tool_use_id').find((id) => !before.includes(id))
    if (orphan !== undefined) {
      const rule = 'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.'
      return {
        message: `messages.${at}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}. ${rule}`,
      }
    }
  }
  return undefined
}

interface Turn {
  message: JsonObject
  readonly at: number
}

/** The API joins neighbouring messages of one role before it looks. */
function mergeTurns(messages: readonly JsonObject[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const [at, message] of messages.entries()) {
    const last = turns.at(-1)
    if (last && last.message['role'] === message['role']) {
      last.message = { ...message, content: [...asObjects(last.message['content']), ...asObjects(message['content'])] }
    } else turns.push({ message, at })
  }
  return turns
}

function idsOf(message: JsonObject | undefined, kind: string, key: string): readonly string[] {
  const blocks = asObjects(message?.['content']).filter((block) => block['type'] === kind)
  return blocks.map((block) => asString(block[key]) ?? '')
}

function checkCacheMarks(body: JsonObject): Violation | undefined {
  const marks = JSON.stringify(body).split('"cache_control":{').length - 1
  return marks <= 4
    ? undefined
    : { message: `A maximum of 4 blocks with cache_control may be provided. Found ${marks}.` }
}

const knownFields: ReadonlySet<string> = new Set([
  'cache_control',
  'container',
  'context_management',
  'inference_geo',
  'max_tokens',
  'mcp_servers',
  'messages',
  'metadata',
  'model',
  'output_config',
  'output_format',
  'service_tier',
  'speed',
  'stop_sequences',
  'stream',
  'system',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
])

const cloudFields: ReadonlySet<string> = new Set([...knownFields, 'anthropic_version', 'anthropic_beta'])

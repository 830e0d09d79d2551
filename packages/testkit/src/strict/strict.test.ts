import { describe, expect, test } from 'bun:test'
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import type { ReceivedCall } from '../journal.ts'
import { clientDialectOfPath } from '../journal.ts'
import { hasRecordings, loadRecordings, skippedLine } from '../recordings.ts'
import { findViolation } from './refuse-invalid.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

/** Providers whose API the strict mode plays. */
const originals: ReadonlySet<string> = new Set(['openai', 'anthropic', 'google', 'vertex', 'bedrock', 'cohere'])

function callOf(path: string, body: JsonObject): ReceivedCall {
  return {
    number: 1,
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers: { 'anthropic-version': '2023-06-01' },
    rawHeaders: [],
    body: JSON.stringify(body),
    json: body,
    dialect: clientDialectOfPath(path),
  }
}

describe.if(hasRecordings())('what real providers took', () => {
  const taken = loadRecordings(({ dialect, status, provider, path }) => {
    // An open-weights model under OpenAI's name was another server behind a proxy.
    const isOriginal = dialect !== undefined && originals.has(provider) && !/qwen/.test(path)
    return status < 300 && (isOriginal || dialect === 'ollama')
  })

  test('is never refused', () => {
    const wrong: string[] = []
    let checked = 0
    for (const { dialect, path, request } of taken) {
      const body = asObject(request.body)
      if (!dialect || !body || request.encoding) continue
      checked++
      const violation = findViolation(dialect, callOf(new URL(request.url).pathname, body))
      if (violation) wrong.push(`${path}: ${violation.message}`)
    }
    expect(wrong).toEqual([])
    expect(checked).toBeGreaterThan(150)
  })
})

const paths: Readonly<Record<DialectId, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  gemini: '/v1beta/models/m:generateContent',
  'bedrock-converse': '/model/m/converse',
  cohere: '/v2/chat',
  ollama: '/api/chat',
}

const user = { role: 'user', content: 'hi' }
const tool = { type: 'function', function: { name: 'f', parameters: {} } }
const chatCall = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }
const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] }
const said = { role: 'user', parts: [{ text: 'hi' }] }

const asks = { role: 'user', content: [{ text: 'hi' }] }
const says = { role: 'assistant', content: [{ text: 'hi' }] }
const uses = { role: 'assistant', content: [{ toolUse: { toolUseId: 'c', name: 'f', input: {} } }] }
const answers = { role: 'user', content: [{ toolResult: { toolUseId: 'c', content: [{ text: 'x' }] } }] }
const toolConfig = { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] }
const document = { document: { name: 'a', format: 'txt', source: { bytes: '' } } }

const refused: readonly (readonly [DialectId, JsonObject, string])[] = [
  ['openai-chat', { model: 'm', messages: [] }, "Invalid 'messages': empty array"],
  ['openai-chat', { model: 'm', messages: [user], top_k: 3 }, "Unknown parameter: 'top_k'"],
  ['openai-chat', { model: 'm', messages: [user], tools: [] }, "Invalid 'tools': empty array"],
  ['openai-chat', { model: 'm', messages: [user], tool_choice: 'auto' }, "only allowed when 'tools' are specified"],
  ['openai-chat', { model: 'm', messages: [user, { role: 'tool', tool_call_id: 'x', content: '' }] }, 'preceeding'],
  ['openai-chat', { model: 'm', messages: [user, { role: 'assistant', tool_calls: [chatCall] }] }, 'call_1'],
  ['openai-chat', { model: 'm', messages: [user], tools: [tool], stream_options: {} }, "'stream' is enabled"],
  ['openai-chat', { model: 'm', messages: [user], stop: ['1', '2', '3', '4', '5'] }, 'maximum length 4'],
  ['openai-chat', { model: 'gpt-5.5', messages: [user], web_search_options: {} }, 'Web search options not supported'],
  ['openai-responses', { model: 'm' }, "Missing required parameter: 'input'"],
  ['openai-responses', { model: 'm', input: 'hi', max_output_tokens: 5 }, 'Expected a value >= 16'],
  ['openai-responses', { model: 'm', input: 'hi', n: 2 }, "Unknown parameter: 'n'"],
  [
    'openai-responses',
    { model: 'm', input: [{ type: 'function_call_output', call_id: 'c', output: '' }] },
    'No tool call found for function call output with call_id c',
  ],
  [
    'openai-responses',
    { model: 'm', input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }] },
    'No tool output found for function call c',
  ],
  [
    'openai-responses',
    { model: 'm', input: [{ role: 'assistant', content: [{ type: 'input_text', text: '' }] }] },
    "Supported values are: 'output_text', 'refusal'",
  ],
  [
    'openai-responses',
    { model: 'm', input: [{ ...user, type: 'message', id: 'chatcmpl-1' }] },
    "an ID that begins with 'msg'",
  ],
  [
    'openai-responses',
    { model: 'm', store: false, input: [{ type: 'reasoning', id: 'rs_1', summary: [] }, user] },
    "Item with id 'rs_1' not found",
  ],
  ['anthropic-messages', { model: 'm', messages: [user] }, 'max_tokens: Field required'],
  ['anthropic-messages', { model: 'm', max_tokens: 1, messages: [user, use] }, 'without `tool_result` blocks'],
  [
    'anthropic-messages',
    { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] },
    'unexpected `tool_use_id`',
  ],
  ['anthropic-messages', { model: 'm', max_tokens: 1, messages: [user], seed: 1 }, 'seed: Extra inputs'],
  ['anthropic-messages', { model: 'm', max_tokens: 1, messages: [user], temperature: 1.5 }, 'range: 0..1'],
  [
    'anthropic-messages',
    { model: 'm', max_tokens: 9, messages: [user], thinking: { type: 'enabled', budget_tokens: 2000 } },
    'must be greater than `thinking.budget_tokens`',
  ],
  ['gemini', {}, 'contents is not specified'],
  ['gemini', { contents: [said], max_tokens: 1 }, 'Unknown name "maxTokens"'],
  [
    'gemini',
    {
      contents: [said],
      tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'object', additionalProperties: false } }] }],
    },
    `Unknown name "additionalProperties" at 'tools[0].function_declarations[0].parameters'`,
  ],
  ['gemini', { contents: [{ role: 'assistant', parts: [{ text: 'hi' }] }] }, 'valid role'],
  [
    'gemini',
    { contents: [said, { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] }] },
    'number of function response parts',
  ],
  ['bedrock-converse', { messages: [] }, 'must start with a user message'],
  ['bedrock-converse', { messages: [asks, asks] }, 'Roles must alternate'],
  ['bedrock-converse', { messages: [{ role: 'user', content: [{ text: '' }] }] }, 'is blank'],
  ['bedrock-converse', { messages: [asks], stream: true }, 'stream is no field'],
  ['bedrock-converse', { messages: [asks], inferenceConfig: { temperature: 1.5 } }, '0..1'],
  ['bedrock-converse', { messages: [asks], toolConfig: { tools: [] } }, 'at least one tool'],
  ['bedrock-converse', { messages: [asks, uses] }, 'toolConfig field must be defined'],
  ['bedrock-converse', { messages: [asks, uses, asks], toolConfig }, 'Expected toolResult blocks'],
  ['bedrock-converse', { messages: [asks, uses, answers, says, answers], toolConfig }, 'exceeds the number of toolUse'],
  ['bedrock-converse', { messages: [{ role: 'user', content: [document] }] }, 'A text block is required'],
  ['cohere', { model: 'm', messages: [] }, 'at least one message'],
  ['cohere', { model: 'm', messages: [user], top_p: 1 }, 'unknown field: top_p'],
  ['cohere', { model: 'm', messages: [user], p: 1 }, 'p must be between 0.01 and 0.99'],
  ['cohere', { model: 'm', messages: [user], tool_choice: 'REQUIRED' }, 'tool_choice without tools'],
  ['cohere', { model: 'm', messages: [user], tools: [tool], strict_tools: true }, 'need a required parameter'],
  ['cohere', { model: 'm', messages: [user], tools: [tool], response_format: { type: 'json_object' } }, 'beside tools'],
  ['cohere', { model: 'm', messages: [user], thinking: { type: 'enabled', token_budget: 0 } }, 'token_budget'],
  ['cohere', { model: 'm', messages: [{ role: 'user', content: [{ type: 'file' }] }] }, 'content of file'],
  ['cohere', { model: 'm', messages: [user, { role: 'assistant', tool_calls: [chatCall] }, user] }, 'without a result'],
  ['cohere', { model: 'm', messages: [user, { role: 'tool', tool_call_id: 'x', content: '' }] }, 'result of no call'],
  ['cohere', { message: 'hi', messages: [user] }, 'unknown field: messages'],
  ['cohere', { message: '' }, 'at least 1 token'],
  ['ollama', { messages: [user] }, 'model is required'],
  ['ollama', { model: 'm', messages: [{ role: 'user', content: [] }] }, 'content of type string'],
  ['ollama', { model: 'm', messages: [{ role: 'user', images: ['https://x/'] }] }, 'illegal base64'],
  ['ollama', { model: 'm', messages: [{ role: 'assistant', tool_calls: [chatCall] }] }, 'arguments of type object'],
  ['ollama', { model: 'm', messages: [user], think: 'minimal' }, 'invalid think value'],
  ['ollama', { model: 'm', messages: [user], format: 'xml' }, 'invalid format'],
]

test.each([...refused])('%s refuses %j', (dialect, body, words) => {
  expect(findViolation(dialect, callOf(paths[dialect], body))?.message ?? 'taken').toContain(words)
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { faultOf } from './read-error.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** Wrong types and missing parameters: a 400 in the caller's dialect that names the field, and no upstream call. */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  gateway = await startTestGateway(oneProviderPerDialect(provider.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** What is wrong, and the field that is named for it. `undefined` leaves a field out. */
type Wrong = readonly [extra: Readonly<Record<string, unknown>>, param: string]

const chatMessage = (message: object, param: string): Wrong => [{ messages: [message] }, `messages[0]${param}`]
const chatPart = (part: unknown, param: string): Wrong =>
  chatMessage({ role: 'user', content: [part] }, `.content[0]${param}`)
const item = (value: unknown, param: string): Wrong => [{ input: [value] }, `input[0]${param}`]
const geminiPart = (part: unknown, param: string): Wrong => [
  { contents: [{ role: 'user', parts: [part] }] },
  `contents[0].parts[0]${param}`,
]
const generation = (name: string, value: unknown): Wrong => [
  { generationConfig: { [name]: value } },
  `generationConfig.${name}`,
]

const wrong: Readonly<Record<ClientDialectId, readonly Wrong[]>> = {
  'openai-chat': [
    [{ messages: undefined }, 'messages'],
    [{ messages: 'x' }, 'messages'],
    [{ messages: {} }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: ['x'] }, 'messages[0]'],
    chatMessage({}, '.role'),
    chatMessage({ role: 5, content: 'x' }, '.role'),
    chatMessage({ role: 'bogus', content: 'x' }, '.role'),
    chatMessage({ role: 'user', content: 5 }, '.content'),
    chatMessage({ role: 'user' }, '.content'),
    chatMessage({ role: 'tool', content: 'x' }, '.tool_call_id'),
    chatMessage({ role: 'assistant', tool_calls: 'x' }, '.tool_calls'),
    chatPart({ type: 'text' }, '.text'),
    chatPart({ type: 'text', text: 5 }, '.text'),
    chatPart({ type: 'image_url', image_url: {} }, '.image_url.url'),
    [{ temperature: 'hot' }, 'temperature'],
    [{ top_p: {} }, 'top_p'],
    [{ max_tokens: '5' }, 'max_tokens'],
    [{ max_tokens: 1.5 }, 'max_tokens'],
    [{ max_tokens: -1 }, 'max_tokens'],
    [{ max_completion_tokens: [] }, 'max_completion_tokens'],
    [{ n: 0 }, 'n'],
    [{ n: '2' }, 'n'],
    [{ stop: 5 }, 'stop'],
    [{ stream: 'yes' }, 'stream'],
    [{ stream_options: 'x' }, 'stream_options'],
    [{ tools: 'x' }, 'tools'],
    [{ tools: [{ type: 'function', function: { name: 5 } }] }, 'tools[0].function.name'],
    [{ tool_choice: 5 }, 'tool_choice'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ logprobs: 'yes' }, 'logprobs'],
    [{ seed: 'x' }, 'seed'],
    [{ metadata: 'x' }, 'metadata'],
    [{ parallel_tool_calls: 'x' }, 'parallel_tool_calls'],
  ],
  'openai-responses': [
    [{ input: undefined }, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: [5] }, 'input[0]'],
    item({}, '.role'),
    item({ type: 'message', role: 5, content: 'x' }, '.role'),
    item({ type: 'message', role: 'user', content: 5 }, '.content'),
    item({ type: 'message', role: 'user', content: [{ type: 'input_text' }] }, '.content[0].text'),
    item({ type: 'function_call' }, '.name'),
    item({ type: 'function_call_output' }, '.call_id'),
    [{ instructions: 5 }, 'instructions'],
    [{ temperature: 'x' }, 'temperature'],
    [{ max_output_tokens: -1 }, 'max_output_tokens'],
    [{ stream: 'x' }, 'stream'],
    [{ store: 'x' }, 'store'],
    [{ tools: [5] }, 'tools[0]'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tool_choice: 5 }, 'tool_choice'],
    [{ text: { format: 'x' } }, 'text.format'],
    [{ text: { format: { type: 'json_schema' } } }, 'text.format.name'],
    [{ reasoning: 'x' }, 'reasoning'],
    [{ include: 'x' }, 'include'],
    [{ metadata: 'x' }, 'metadata'],
  ],
  'anthropic-messages': [
    [{ messages: undefined }, 'messages'],
    [{ messages: 'x' }, 'messages'],
    [{ messages: [5] }, 'messages[0]'],
    chatMessage({}, '.role'),
    chatMessage({ role: 'bogus', content: 'x' }, '.role'),
    chatMessage({ role: 'user' }, '.content'),
    chatMessage({ role: 'user', content: 5 }, '.content'),
    chatPart({ type: 'text' }, '.text'),
    chatPart({ type: 'image', source: 'x' }, '.source'),
    chatPart({ type: 'tool_result' }, '.tool_use_id'),
    [{ max_tokens: undefined }, 'max_tokens'],
    [{ max_tokens: 'x' }, 'max_tokens'],
    [{ max_tokens: -1 }, 'max_tokens'],
    [{ max_tokens: 1.5 }, 'max_tokens'],
    [{ system: 5 }, 'system'],
    [{ system: [{ type: 'text' }] }, 'system[0].text'],
    [{ temperature: 'x' }, 'temperature'],
    [{ top_k: 'x' }, 'top_k'],
    [{ stop_sequences: [5] }, 'stop_sequences'],
    [{ stream: 'x' }, 'stream'],
    [{ tools: [{ name: 5, input_schema: {} }] }, 'tools[0].name'],
    [{ tool_choice: 'auto' }, 'tool_choice'],
    [{ thinking: { type: 'enabled', budget_tokens: 'x' } }, 'thinking.budget_tokens'],
  ],
  gemini: [
    [{ contents: undefined }, 'contents'],
    [{ contents: 'x' }, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: [5] }, 'contents[0]'],
    [{ contents: [{}] }, 'contents[0].parts'],
    [{ contents: [{ role: 'bogus', parts: [{ text: 'x' }] }] }, 'contents[0].role'],
    [{ contents: [{ parts: 'x' }] }, 'contents[0].parts'],
    geminiPart(5, ''),
    geminiPart({}, ''),
    geminiPart({ text: 5 }, '.text'),
    geminiPart({ inlineData: {} }, '.inlineData.data'),
    geminiPart({ functionCall: {} }, '.functionCall.name'),
    [{ systemInstruction: 5 }, 'systemInstruction'],
    [{ generationConfig: 'x' }, 'generationConfig'],
    generation('temperature', 'x'),
    generation('maxOutputTokens', -1),
    generation('candidateCount', 'x'),
    generation('stopSequences', 'x'),
    [{ tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ toolConfig: 'x' }, 'toolConfig'],
  ],
}

describe.each([...clientDialectIds])('a %s client', (client) => {
  test.each([...wrong[client]])('that sends %j is told of %s', async (extra, param) => {
    for (const target of clientDialectIds.filter((each) => each !== client)) {
      for (const stream of [false, true]) {
        const fields = extra as JsonObject
        const response = await ask(gateway, client, { model: `${target}/m`, stream, extra: fields })
        expect(response.status).toBe(400)
        expect(faultOf(client, await response.text())).toEqual({ kind: 'invalid', param })
      }
    }
    expect(provider.journal).toHaveLength(0)
  })
})

test('no wrong request was a mistake of ours, or stands in the log', () => {
  const lines = gateway.logText.split('\n')
  expect(lines.filter((line) => /"bug"|bogus|"hot"/.test(line))).toEqual([])
  expect(gateway.calls().every(({ outcome, status }) => outcome === 'failed' && status === 400)).toBe(true)
  expect(gateway.calls()[0]?.['failure']).toEqual({ kind: 'invalid-request', param: 'messages' })
})

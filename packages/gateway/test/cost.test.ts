import { afterAll, beforeAll, expect, test } from 'bun:test'
import { answerJson } from '@sluice/testkit/answer.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** What a call cost, in its answer's header and in its log line. */
let provider: FakeProvider
let gateway: TestGateway

const usage = {
  prompt_tokens: 1000,
  completion_tokens: 100,
  total_tokens: 1100,
  prompt_tokens_details: { cached_tokens: 600 },
}
const whole = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage,
}

beforeAll(async () => {
  provider = await startFakeProvider({ answer: () => answerJson(whole) })
  gateway = await startTestGateway(`providers:
  openai: { base_url: '${provider.url}/v1' }
  own: { dialect: openai-chat, base_url: '${provider.url}/v1' }
models:
  priced: [ { provider: own, model: m, price: { input: 2, output: 10, cache_read: 0.5, fees: { request: 0.001 } } } ]
  known: [ { provider: openai, model: gpt-4o-mini } ]
  renamed: [ { provider: openai, model: my-deployment, base_model: gpt-4o-mini } ]
  unknown: [ { provider: own, model: m } ]
  free: [ { provider: own, model: m, price: free } ]
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

async function ask(model: string, path = '/v1/chat/completions'): Promise<{ header: string | null; logged: unknown }> {
  const body = JSON.stringify({ model, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] })
  const headers = { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' }
  const response = await fetch(gateway.url + path, { method: 'POST', headers, body })
  expect(response.status).toBe(200)
  await response.text()
  const record = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
  return { header: response.headers.get('x-sluice-cost'), logged: record['cost_nanos'] }
}

test.each([
  // 400 x 2000 + 600 x 500 + 100 x 10000 nano-USD, and a tenth of a cent for the request.
  ['priced', '0.0031', 3_100_000],
  // 400 x 150 + 600 x 75 + 100 x 600, from the catalogue.
  ['known', '0.000165', 165_000],
  ['renamed', '0.000165', 165_000],
  ['openai/gpt-4o-mini', '0.000165', 165_000],
  ['free', '0', 0],
])('%s costs %s', async (model, header, nanos) => {
  expect(await ask(model)).toEqual({ header, logged: nanos })
})

test('translated, it costs the same', async () => {
  expect(await ask('priced', '/v1/messages')).toEqual({ header: '0.0031', logged: 3_100_000 })
})

test.each(['unknown', 'openai/never-heard-of'])('what %s costs nobody knows, and nothing is made up', async (model) => {
  expect(await ask(model)).toEqual({ header: null, logged: undefined })
})

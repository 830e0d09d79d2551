import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask } from '../ask.ts'
import { startTestGateway, type TestGateway } from '../start-test-gateway.ts'

/** Every maker's model behind one address is asked in its own words; what the operator wrote wins. */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayText('bedrock-converse', 'Hi.'), isStrict: true })
  const place = `type: bedrock, base_url: ${provider.url}, aws_region_name: us-east-1, api_key: canary-bearer-key-012345`
  gateway = await startTestGateway(`
providers:
  bedrock: { ${place} }
  own: { ${place}, quirks: { cachePoints: none, addedFields: { performanceConfig: { latency: optimized } } } }
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

async function send(model: string, extra: JsonObject): Promise<{ readonly body: JsonObject; readonly lost: string }> {
  const response = await ask(gateway, 'openai-chat', { model, extra })
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Hi.')])
  const body = asObject(provider.journal.at(-1)?.json) ?? {}
  return { body, lost: response.headers.get('x-sluice-loss') ?? '' }
}

test.each([
  ['us.amazon.nova-2-lite-v1:0', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }, ''],
  ['openai.gpt-oss-120b-1:0', { reasoning_effort: 'low' }, ''],
  ['converse/anthropic.claude-sonnet-5', { thinking: { type: 'adaptive' } }, ''],
  ['meta.llama3-3-70b-instruct-v1:0', undefined, 'reasoning: this model does not think'],
])('%s is asked to think', async (model, fields, lost) => {
  const sent = await send(`bedrock/${model}`, { reasoning_effort: 'low' })
  expect(sent.body['additionalModelRequestFields']).toEqual(fields as never)
  expect(sent.lost).toBe(lost)
})

test("the operator's quirks stand over what is known of a model", async () => {
  const content = [{ type: 'text', text: 'Hi.', cache_control: { type: 'ephemeral' } }]
  const extra = { messages: [{ role: 'user', content }] }
  const known = await send('bedrock/us.amazon.nova-lite-v1:0', extra)
  expect(JSON.stringify(known.body)).toContain('cachePoint')
  const own = await send('own/us.amazon.nova-lite-v1:0', { ...extra, top_k: 4 })
  expect(JSON.stringify(own.body)).not.toContain('cachePoint')
  expect(own.lost).toContain('this model caches no prompts')
  expect(own.body).toMatchObject({
    performanceConfig: { latency: 'optimized' },
    additionalModelRequestFields: { inferenceConfig: { topK: 4 } },
  })
})

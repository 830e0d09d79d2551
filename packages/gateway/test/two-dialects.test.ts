import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** One address, two dialects: a client of either is relayed, others get the one that carries most of their request. */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  gateway = await startTestGateway(`
providers:
  openai: { base_url: ${provider.url}/v1, api_key: canary-upstream-0123456789 }
  pinned: { type: openai, dialect: openai-chat, base_url: ${provider.url}/v1, api_key: canary-upstream-0123456789 }
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

interface Case {
  readonly what: string
  readonly client: ClientDialectId
  readonly model: string
  readonly extra?: JsonObject
  readonly path: string
  readonly mode: 'relay' | 'translate'
}

const chat = '/v1/chat/completions'
const responses = '/v1/responses'
const cases: readonly Case[] = [
  { what: 'its own chat', client: 'openai-chat', model: 'openai/m', path: chat, mode: 'relay' },
  { what: 'its own responses', client: 'openai-responses', model: 'openai/m', path: responses, mode: 'relay' },
  { what: 'the first for others', client: 'anthropic-messages', model: 'openai/m', path: responses, mode: 'translate' },
  {
    what: 'the one with stop sequences',
    client: 'anthropic-messages',
    model: 'openai/m',
    extra: { stop_sequences: ['x'] },
    path: chat,
    mode: 'translate',
  },
  {
    what: 'the one with several answers',
    client: 'gemini',
    model: 'openai/m',
    extra: { generationConfig: { candidateCount: 2 } },
    path: chat,
    mode: 'translate',
  },
  { what: 'the one the operator named', client: 'openai-responses', model: 'pinned/m', path: chat, mode: 'translate' },
]

test.each([...cases])('speaks $what', async ({ client, model, extra, path, mode }) => {
  const response = await ask(gateway, client, { model, ...(extra && { extra }) })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-sluice-loss')).toBeNull()
  expect(provider.journal.at(-1)?.path).toBe(path)
  expect(await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')).toMatchObject({ mode, outcome: 'ok' })
})

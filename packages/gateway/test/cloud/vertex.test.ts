import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { generateKeyPairSync, verify } from 'node:crypto'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { asObject, asString, parseObject } from '@sluice/core/ir/read.ts'
import { type Answer, answerJson } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { JournalEntry, ReceivedCall } from '@sluice/testkit/journal.ts'
import { ask } from '../ask.ts'
import { startTestGateway, type TestGateway } from '../start-test-gateway.ts'

/** Vertex AI through the whole gateway, with a service account whose token server stands beside it. */
const token = 'ya29.canary-access-token-0123456789'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
let provider: FakeProvider
let tokens: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayModel })
  tokens = await startFakeProvider({
    answer: answerJson({ access_token: token, expires_in: 3599, token_type: 'Bearer' }),
  })
  const account = {
    type: 'service_account',
    client_email: 'sluice@project.iam.gserviceaccount.com',
    private_key_id: 'key-1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${tokens.url}/token`,
  }
  gateway = await startTestGateway(
    `
providers:
  vertex:
    base_url: ${provider.url}
    vertex_project: my-project
    vertex_location: us-east5
    vertex_credentials: \${ACCOUNT}
  express: { type: vertex_ai, base_url: ${provider.url}, api_key: canary-express-key-0123 }
settings: { detect: false }`,
    { env: { ACCOUNT: JSON.stringify(account) } },
  )
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
  await tokens.stop()
})

function sayModel(call: ReceivedCall): Answer {
  const stream = /stream/i.test(call.path) || parseObject(call.body)?.['stream'] === true
  return sayText(dialectOf(call.path), 'Hello.', { stream })
}

function dialectOf(path: string): ClientDialectId {
  if (/rawPredict$/i.test(path)) return path.includes('anthropic') ? 'anthropic-messages' : 'openai-chat'
  return path.endsWith('/chat/completions') ? 'openai-chat' : 'gemini'
}

function lastCall(): JournalEntry {
  const call = provider.journal.at(-1)
  if (!call) throw new Error('nothing was sent')
  return call
}

const root = '/projects/my-project/locations/us-east5'
const google = `/v1beta1${root}/publishers/google/models/gemini-2.5-flash`
const claude = `/v1${root}/publishers/anthropic/models/claude-sonnet-4-5%4020250929`

interface Case {
  readonly model: string
  readonly target: ClientDialectId
  readonly whole: string
  readonly streamed: string
}

const cases: readonly Case[] = [
  {
    model: 'gemini-2.5-flash',
    target: 'gemini',
    whole: `${google}:generateContent`,
    streamed: `${google}:streamGenerateContent`,
  },
  {
    model: 'claude-sonnet-4-5@20250929',
    target: 'anthropic-messages',
    whole: `${claude}:rawPredict`,
    streamed: `${claude}:streamRawPredict`,
  },
  {
    model: 'meta/llama-3.3-70b-instruct-maas',
    target: 'openai-chat',
    whole: `/v1${root}/endpoints/openapi/chat/completions`,
    streamed: `/v1${root}/endpoints/openapi/chat/completions`,
  },
  {
    model: 'mistralai/mistral-small-2503',
    target: 'openai-chat',
    whole: `/v1${root}/publishers/mistralai/models/mistral-small-2503:rawPredict`,
    streamed: `/v1${root}/publishers/mistralai/models/mistral-small-2503:streamRawPredict`,
  },
]

describe.each([...cases])('$model', ({ model, target, whole, streamed }) => {
  describe.each([...clientDialectIds])('for a %s client', (client) => {
    test.each([false, true])('streamed: %p', async (stream) => {
      const response = await ask(gateway, client, { model: `vertex/${model}`, stream })
      const text = await response.text()
      expect({ status: response.status, text }).toEqual({ status: 200, text: expect.stringContaining('Hello.') })
      const call = lastCall()
      expect(call.path).toBe(stream ? streamed : whole)
      expect(call.headers['authorization']).toBe(`Bearer ${token}`)
      expect(call.query.get('alt')).toBe(target === 'gemini' && stream ? 'sse' : null)
      const record = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
      expect(record).toMatchObject({ outcome: 'ok', mode: client === target ? 'relay' : 'translate' })
      expect(text + gateway.logText).not.toContain(token)
    })
  })
})

describe('what Claude is sent', () => {
  test.each(['anthropic-messages', 'openai-chat'] as const)('by a %s client', async (client) => {
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07' }
    await ask(gateway, client, { model: 'vertex/claude-sonnet-4-5@20250929', headers })
    const call = lastCall()
    expect(call.json).toMatchObject({ anthropic_version: 'vertex-2023-10-16' })
    expect(Object.keys(call.json ?? {})).not.toContain('model')
    expect(call.headers['anthropic-version']).toBeUndefined()
    expect(call.headers['anthropic-beta']).toBe(client === 'anthropic-messages' ? 'context-1m-2025-08-07' : undefined)
  })
})

test.each([
  ['gemini-2.5-flash', { thinkingBudget: expect.any(Number) }],
  ['gemini-3-flash-preview', { thinkingLevel: expect.any(String) }],
])('effort is asked of %s in its own words', async (model, thinkingConfig) => {
  const response = await ask(gateway, 'openai-chat', { model: `vertex/${model}`, extra: { reasoning_effort: 'low' } })
  expect(response.status).toBe(200)
  expect(lastCall().json).toMatchObject({ generationConfig: { thinkingConfig } })
})

test('the model of a partner stands in the body', async () => {
  await ask(gateway, 'openai-chat', { model: 'vertex/meta/llama-3.3-70b-instruct-maas' })
  expect(lastCall().json).toMatchObject({ model: 'meta/llama-3.3-70b-instruct-maas' })
  await ask(gateway, 'openai-chat', { model: 'vertex/mistralai/mistral-small-2503' })
  expect(lastCall().json).toMatchObject({ model: 'mistral-small-2503' })
})

test('tokens of Gemini and of Claude are counted where each counts', async () => {
  const headers = {
    authorization: `Bearer sl-T3stK3yForTheGatewayOfTh3T3sts0123456789ab`,
    'content-type': 'application/json',
  }
  provider.answerWith(answerJson({ input_tokens: 21 }))
  const counted = await fetch(`${gateway.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'vertex/claude-sonnet-4-5@20250929', messages: [{ role: 'user', content: 'x' }] }),
  })
  expect(await counted.json()).toEqual({ input_tokens: 21 })
  expect(lastCall().path).toBe(`/v1${root}/publishers/anthropic/models/count-tokens:rawPredict`)
  expect(lastCall().json).toMatchObject({ model: 'claude-sonnet-4-5@20250929' })
  provider.answerWith(answerJson({ totalTokens: 22 }))
  const gemini = await fetch(`${gateway.url}/v1beta/models/vertex/gemini-2.5-flash:countTokens`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'x' }] }] }),
  })
  expect(await gemini.json()).toMatchObject({ totalTokens: 22 })
  expect(lastCall().path).toBe(`${google}:countTokens`)
  provider.answerWith(sayModel)
})

test('express mode has a key in place of a project', async () => {
  const response = await ask(gateway, 'gemini', { model: 'express/gemini-2.5-flash' })
  expect(response.status).toBe(200)
  expect(lastCall().path).toBe('/v1beta1/publishers/google/models/gemini-2.5-flash:generateContent')
  expect(lastCall().headers['x-goog-api-key']).toBe('canary-express-key-0123')
  const refused = await ask(gateway, 'gemini', { model: 'express/claude-sonnet-4-5' })
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('vertex_project')
})

test('an error in Google’s shape is one of Anthropic to its client', async () => {
  provider.answerWith(
    answerJson([{ error: { code: 429, message: 'Quota exceeded.', status: 'RESOURCE_EXHAUSTED' } }], { status: 429 }),
  )
  const response = await ask(gateway, 'anthropic-messages', { model: 'vertex/claude-sonnet-4-5@20250929' })
  expect(response.status).toBe(429)
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { type: 'rate_limit_error', message: 'Quota exceeded.' },
  })
  provider.answerWith(sayModel)
})

test('all of this took one token, asked for with a signed assertion', () => {
  expect(tokens.journal).toHaveLength(1)
  const form = new URLSearchParams(tokens.journal[0]?.body)
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
  const isGood = verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))
  expect(isGood).toBe(true)
  expect(readPart(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
  const said = readPart(claims)
  expect(said).toMatchObject({
    iss: 'sluice@project.iam.gserviceaccount.com',
    aud: `${tokens.url}/token`,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
  })
  expect(Number(said['exp']) - Number(said['iat'])).toBe(3600)
  expect(asString(said['sub'])).toBeUndefined()
})

function readPart(part: string): Readonly<Record<string, unknown>> {
  return asObject(JSON.parse(Buffer.from(part, 'base64url').toString())) ?? {}
}

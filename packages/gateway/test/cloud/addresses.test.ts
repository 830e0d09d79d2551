import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { asObject, parseObject } from '@sluice/core/ir/read.ts'
import { type Answer, answerJson } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { encodeEventStreamMessage, eventStreamType } from '@sluice/testkit/event-stream.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { JournalEntry, ReceivedCall } from '@sluice/testkit/journal.ts'
import { ask } from '../ask.ts'
import { startTestGateway, type TestGateway, testKey } from '../start-test-gateway.ts'
import { bearer } from './credential-house.ts'
import { checkSignature } from './verify-sigv4.ts'

/** Azure and the smaller clouds through the whole gateway: the path, the query, the body and the key of each. */
const key = { accessKeyId: 'AKIACANARY0000000001', secretAccessKey: 'canary+secret/0123456789' }
const apiKey = 'canary-api-key-0123456789'
let provider: FakeProvider
let tokens: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayModel })
  tokens = await startFakeProvider({
    answer: (call) =>
      call.path === '/copilot'
        ? answerJson({ token: 'copilot-token', expires_at: Math.floor(Date.now() / 1000) + 1800 })
        : bearer(`token-of${call.path}`),
  })
  const at = `base_url: ${provider.url}`
  gateway = await startTestGateway(`
providers:
  azure: { ${at}, api_key: ${apiKey} }
  dated: { type: azure, ${at}/openai, api_key: ${apiKey}, api_version: 2024-10-21 }
  newer: { type: azure, ${at}, api_key: ${apiKey}, api_version: 2025-04-01-preview }
  preview: { type: azure, ${at}, api_key: ${apiKey}, api_version: preview }
  entra: { type: azure, ${at}, tenant_id: my-tenant, client_id: my-app, client_secret: canary-secret-1, azure_authority_host: "${tokens.url}" }
  foundry: { type: azure_ai, ${at}, api_key: ${apiKey} }
  foundry-dated: { type: azure_ai, ${at}, api_key: ${apiKey}, api_version: 2024-05-01-preview }
  databricks: { ${at}, client_id: my-principal, client_secret: canary-secret-2 }
  databricks-pat: { type: databricks, ${at}/serving-endpoints, api_key: ${apiKey} }
  snowflake: { ${at}, api_key: pat/${apiKey} }
  watsonx: { ${at}, api_key: ${apiKey}, project_id: my-project, iam_url: "${tokens.url}/identity/token" }
  sagemaker: { ${at}, aws_region_name: us-west-2, aws_access_key_id: ${key.accessKeyId}, aws_secret_access_key: ${key.secretAccessKey} }
  cloudflare: { ${at}/client/v4/accounts/acc/ai/v1, api_key: ${apiKey} }
  github-copilot: { ${at}, api_key: gho_canary0123456789, token_url: "${tokens.url}/copilot" }
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
  await tokens.stop()
})

function sayModel(call: ReceivedCall): Answer {
  // Databricks gives out tokens at the workspace itself.
  if (call.path === '/oidc/v1/token') return bearer('token-of/oidc/v1/token')
  const stream = /stream/i.test(call.path) || parseObject(call.body)?.['stream'] === true
  const answer = sayText(call.dialect ?? 'openai-chat', 'Grüße.', { stream })
  return call.path.endsWith('-response-stream') ? cutIntoParts(answer) : answer
}

/** SageMaker's way: parts of seven bytes, which end inside events and letters. */
function cutIntoParts(answer: Answer): Answer {
  const whole = Buffer.concat(Array.from(answer.pieces, (piece) => Buffer.from(piece)))
  const pieces: Uint8Array[] = []
  for (let at = 0; at < whole.length; at += 7) {
    const headers = {
      ':event-type': 'PayloadPart',
      ':content-type': 'application/octet-stream',
      ':message-type': 'event',
    }
    pieces.push(encodeEventStreamMessage({ headers, payload: whole.subarray(at, at + 7) }))
  }
  return { ...answer, pieces, headers: { ...answer.headers, 'content-type': eventStreamType } }
}

function lastCall(): JournalEntry {
  const call = provider.journal.at(-1)
  if (!call) throw new Error('nothing was sent')
  return call
}

interface Case {
  readonly model: string
  readonly client: 'openai-chat' | 'openai-responses' | 'anthropic-messages'
  /** With the query. */
  readonly path: string
  /** Where streams go, when that is elsewhere. */
  readonly streamPath?: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly mode?: 'translate'
}

const azureKey = { 'api-key': apiKey, authorization: undefined }
const cases: readonly Case[] = [
  { model: 'azure/gpt-4o', client: 'openai-chat', path: '/openai/v1/chat/completions', headers: azureKey },
  { model: 'azure/gpt-4o', client: 'openai-responses', path: '/openai/v1/responses', headers: azureKey },
  {
    model: 'preview/gpt-4o',
    client: 'openai-responses',
    path: '/openai/v1/responses?api-version=preview',
    headers: azureKey,
  },
  {
    model: 'dated/my-gpt',
    client: 'openai-chat',
    path: '/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21',
    headers: azureKey,
  },
  {
    model: 'dated/my-gpt',
    client: 'openai-responses',
    path: '/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21',
    headers: azureKey,
    mode: 'translate',
  },
  {
    model: 'newer/my-gpt',
    client: 'openai-responses',
    path: '/openai/responses?api-version=2025-04-01-preview',
    headers: azureKey,
  },
  {
    model: 'entra/gpt-4o',
    client: 'openai-chat',
    path: '/openai/v1/chat/completions',
    headers: { authorization: 'Bearer token-of/my-tenant/oauth2/v2.0/token', 'api-key': undefined },
  },
  { model: 'foundry/DeepSeek-V3', client: 'openai-chat', path: '/openai/v1/chat/completions', headers: azureKey },
  {
    model: 'foundry/claude-sonnet-4-5',
    client: 'anthropic-messages',
    path: '/anthropic/v1/messages',
    headers: { ...azureKey, 'anthropic-version': '2023-06-01' },
  },
  {
    model: 'foundry-dated/Phi-4',
    client: 'openai-chat',
    path: '/models/chat/completions?api-version=2024-05-01-preview',
    headers: azureKey,
  },
  {
    model: 'databricks/databricks-claude-3-7-sonnet',
    client: 'openai-chat',
    path: '/serving-endpoints/chat/completions',
    headers: { authorization: 'Bearer token-of/oidc/v1/token' },
  },
  {
    model: 'databricks-pat/m',
    client: 'openai-chat',
    path: '/serving-endpoints/chat/completions',
    headers: { authorization: `Bearer ${apiKey}` },
  },
  {
    model: 'snowflake/llama4-maverick',
    client: 'openai-chat',
    path: '/api/v2/cortex/v1/chat/completions',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'x-snowflake-authorization-token-type': 'PROGRAMMATIC_ACCESS_TOKEN',
    },
  },
  {
    model: 'snowflake/claude-sonnet-4-6',
    client: 'anthropic-messages',
    path: '/api/v2/cortex/v1/messages',
    headers: { authorization: `Bearer ${apiKey}`, 'x-api-key': undefined },
  },
  {
    model: 'watsonx/ibm/granite-4-h-small',
    client: 'openai-chat',
    path: '/ml/v1/text/chat?version=2025-02-06',
    streamPath: '/ml/v1/text/chat_stream?version=2025-02-06',
    headers: { authorization: 'Bearer token-of/identity/token' },
  },
  {
    model: 'watsonx/deployment/my-id',
    client: 'openai-chat',
    path: '/ml/v1/deployments/my-id/text/chat?version=2025-02-06',
    streamPath: '/ml/v1/deployments/my-id/text/chat_stream?version=2025-02-06',
    headers: { authorization: 'Bearer token-of/identity/token' },
  },
  {
    model: 'sagemaker/my-endpoint',
    client: 'openai-chat',
    path: '/endpoints/my-endpoint/invocations',
    streamPath: '/endpoints/my-endpoint/invocations-response-stream',
    headers: {},
  },
  {
    model: 'cloudflare/@cf/meta/llama-4-scout-17b-16e-instruct',
    client: 'openai-chat',
    path: '/client/v4/accounts/acc/ai/v1/chat/completions',
    headers: { authorization: `Bearer ${apiKey}` },
  },
  {
    model: 'github-copilot/gpt-4o',
    client: 'openai-chat',
    path: '/chat/completions',
    headers: { authorization: 'Bearer copilot-token', 'copilot-integration-id': 'vscode-chat' },
  },
]

describe.each([...cases])('$model for a $client client', ({ model, client, path, streamPath, headers, mode }) => {
  test.each([false, true])('streamed: %p', async (stream) => {
    const response = await ask(gateway, client, { model, stream })
    const text = await response.text()
    expect({ status: response.status, text }).toEqual({ status: 200, text: expect.stringContaining('Grüße.') })
    const call = lastCall()
    const query = call.query.toString()
    expect(call.path + (query === '' ? '' : `?${query}`)).toBe(stream ? (streamPath ?? path) : path)
    for (const [name, value] of Object.entries(headers)) expect([name, call.headers[name]]).toEqual([name, value])
    const record = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
    expect(record).toMatchObject({ outcome: 'ok', mode: mode ?? 'relay', input_tokens: 12 })
  })
})

test('watsonx is told the model and the project in its own words', async () => {
  await ask(gateway, 'openai-chat', { model: 'watsonx/ibm/granite-4-h-small', stream: true })
  expect(lastCall().json).toMatchObject({ model_id: 'ibm/granite-4-h-small', project_id: 'my-project' })
  const names = Object.keys(asObject(lastCall().json) ?? {})
  for (const name of ['model', 'stream', 'stream_options']) expect(names).not.toContain(name)
})

test('SageMaker is sent a signed request', async () => {
  await ask(gateway, 'openai-chat', { model: 'sagemaker/my-endpoint' })
  expect(checkSignature(lastCall(), key)).toMatchObject({ isGood: true, region: 'us-west-2', service: 'sagemaker' })
})

test('embeddings go where the deployment is', async () => {
  provider.answerWith(
    answerJson({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
      model: 'e',
      usage: { prompt_tokens: 1, total_tokens: 1 },
    }),
  )
  for (const [model, path] of [
    ['azure/e', '/openai/v1/embeddings'],
    ['dated/e', '/openai/deployments/e/embeddings'],
    ['newer/e', '/openai/deployments/e/embeddings'],
  ] as const) {
    const response = await fetch(`${gateway.url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: 'x' }),
    })
    expect(response.status).toBe(200)
    expect(lastCall().path).toBe(path)
    expect(lastCall().headers['api-key']).toBe(apiKey)
  }
  provider.answerWith(sayModel)
})

test('a name that would climb out of its place is refused', async () => {
  const seen = provider.journal.length
  for (const model of ['dated/..', 'dated/.', 'sagemaker/..']) {
    const response = await ask(gateway, 'openai-chat', { model })
    expect(response.status).toBe(400)
  }
  expect(provider.journal).toHaveLength(seen)
})

test('a token that cannot be had is the provider’s failure, in the caller’s words, not the caller’s 401', async () => {
  tokens.answerWith(answerJson({ error: 'invalid_client', error_description: 'AADSTS7000215' }, { status: 401 }))
  await using other = await startTestGateway(`
providers:
  entra: { type: azure, base_url: ${provider.url}, tenant_id: other, client_id: a, client_secret: canary-secret-3, azure_authority_host: "${tokens.url}" }
models:
  smart: [{ provider: entra, model: gpt-4o }, { provider: demo, model: echo }]
settings: { detect: false }`)
  for (const client of ['openai-chat', 'anthropic-messages', 'gemini', 'openai-responses'] as const) {
    const response = await ask(other, client, { model: 'entra/gpt-4o' })
    expect(response.status).toBe(502)
    const text = await response.text()
    expect(text).toContain('AADSTS7000215')
    expect(text).not.toContain('canary-secret-3')
    expect(asObject(JSON.parse(text))?.['error']).toBeDefined()
    const record = await other.callOf(response.headers.get('x-sluice-request-id') ?? '')
    expect(record['failure']).toMatchObject({ kind: 'upstream-unavailable', code: 'provider_auth_failed' })
  }
  // Another deployment answers in its place.
  expect((await ask(other, 'openai-chat', { model: 'smart' })).status).toBe(200)
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import Anthropic, { toFile as toAnthropicFile } from '@anthropic-ai/sdk'
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime'
import { GoogleGenAI } from '@google/genai'
import { type Answer, answerJson } from '@sluice/testkit/answer.ts'
import { encodeEventStreamFrame, eventStreamType } from '@sluice/testkit/event-stream.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import OpenAI, { toFile } from 'openai'
import { startTestGateway, type TestGateway, testKey } from '../start-test-gateway.ts'

/** Real clients on routes the gateway does not know: only their base URL leads through it. */
const passKey = 'sl-PassThr0ughK3yOfTh3T3stsOfTheGateway01'
const upstreamKey = 'canary-upstream-0123456789'
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer })
  const key = `api_key: ${upstreamKey}`
  gateway = await startTestGateway(
    `providers:
  openai: { base_url: ${provider.url}/v1, ${key} }
  anthropic: { base_url: ${provider.url}/v1, ${key} }
  gemini: { base_url: ${provider.url}/v1beta, ${key} }
  bedrock: { base_url: ${provider.url}, ${key}, aws_region_name: us-east-1 }
  signed:
    type: bedrock
    base_url: ${provider.url}
    aws_region_name: us-east-1
    aws_access_key_id: AKIAUPSTREAM12345
    aws_secret_access_key: ${upstreamKey}
settings: { detect: false }`,
    { keys: [`{ name: pass, key: ${passKey}, passthrough: true }`] },
  )
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const file = {
  id: 'file_1',
  bytes: 5,
  created_at: 1,
  filename: 'a.txt',
  object: 'file',
  purpose: 'batch',
  status: 'processed',
}
const job = { id: 'ftjob-1', object: 'fine_tuning.job', model: 'm', status: 'running' }
const anthropicFile = {
  id: 'file_1',
  type: 'file',
  filename: 'a.txt',
  mime_type: 'text/plain',
  size_bytes: 5,
  created_at: '2026-01-01T00:00:00Z',
}
const list = (data: object) =>
  answerJson({ object: 'list', data: [data], has_more: false, first_id: 'a', last_id: 'a' })

function answer({ method, path, headers, body }: ReceivedCall): Answer {
  if (path.startsWith('/model/')) return answerBedrock(path)
  if (path.startsWith('/upload/')) return answerUpload(headers)
  if (path.endsWith('/cachedContents')) return answerJson({ cachedContents: [{ name: 'cachedContents/1' }] })
  const isAnthropic = headers['x-api-key'] !== undefined
  switch (`${method} ${path}`) {
    case 'POST /v1/files':
      if (!body.includes('hello')) return answerJson({ error: { message: 'no file' } }, { status: 400 })
      return answerJson(isAnthropic ? anthropicFile : file)
    case 'GET /v1/files':
      return list(isAnthropic ? anthropicFile : file)
    case 'DELETE /v1/files/file_1':
      return answerJson(
        isAnthropic ? { id: 'file_1', type: 'file_deleted' } : { id: 'file_1', object: 'file', deleted: true },
      )
    case 'GET /v1/files/file_1/content':
      return {
        ...answerJson(''),
        headers: { 'content-type': 'application/octet-stream' },
        pieces: [Uint8Array.of(0, 255, 128, 10)],
      }
    case 'GET /v1/fine_tuning/jobs':
      return list(job)
    case 'POST /v1/fine_tuning/jobs':
      return answerJson(job)
    default:
      return answerJson(
        { error: { message: `nothing at ${method} ${path}`, type: 'not_found_error' } },
        { status: 404 },
      )
  }
}

/** Google's resumable upload: an address first, then the file. */
function answerUpload(headers: Readonly<Record<string, string>>): Answer {
  if (headers['x-goog-upload-command'] === 'start')
    return answerJson({}, { headers: { 'x-goog-upload-url': `${provider.url}/upload/v1beta/files?upload_id=u1` } })
  const status = { 'x-goog-upload-status': 'final' }
  return answerJson({ file: { name: 'files/abc', state: 'ACTIVE' } }, { headers: status })
}

const frames = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":"Hello"}}' },
  { event: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":" there"}}' },
  { event: 'contentBlockStop', data: '{"contentBlockIndex":0}' },
  { event: 'messageStop', data: '{"stopReason":"end_turn"}' },
  { event: 'metadata', data: '{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":1}}' },
]

function answerBedrock(path: string): Answer {
  if (path.includes('throttled'))
    return answerJson(
      { message: 'Slow down.' },
      { status: 429, headers: { 'x-amzn-errortype': 'ThrottlingException' } },
    )
  if (path.endsWith('/invoke')) return answerJson({ completion: 'raw' })
  if (path.endsWith('/converse-stream'))
    return {
      ...answerJson(''),
      headers: { 'content-type': eventStreamType },
      pieces: frames.map(encodeEventStreamFrame),
      framing: 'chunked',
      chunking: { bytes: 7 },
    }
  const output = { message: { role: 'assistant', content: [{ text: 'Hello there' }] } }
  return answerJson({
    output,
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    metrics: { latencyMs: 1 },
  })
}

describe('openai', () => {
  const client = () => new OpenAI({ baseURL: `${gateway.url}/openai/v1`, apiKey: passKey, maxRetries: 0 })

  test('uploads, lists, reads and deletes files', async () => {
    const { files } = client()
    expect((await files.create({ file: await toFile(Buffer.from('hello'), 'a.txt'), purpose: 'batch' })).id).toBe(
      'file_1',
    )
    const listed: string[] = []
    for await (const { id } of await files.list()) listed.push(id)
    expect(listed).toEqual(['file_1'])
    const content = await files.content('file_1')
    expect(new Uint8Array(await content.arrayBuffer())).toEqual(Uint8Array.of(0, 255, 128, 10))
    expect((await files.delete('file_1')).deleted).toBe(true)
  })

  test('makes and lists fine-tuning jobs, and reads an error', async () => {
    const { fineTuning } = client()
    expect((await fineTuning.jobs.create({ model: 'm', training_file: 'file_1' })).id).toBe('ftjob-1')
    expect((await fineTuning.jobs.list()).data[0]?.id).toBe('ftjob-1')
    await expect((async () => await client().batches.list())()).rejects.toThrow('404 nothing at GET /v1/batches')
  })

  test('is told by a key without the permission what it lacks', async () => {
    const plain = new OpenAI({ baseURL: `${gateway.url}/openai/v1`, apiKey: testKey, maxRetries: 0 })
    await expect((async () => await plain.files.list())()).rejects.toThrow(OpenAI.PermissionDeniedError)
  })
})

test('@anthropic-ai/sdk uploads, lists and deletes files', async () => {
  const client = new Anthropic({ baseURL: `${gateway.url}/anthropic`, apiKey: passKey, maxRetries: 0 })
  const { files } = client.beta
  const upload = await toAnthropicFile(Buffer.from('hello'), 'a.txt', { type: 'text/plain' })
  expect((await files.upload({ file: upload })).id).toBe('file_1')
  const listed: string[] = []
  for await (const { id } of files.list()) listed.push(id)
  expect(listed).toEqual(['file_1'])
  expect(await files.delete('file_1')).toMatchObject({ type: 'file_deleted' })
  expect(provider.journal.at(-1)?.headers['anthropic-version']).toMatch(/^2\d{3}-/)
  const plain = new Anthropic({ baseURL: `${gateway.url}/anthropic`, apiKey: testKey, maxRetries: 0 })
  await expect((async () => await plain.beta.skills.list())()).rejects.toThrow(Anthropic.PermissionDeniedError)
})

test('@google/genai uploads a file, both legs of it through the gateway', async () => {
  const client = new GoogleGenAI({ apiKey: passKey, httpOptions: { baseUrl: `${gateway.url}/gemini` } })
  const seen = provider.journal.length
  const { name } = await client.files.upload({ file: new Blob(['hello']), config: { mimeType: 'text/plain' } })
  expect(name).toBe('files/abc')
  const [start, bytes] = provider.journal.slice(seen)
  expect(start?.path).toMatch(/^\/upload\/v\d\w*\/files$/)
  expect(bytes).toMatchObject({ body: 'hello', headers: { 'x-goog-api-key': upstreamKey } })
  expect(bytes?.query.get('upload_id')).toBe('u1')
})

test('@google/genai lists cached contents', async () => {
  const client = new GoogleGenAI({ apiKey: passKey, httpOptions: { baseUrl: `${gateway.url}/gemini` } })
  const names: (string | undefined)[] = []
  for await (const { name } of await client.caches.list()) names.push(name)
  expect(names).toEqual(['cachedContents/1'])
})

const waysIn: readonly (readonly [string, (key: string) => BedrockRuntimeClientConfig])[] = [
  ['a bearer token', (key) => ({ token: { token: key }, authSchemePreference: ['httpBearerAuth'] })],
  [
    'a signature whose access key id is the key',
    (key) => ({ credentials: { accessKeyId: key, secretAccessKey: 'any' } }),
  ],
]

const waysOut = [
  ['bedrock', `Bearer ${upstreamKey}`],
  ['signed', 'AWS4-HMAC-SHA256 Credential=AKIAUPSTREAM12345/'],
] as const
const ways = waysIn.flatMap(([way, credentials]) =>
  waysOut.map(([name, sent]) => [way, name, credentials, sent] as const),
)

describe.each(ways)('@aws-sdk/client-bedrock-runtime with %s, to %s', (_, name, credentials, sent) => {
  const client = (key = passKey) =>
    new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: `${gateway.url}/${name}`,
      // Left to itself this client speaks HTTP/2.
      requestHandler: new NodeHttpHandler(),
      maxAttempts: 1,
      ...credentials(key),
    })
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello.' }] }]
  const modelId = 'anthropic.claude-v2:1'

  test('converses', async () => {
    const { output, usage, stopReason } = await client().send(new ConverseCommand({ modelId, messages }))
    expect(output?.message?.content).toEqual([{ text: 'Hello there' }])
    expect([usage?.totalTokens, stopReason]).toEqual([5, 'end_turn'])
    const call = provider.journal.at(-1)
    expect(call).toMatchObject({ path: '/model/anthropic.claude-v2%3A1/converse', json: { messages } })
    expect(JSON.stringify(call?.rawHeaders)).not.toContain(passKey)
    expect(call?.headers['authorization']).toStartWith(sent)
  })

  test('converses with a model whose ARN has slashes', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude'
    await client().send(new ConverseCommand({ modelId: arn, messages }))
    expect(decodeURIComponent(provider.journal.at(-1)?.path ?? '')).toBe(`/model/${arn}/converse`)
  })

  test('converses in a stream, whose frames go by byte for byte', async () => {
    const { stream } = await client().send(new ConverseStreamCommand({ modelId, messages }))
    let text = ''
    let total: number | undefined
    for await (const event of stream ?? []) {
      text += event.contentBlockDelta?.delta?.text ?? ''
      total ??= event.metadata?.usage?.totalTokens
    }
    expect([text, total]).toEqual(['Hello there', 5])
  })

  test('invokes a model', async () => {
    const { body } = await client().send(new InvokeModelCommand({ modelId, body: '{"prompt":"x"}' }))
    expect(JSON.parse(body.transformToString())).toEqual({ completion: 'raw' })
  })

  test('reads errors of the provider and of the gateway as its own', async () => {
    const ask = (key: string, model: string) => client(key).send(new ConverseCommand({ modelId: model, messages }))
    await expect((async () => await ask(passKey, 'throttled'))()).rejects.toThrow(ThrottlingException)
    await expect((async () => await ask(testKey, modelId))()).rejects.toThrow(AccessDeniedException)
    await expect((async () => await ask(testKey, modelId))()).rejects.toThrow(
      `may not pass requests through to '${name}'`,
    )
    expect(ask('sl-Wr0ngK3yWr0ngK3yWr0ngK3yWr0ngK3yWr0ngK3y', modelId)).rejects.toThrow(
      'API key is missing or not valid',
    )
  })
})

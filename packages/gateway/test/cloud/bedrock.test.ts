import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { type Answer, answerJson, answerStream } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { encodeEventStreamFrame, eventStreamType } from '@sluice/testkit/event-stream.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { JournalEntry, ReceivedCall } from '@sluice/testkit/journal.ts'
import { ask } from '../ask.ts'
import { startTestGateway, type TestGateway } from '../start-test-gateway.ts'
import { checkSignature } from './verify-sigv4.ts'

/** Claude on Bedrock through the whole gateway: where it goes, what is in it, who signed it, what comes back. */
const key = {
  accessKeyId: 'AKIACANARY0000000001',
  secretAccessKey: 'canary-secret+key/0123456789abcdefghijkl',
  sessionToken: 'canary-session-token-0123456789==',
}
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayClaude })
  gateway = await startTestGateway(`
providers:
  bedrock:
    base_url: ${provider.url}
    aws_region_name: eu-central-1
    aws_access_key_id: ${key.accessKeyId}
    aws_secret_access_key: ${key.secretAccessKey}
    aws_session_token: ${key.sessionToken}
  bearer: { type: bedrock, base_url: ${provider.url}, aws_region_name: us-east-1, api_key: canary-bearer-key-012345 }
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** What Bedrock says for Claude: Anthropic's own answer, or its events in event-stream messages. */
function sayClaude(call: ReceivedCall): Answer {
  if (!call.path.endsWith('-stream')) return sayText('anthropic-messages', 'Hello.')
  return wrapped(sayText('anthropic-messages', 'Hello.', { stream: true }))
}

/** Server-sent events put into `chunk` messages. */
function wrapped(answer: Answer): Answer {
  const text = Array.from(answer.pieces, (piece) => Buffer.from(piece).toString()).join('')
  const events = [...text.matchAll(/^data: (.*)$/gm)].map((each) => each[1] ?? '')
  const bytes = events.map((data) =>
    encodeEventStreamFrame({ data: JSON.stringify({ bytes: Buffer.from(data).toString('base64'), p: 'abcdef' }) }),
  )
  return { ...answer, pieces: bytes, headers: { ...answer.headers, 'content-type': eventStreamType } }
}

function lastCall(): JournalEntry {
  const call = provider.journal.at(-1)
  if (!call) throw new Error('nothing was sent')
  return call
}

const clients: readonly ClientDialectId[] = ['anthropic-messages', 'openai-chat', 'openai-responses', 'gemini']

describe.each([...clients])('a %s client', (client) => {
  test.each([false, true])('reaches Claude by InvokeModel, streamed: %p', async (stream) => {
    provider.answerWith(sayClaude)
    const response = await ask(gateway, client, { model: `bedrock/${model}`, stream })
    const text = await response.text()
    expect({ status: response.status, text }).toEqual({ status: 200, text: expect.stringContaining('Hello.') })
    const call = lastCall()
    const verb = stream ? 'invoke-with-response-stream' : 'invoke'
    expect(call.path).toBe(`/model/${encodeURIComponent(model)}/${verb}`)
    expect(call.json).toMatchObject({ anthropic_version: 'bedrock-2023-05-31', messages: [{ role: 'user' }] })
    expect(Object.keys(call.json ?? {})).not.toContain('model')
    expect(Object.keys(call.json ?? {})).not.toContain('stream')
    expect(call.headers['anthropic-version']).toBeUndefined()
    const checked = checkSignature(call, key)
    expect(checked).toMatchObject({ isGood: true, region: 'eu-central-1', service: 'bedrock' })
    expect(Math.abs(checked.aheadSeconds)).toBeLessThan(5)
    const record = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
    expect(record).toMatchObject({ outcome: 'ok', mode: client === 'anthropic-messages' ? 'relay' : 'translate' })
    expect(record['input_tokens']).toBe(12)
  })
})

describe.each([...clients])('a %s client', (client) => {
  test.each([false, true])('reaches Nova by Converse, streamed: %p', async (stream) => {
    provider.answerWith(sayText('bedrock-converse', 'Hello.', { stream }))
    const response = await ask(gateway, client, { model: 'bedrock/eu.amazon.nova-lite-v1:0', stream })
    const text = await response.text()
    expect({ status: response.status, text }).toEqual({ status: 200, text: expect.stringContaining('Hello.') })
    const call = lastCall()
    expect(call.path).toBe(`/model/eu.amazon.nova-lite-v1%3A0/converse${stream ? '-stream' : ''}`)
    expect(call.json).toMatchObject({ messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] })
    expect(checkSignature(call, key)).toMatchObject({ isGood: true, region: 'eu-central-1', service: 'bedrock' })
  })
})

/** What the SDK hands to its transport. */
interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

test('the check takes what the AWS SDK signs, and nothing that was changed afterwards', async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = key
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: provider.url,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
    // Its own speaks HTTP/2.
    requestHandler: {
      async handle({ method, path, headers, body }: Sent) {
        await fetch(provider.url + path, { method, headers, body })
        throw new Error('sent')
      },
    },
  })
  const messages = [{ role: 'user' as const, content: [{ text: 'x' }] }]
  await expect(client.send(new ConverseCommand({ modelId: 'a:0', messages }))).rejects.toThrow('sent')
  const call = lastCall()
  expect(call.path).toBe('/model/a%3A0/converse')
  expect(checkSignature(call, key)).toMatchObject({ isGood: true, region: 'us-east-1', service: 'bedrock' })
  expect(checkSignature({ ...call, body: `${call.body} ` }, key).isGood).toBe(false)
  expect(checkSignature({ ...call, path: `${call.path}x` }, key).isGood).toBe(false)
})

test('a bearer API key signs nothing', async () => {
  provider.answerWith(sayClaude)
  const response = await ask(gateway, 'anthropic-messages', { model: `bearer/${model}` })
  expect(response.status).toBe(200)
  expect(lastCall().headers['authorization']).toBe('Bearer canary-bearer-key-012345')
  expect(lastCall().headers['x-amz-date']).toBeUndefined()
})

test('betas move into the body, those Bedrock refuses are told as lost', async () => {
  provider.answerWith(sayClaude)
  const headers = { 'anthropic-beta': 'interleaved-thinking-2025-05-14,made-up-2026-01-01' }
  const response = await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}`, headers })
  expect(response.status).toBe(200)
  expect(lastCall().json).toMatchObject({ anthropic_beta: ['interleaved-thinking-2025-05-14'] })
  expect(lastCall().headers['anthropic-beta']).toBeUndefined()
  expect(response.headers.get('x-sluice-loss')).toContain('anthropic-beta')
})

describe('an error of Bedrock', () => {
  test.each([
    [429, 'ThrottlingException', 'rate_limit_error'],
    [403, 'AccessDeniedException', 'permission_error'],
    [400, 'ValidationException', 'invalid_request_error'],
    [503, 'ServiceUnavailableException', 'overloaded_error'],
  ])('%d %s is %s to a client of Anthropic', async (status, name, type) => {
    provider.answerWith(
      answerJson(
        { message: 'Too much of it.' },
        { status, headers: { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/` } },
      ),
    )
    const response = await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}` })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ type: 'error', error: { type, message: 'Too much of it.' } })
  })

  test('inside a stream is an error event', async () => {
    const begun = wrapped(sayText('anthropic-messages', 'Hello.', { stream: true }))
    const exception = encodeEventStreamFrame({
      event: 'error',
      data: JSON.stringify({ type: 'error', error: { type: 'throttlingException', message: 'Slow down.' } }),
    })
    provider.answerWith({ ...begun, pieces: [...[...begun.pieces].slice(0, 3), exception] })
    const response = await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}`, stream: true })
    const text = await response.text()
    expect(text).toContain('event: error\n')
    expect(text).toContain('"rate_limit_error"')
    expect(text).not.toContain('message_stop')
  })

  test('a stream cut inside a message never ends healthily', async () => {
    const whole = wrapped(sayText('anthropic-messages', 'Hello.', { stream: true }))
    const last = Buffer.concat(Array.from(whole.pieces, (piece) => Buffer.from(piece)))
    for (const bytes of [1, 5, 20, 200]) {
      provider.answerWith({ ...answerStream([]), ...whole, pieces: [last.subarray(0, last.length - bytes)] })
      const response = await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}`, stream: true })
      const text = await response.text()
      expect(text).toContain('event: error\n')
      expect(text).not.toContain('message_stop')
    }
  })
})

test('a clock that is wrong is put right from the answer, once', async () => {
  const seen = provider.journal.length
  const awsNow = Date.now() + 3_600_000
  provider.answerWith((call) => {
    const { aheadSeconds } = checkSignature(call, key)
    if (Math.abs(aheadSeconds - 3600) < 300) return sayClaude(call)
    const headers = {
      date: new Date(awsNow).toUTCString(),
      'x-amzn-errortype': 'InvalidSignatureException:http://internal.amazon.com/coral/com.amazon.coral.service/',
    }
    return answerJson({ message: 'Signature expired' }, { status: 403, headers })
  })
  const first = await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}` })
  expect(first.status).toBe(200)
  expect(provider.journal.length - seen).toBe(2)
  const second = await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}` })
  expect(second.status).toBe(200)
  expect(provider.journal.length - seen).toBe(3)
  // Back to this machine's clock, for the tests that follow.
  provider.answerWith((call) =>
    Math.abs(checkSignature(call, key).aheadSeconds) < 300
      ? sayClaude(call)
      : answerJson({ message: 'x' }, { status: 403, headers: { date: new Date().toUTCString() } }),
  )
  expect((await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}` })).status).toBe(200)
})

test('no secret reaches an answer or the log', async () => {
  const canonical = `POST\\n/model\\nx-amz-security-token:${key.sessionToken}\\n${key.accessKeyId}`
  provider.answerWith(answerJson({ message: `The signature does not match: ${canonical}` }, { status: 400 }))
  const response = await ask(gateway, 'anthropic-messages', { model: `bedrock/${model}` })
  const text = (await response.text()) + gateway.logText
  for (const secret of Object.values(key)) expect(text).not.toContain(secret)
})

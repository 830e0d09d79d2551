import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, asObjects, parseObject } from '@sluice/core/ir/read.ts'
import { answerJson, stallAfter } from '@sluice/testkit/answer.ts'
import { answerTask, vectorOf } from '@sluice/testkit/answers/tasks.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Embeddings, reranking, moderations and counts live the life of every call. */
let provider: FakeProvider
let gateway: TestGateway
const narrowKey = 'sl-N4rrowKeyForTheGatewayOfTh3T3sts0123456789ab'

beforeAll(async () => {
  provider = await startFakeProvider({ answer: play })
  const { url } = provider
  gateway = await startTestGateway(
    `providers:
  openai: { base_url: ${url}/v1, api_key: canary-openai-0123456789 }
  gemini: { base_url: ${url}/v1beta, api_key: canary-gemini-0123456789 }
  cohere: { base_url: ${url}/v2, api_key: canary-cohere-0123456789 }
  broken: { dialect: openai-chat, base_url: ${url}/broken/v1, api_key: canary-broken-0123456789 }
  impatient: { dialect: openai-chat, base_url: ${url}/stall/v1, deadlines: { first_token: 50ms } }
  own: { dialect: anthropic-messages, base_url: ${url}/v1, api_key: canary-own-0123456789 }
  chatty: { dialect: openai-chat, base_url: ${url}/v1, tasks: { embed: false } }
models:
  vectors: [ { provider: broken, model: b }, { provider: chatty, model: c }, { provider: gemini, model: g } ]
settings: { detect: false }`,
    { keys: [`{ name: narrow, key: ${narrowKey}, models: [vectors] }`] },
  )
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})
beforeEach(() => provider.answerWith(play))

function play(call: ReceivedCall): ReturnType<typeof answerJson> {
  if (call.path.startsWith('/broken/'))
    return answerJson({ error: { message: 'down for canary-broken-0123456789', code: 'x' } }, { status: 503 })
  const answer = answerTask(call) ?? answerJson({ error: { message: 'none' } }, { status: 404 })
  return call.path.startsWith('/stall/') ? stallAfter(answer, 0) : answer
}

interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
  readonly id: string
}

async function ask(path: string, body: object | string, more: Record<string, string> = {}): Promise<Asked> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json', ...more },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  const id = response.headers.get('x-sluice-request-id') ?? ''
  return { status: response.status, headers: response.headers, body: parseObject(text) ?? { text }, id }
}

const texts = ['first', 'second']

test('a call goes on to the next deployment, leaves one record, and tells no secret', async () => {
  const { status, headers, body, id } = await ask('/v1/embeddings', { model: 'vectors', input: texts })
  expect([status, headers.get('x-sluice-provider'), headers.get('x-sluice-model')]).toEqual([200, 'gemini', 'g'])
  expect(asObjects(body['data']).map(({ embedding }) => embedding)).toEqual(texts.map((text) => vectorOf(text)))
  expect(body['model']).toBe('g')
  const call = await gateway.callOf(id)
  expect(call).toMatchObject({
    outcome: 'ok',
    task: 'openai-embeddings',
    mode: 'translate',
    requested_model: 'vectors',
  })
  expect(asObjects(call['attempts']).map((each) => [each['provider'], each['failure'] ?? null])).toEqual([
    ['broken', 'overloaded'],
    ['chatty', 'unsupported'],
    ['gemini', null],
  ])
  expect(gateway.calls().filter((each) => each['request_id'] === id)).toHaveLength(1)
  expect(gateway.logText).not.toContain('canary-')
})

test('bytes pass between the same shape, with the model and nothing else changed', async () => {
  const body = `{ "input" : ["a","b"],  "model":"openai/m", "newest": 1.50, "user":"u" }`
  const { status, id } = await ask('/v1/embeddings', body)
  expect(status).toBe(200)
  expect(provider.journal.at(-1)?.body).toBe(body.replace('openai/m', 'm'))
  expect(await gateway.callOf(id)).toMatchObject({ mode: 'relay', input_tokens: 2 })
})

test('what base64 was asked for comes packed from a host that ignores it, and plain numbers from one that packs', async () => {
  const answer = (embedding: unknown): void =>
    provider.answerWith(answerJson({ object: 'list', data: [{ object: 'embedding', index: 0, embedding }], usage: {} }))
  answer([1, 0.5])
  const packed = await ask('/v1/embeddings', { model: 'openai/m', input: 'a', encoding_format: 'base64' })
  expect(asObjects(packed.body['data'])[0]?.['embedding']).toBe('AACAPwAAAD8=')
  answer('AACAPwAAAD8=')
  const plain = await ask('/v1/embeddings', { model: 'openai/m', input: 'a', encoding_format: 'float' })
  expect(asObjects(plain.body['data'])[0]?.['embedding']).toEqual([1, 0.5])
})

test('reranking is billed by what the provider bills it by', async () => {
  const documents = texts
  const own = await ask('/v2/rerank', { model: 'cohere/m', query: 'q', documents })
  expect(own.body['meta']).toMatchObject({ billed_units: { search_units: 1 } })
  expect(await gateway.callOf(own.id)).toMatchObject({ mode: 'relay', search_units: 1 })
  const other = await ask('/v1/rerank', { model: 'cohere/m', query: 'q', documents })
  expect(other.body['meta']).toMatchObject({ billed_units: { search_units: 1 } })
  expect(await gateway.callOf(other.id)).toMatchObject({ mode: 'translate', search_units: 1 })
})

describe('what cannot be carried', () => {
  const body = { model: 'openai/m', texts, input_type: 'clustering', embedding_types: ['float'] }

  test('is told', async () => {
    const { headers, id } = await ask('/v2/embed', body)
    expect(headers.get('x-sluice-loss')).toContain('purpose')
    expect(asObjects((await gateway.callOf(id))['losses'])).toMatchObject([{ side: 'request', path: 'purpose' }])
  })

  test('is refused when strictness was asked for', async () => {
    const before = provider.journal.length
    const { status, body: answer } = await ask('/v2/embed', body, { 'x-sluice-strict': '1' })
    expect([status, provider.journal.length]).toEqual([400, before])
    expect(answer['message']).toContain('purpose')
  })
})

describe('a wrong request is told in the words of its client', () => {
  const wrong: readonly (readonly [string, object | string, string])[] = [
    ['/v1/embeddings', { model: 'gemini/m' }, "'input'"],
    ['/v1/embeddings', { model: 'gemini/m', input: [{}] }, "'input[0]'"],
    ['/v1/embeddings', { model: 'gemini/m', input: 'a', dimensions: 0 }, "'dimensions'"],
    ['/v1/embeddings', { input: 'a' }, "'model'"],
    ['/v1/embeddings', '{"model":', 'JSON'],
    ['/v1/embed', { model: 'openai/m', texts: [1] }, "'texts'"],
    ['/v2/embed', { model: 'openai/m', texts, input_type: 'nonsense' }, "'input_type'"],
    ['/v2/rerank', { model: 'broken/m', query: 'q', documents: [] }, "'documents'"],
    ['/v1/rerank', { model: 'cohere/m', documents: texts }, "'query'"],
    ['/v1beta/models/openai/m:batchEmbedContents', { requests: [] }, "'requests'"],
    ['/v1beta/models/openai/m:embedContent', { content: {}, taskType: 'NONE' }, 'taskType'],
    ['/v1beta/models/openai/m:embedContent', { model: 'models/other', content: {} }, "'model'"],
    ['/v1/moderations', { model: 7, input: 'a' }, "'model'"],
    ['/v1/responses/input_tokens', { model: 'gemini/m', input: 7 }, "'input'"],
    ['/v1/fim/completions', { model: 'openai/m' }, "'prompt'"],
  ]

  test.each(wrong)('%s %p', async (path, body, named) => {
    // What the provider of the same shape would say itself is left to it.
    const { status, body: answer, id } = await ask(path, body)
    expect(status).toBe(400)
    const message = asObject(answer['error'])?.['message'] ?? answer['message']
    expect(message).toContain(named)
    expect(await gateway.callOf(id)).toMatchObject({ outcome: 'failed', status: 400 })
  })
})

describe('a provider that answers wrongly', () => {
  const wrongs: readonly (readonly [string, unknown])[] = [
    ['with an error in a 200', { error: { message: 'quota of the day is used up' } }],
    ['with a vector too few', { embeddings: [{ values: [1] }] }],
    ['with nothing of use', { hello: 'world' }],
    ['with a list', [1, 2]],
  ]

  test.each(wrongs)('%s is never taken for a good one', async (name, answer) => {
    provider.answerWith(answerJson(answer))
    for (const [path, body] of [
      ['/v1/embeddings', { model: 'gemini/m', input: texts }],
      ['/v1/embeddings', { model: 'openai/m', input: texts }],
      ['/v2/rerank', { model: 'cohere/m', query: 'q', documents: texts }],
      ['/v1/moderations', { model: 'openai/m', input: 'a' }],
      ['/v1/messages/count_tokens', { model: 'gemini/m', messages: [{ role: 'user', content: 'a' }] }],
    ] as const) {
      const asked = await ask(path, body)
      expect([path, asked.status]).toEqual([path, 502])
      if (name.includes('error') && path === '/v1/embeddings')
        expect(JSON.stringify(asked.body)).toContain(body.model === 'gemini/m' ? 'quota' : 'data')
    }
  })

  test('too late is a timeout', async () => {
    const { status, body } = await ask('/v1/embeddings', { model: 'impatient/m', input: 'a' })
    expect(status).toBe(504)
    expect(asObject(body['error'])?.['code']).toBe('upstream_first_byte_timeout')
  })

  test('with its own error keeps status and words for its own client', async () => {
    const own = { error: { message: 'too long', type: 'invalid_request_error', param: 'input', code: null }, more: 1 }
    provider.answerWith(answerJson(own, { status: 422, headers: { 'retry-after': '7' } }))
    const same = await ask('/v1/embeddings', { model: 'openai/m', input: 'a' })
    expect([same.status, same.headers.get('retry-after'), same.body]).toEqual([422, '7', own])
    const other = await ask('/v2/embed', { model: 'openai/m', texts })
    expect([other.status, other.headers.get('retry-after'), other.body]).toEqual([422, '7', { message: 'too long' }])
  })
})

test('a client that leaves takes all pieces of its call along', async () => {
  provider.answerWith((call) => stallAfter(play(call), 0))
  const leaving = new AbortController()
  const before = provider.abortedCalls
  const asked = fetch(`${gateway.url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}` },
    body: JSON.stringify({ model: 'gemini/m', input: Array.from({ length: 350 }, (_, index) => `${index}`) }),
    signal: leaving.signal,
  }).catch(() => undefined)
  await provider.until(({ openCalls }) => openCalls === 4)
  leaving.abort()
  await asked
  await provider.until(({ openCalls, abortedCalls }) => openCalls === 0 && abortedCalls === before + 4)
})

test('no call costs a provider more requests than any API takes inputs', async () => {
  const before = provider.journal.length
  const input = Array.from({ length: 204_801 }, () => 'a')
  const { status, body } = await ask('/v1/embeddings', { model: 'gemini/m', input })
  expect([status, provider.journal.length]).toEqual([413, before])
  expect(asObject(body['error'])?.['message']).toContain('2049 times')
})

test('parts of a message are one input, images and all', async () => {
  const content = [
    { type: 'text', text: 'a cat' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
  ]
  expect((await ask('/v1/embeddings', { model: 'gemini/m', input: [{ content }] })).status).toBe(200)
  expect(asObject(provider.journal.at(-1)?.json)?.['content']).toEqual({
    parts: [{ text: 'a cat' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
  })
  expect((await ask('/v1/embeddings', { model: 'cohere/m', input: [{ content }] })).status).toBe(502)
  expect(asObjects(asObject(provider.journal.at(-1)?.json)?.['inputs'])).toEqual([{ content }])
})

test('a key reaches the models it may use, and no other, whatever the task', async () => {
  const narrow = { authorization: `Bearer ${narrowKey}` }
  expect((await ask('/v1/embeddings', { model: 'vectors', input: 'a' }, narrow)).status).toBe(200)
  for (const [path, body] of [
    ['/v1/embeddings', { model: 'openai/m', input: 'a' }],
    ['/v2/rerank', { model: 'cohere/m', query: 'q', documents: texts }],
    ['/v1/moderations', { input: 'a' }],
    ['/v1/responses/input_tokens', { model: 'openai/m', input: 'a' }],
  ] as const)
    expect([path, (await ask(path, body, narrow)).status]).toEqual([path, 404])
})

describe('a count', () => {
  const messages = [{ role: 'user', content: 'Hello there.' }]

  test('comes from the provider in its own dialect', async () => {
    const { body, headers, id } = await ask('/v1/messages/count_tokens', { model: 'gemini/m', messages })
    expect([body, headers.get('x-sluice-estimate')]).toEqual([{ input_tokens: 42 }, null])
    const sent = provider.journal.at(-1)
    expect(sent?.path).toBe('/v1beta/models/m:countTokens')
    expect(asObject(sent?.json)).toMatchObject({ generateContentRequest: { model: 'models/m' } })
    expect(await gateway.callOf(id)).toMatchObject({ task: 'count-tokens', outcome: 'ok' })
    await ask('/v1beta/models/openai/m:countTokens', { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] })
    expect(provider.journal.at(-1)?.path).toBe('/v1/responses/input_tokens')
  })

  test('is guessed where nobody counts, and said to be', async () => {
    const before = provider.journal.length
    const { body, headers, id } = await ask('/v1/messages/count_tokens', { model: 'cohere/m', messages })
    expect(headers.get('x-sluice-estimate')).toBe('1')
    expect(body['input_tokens']).toBe(7)
    expect(provider.journal.length).toBe(before)
    expect(await gateway.callOf(id)).toMatchObject({ outcome: 'ok', provider: 'cohere' })
  })

  test('is guessed where a server of its own turns out to have no such route', async () => {
    provider.answerWith(answerJson({ error: { message: 'no such route' } }, { status: 404 }))
    const own = await ask('/v1/messages/count_tokens', { model: 'own/m', messages })
    expect([own.status, own.headers.get('x-sluice-estimate'), own.body]).toEqual([200, '1', { input_tokens: 7 }])
    const known = await ask('/v1beta/models/gemini/m:countTokens', { contents: [] })
    expect(known.status).toBe(404)
  })

  test('of what is kept at a provider is refused', async () => {
    const asked = await ask('/v1/responses/input_tokens', { model: 'openai/m', previous_response_id: 'resp_1' })
    expect([asked.status, asObject(asked.body['error'])?.['param']]).toEqual([400, 'previous_response_id'])
  })
})

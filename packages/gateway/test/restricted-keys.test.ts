import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { oneProviderPerDialect, plainRequest } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Attack case A8: a key reaches the models it was given, however another one is spelt, and nothing is sent upstream. */
const boundKey = 'sl-B0undK3yOfTheGatewayOfTh3T3sts0123456789a'
const allowed: readonly ClientDialectId[] = clientDialectIds
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  const models = allowed.map((name) => `  smart-${name}: [ { provider: ${name}, model: allowed-model } ]`)
  const names = allowed.map((name) => `smart-${name}`)
  gateway = await startTestGateway(
    `${oneProviderPerDialect(provider.url)}models:
${models.join('\n')}
  secret: [ { provider: openai-chat, model: secret-model } ]
  secret-gemini: [ { provider: gemini, model: secret-model } ]`,
    { keys: [`{ name: bound, key: ${boundKey}, models: [${names.join(', ')}] }`] },
  )
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

function post(path: string, body: string, key = boundKey): Promise<Response> {
  return fetch(gateway.url + path, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body })
}

/** A request of this dialect for this model, as path and text. */
function request(client: ClientDialectId, model: string, extra: JsonObject = {}): readonly [string, string] {
  const { path, body } = plainRequest(client, { model: client === 'gemini' ? 'PLACE' : model, extra })
  return [path.replace('PLACE', encodeURIComponent(model)), JSON.stringify(body)]
}

async function expectRefused(response: Response, statuses = [404]): Promise<string> {
  const text = await response.text()
  expect(statuses).toContain(response.status)
  expect(provider.journal).toHaveLength(0)
  return text
}

const disguises = [
  'secret',
  'openai-chat/secret-model',
  'openai-chat/allowed-model',
  'SMART-openai-chat',
  'Smart-Openai-Chat',
  ' smart-openai-chat',
  'smart-openai-chat ',
  'smart-openai-chat\u200b',
  '\ufeffsmart-openai-chat',
  'smart-openai-chat\u0000',
  'smart-openai-chat\n',
  'ｓｍａｒｔ-openai-chat',
  'ſmart-openai-chat',
  'smart‐openai‐chat',
  'smart-openai-chat/../secret',
  'smart-openai-chat/secret',
  'smart-openai-chat,secret',
  'smart-openai-chat?model=secret',
  'models/smart-openai-chat',
  '__proto__',
  'constructor',
  'toString',
  'bedrockz/secret-model',
  '*',
  '.*',
  'smart-*',
  'a'.repeat(100_000),
  'openai-chat/'.repeat(100),
]

describe.each([...clientDialectIds])('a %s client with a key of a few models', (client) => {
  test('reaches none other, however it is spelt', async () => {
    for (const name of disguises) {
      if (client === 'gemini' && name.length > 600) continue
      await expectRefused(await post(...request(client, name)))
    }
  })

  test('cannot name two models', async () => {
    const own = `smart-${client}`
    const [path, text] = request(client, own)
    const doubled = [
      text.replace('{', '{"model":"secret",').replace('"model":"secret",', `"model":"${own}","model":"secret",`),
      text.replace('{', `{"model":"secret","model":"${own}",`),
      text.replace('{', `{"mod\\u0065l":"secret","model":"${own}",`),
      text.replace('{', '{"Model":"secret",'),
      text.replace('{', '{"MODEL":"secret",'),
    ]
    for (const body of doubled) await expectRefused(await post(path, body), [400])
  })
})

test.each([[['secret']], [{ secret: 1 }], [null], [1], [true], ['']])('%j is no name of a model', async (model) => {
  for (const client of ['openai-chat', 'openai-responses', 'anthropic-messages'] as const) {
    const { path, body } = plainRequest(client, { model: 'x' })
    const text = await expectRefused(await post(path, JSON.stringify({ ...body, model })), [400])
    expect(text).toContain("'model'")
  }
})

test.each(['secret-gemini', 'models/secret-gemini', 'secret', null, ['secret']])(
  'a Gemini body may not name %j beside the path',
  async (model) => {
    for (const verb of ['generateContent', 'streamGenerateContent?alt=sse', 'countTokens']) {
      const contents = [{ role: 'user', parts: [{ text: 'Hello.' }] }]
      const body = JSON.stringify({ contents, model })
      await expectRefused(await post(`/v1beta/models/smart-gemini:${verb}`, body), [400])
    }
  },
)

test('a query, a header or a list of fallbacks names no model', async () => {
  const [path, text] = request('openai-chat', 'smart-openai-chat', { models: ['secret'] })
  await expectRefused(await post(path, text), [400])
  const response = await fetch(`${gateway.url}/v1/chat/completions?model=secret&deployment=secret`, {
    method: 'POST',
    headers: { authorization: `Bearer ${boundKey}`, 'x-model': 'secret', 'x-sluice-model': 'secret' },
    body: request('openai-chat', 'smart-openai-chat')[1],
  })
  expect(response.status).toBe(200)
  expect(modelsSent()).toEqual(['allowed-model'])
})

test("Azure's path decides, and what it names is what is sent", async () => {
  const before = provider.journal.length
  const ask = (model: string): Promise<Response> =>
    post(`/openai/deployments/${model}/chat/completions?api-version=2024-10-21`, request('openai-chat', 'secret')[1])
  expect((await ask('smart-openai-chat')).status).toBe(200)
  expect((await ask('secret')).status).toBe(404)
  expect(modelsSent().slice(before)).toEqual(['allowed-model'])
})

test('it sees its own models and no others', async () => {
  const get = (path: string, key: string): Promise<Response> =>
    fetch(gateway.url + path, { headers: { authorization: `Bearer ${key}` } })
  for (const path of ['/v1/models', '/v1beta/models', '/v1/models?client_version=1']) {
    const text = await (await get(path, boundKey)).text()
    for (const name of allowed) expect(text).toContain(`smart-${name}`)
    expect(text).not.toContain('secret')
    expect(await (await get(path, testKey)).text()).toContain('secret')
  }
  const unknown = await (await get('/v1/models/nothing-such', boundKey)).text()
  const hidden = await get('/v1/models/secret', boundKey)
  expect(hidden.status).toBe(404)
  expect((await hidden.text()).replaceAll('secret', 'nothing-such')).toBe(unknown)
  expect((await get('/v1/models/secret', testKey)).status).toBe(200)
})

test('a key of a few providers reaches the deployments there, and sees the models that have one', async () => {
  const only = 'sl-0nlyAFewPr0vidersForThisKeyOfTh3T3sts012'
  const yaml = `${oneProviderPerDialect(provider.url)}models:
  both: [ { provider: gemini, model: first }, { provider: openai-chat, model: second } ]
  elsewhere: [ { provider: gemini, model: m } ]`
  await using bound = await startTestGateway(yaml, {
    keys: [`{ name: only, key: ${only}, providers: [openai-chat] }`],
  })
  const before = provider.journal.length
  const headers = { authorization: `Bearer ${only}` }
  const ask = (model: string): Promise<Response> =>
    fetch(`${bound.url}/v1/chat/completions`, { method: 'POST', headers, body: request('openai-chat', model)[1] })
  expect((await ask('both')).status).toBe(200)
  expect((await ask('openai-chat/third')).status).toBe(200)
  for (const model of ['elsewhere', 'gemini/m', 'demo/echo']) expect((await ask(model)).status).toBe(404)
  expect(modelsSent().slice(before)).toEqual(['second', 'third'])
  const listed = await (await fetch(`${bound.url}/v1/models`, { headers })).text()
  expect(listed).toContain('"both"')
  expect(listed).not.toContain('elsewhere')
})

test('what is close to a hidden name is answered like what is close to none', async () => {
  const before = provider.journal.length
  const [path, text] = request('openai-chat', 'secre')
  const bound = await (await post(path, text)).text()
  const free = await (await post(path, text, testKey)).text()
  expect(bound).not.toContain("'secret'")
  expect(free).toContain("Did you mean 'secret'")
  expect(provider.journal).toHaveLength(before)
})

function modelsSent(): readonly unknown[] {
  return provider.journal.map(({ json }) => asObject(json)?.['model'])
}

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { answerJson } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { routes } from '../src/server/route-table.ts'
import { oneProviderPerDialect, plainRequest } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/**
 * Attack cases C1, C5, C6, C7: on every route that reaches a provider, nothing in a request names another destination: no
 * field, no header, no query, no model, no address of content; and the caller's key goes nowhere, however it came.
 */
let provider: FakeProvider
let elsewhere: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: ({ dialect = 'openai-chat' }) => sayText(dialect, 'ok') })
  elsewhere = await startFakeProvider({ answer: answerJson({ stolen: true }) })
  gateway = await startTestGateway(oneProviderPerDialect(provider.url))
})
afterAll(async () => {
  expect(elsewhere.acceptedConnections).toBe(0)
  expect(provider.journal.length).toBeGreaterThan(100)
  for (const { path, query, body, rawHeaders } of provider.journal) {
    expect(path).toMatch(
      /^\/v1\/(?:chat\/completions|responses|messages(?:\/count_tokens)?|models\/[^/]+:\w+|embeddings|rerank|moderations)$/,
    )
    expect(`${query}${body}${JSON.stringify(rawHeaders)}`).not.toContain(testKey)
  }
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
  await elsewhere.stop()
})

/** Every route that takes a body, under the names it goes by, with a body that its dialect takes. */
function doors(model: string): readonly { readonly path: string; readonly body: object }[] {
  const posts = routes.filter(({ method, bodyCap }) => method === 'POST' && bodyCap !== 0)
  return posts.flatMap(({ path, dialect }) => {
    const { body } = plainRequest(dialect, { model })
    const isForGemini = path.includes(':')
    const filled = path.replace('{model}', isForGemini ? encodeURIComponent(model) : model)
    const more = path === '/completions' ? { prompt: 'Hello.' } : {}
    return ['', '/v1', '/api/v1'].map((prefix) => ({ path: prefix + filled, body: { ...body, ...more } }))
  })
}

/** What a call may come to: the provider here says the same on every route, which is no answer on some. */
const defined = [200, 400, 404, 405, 502]

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<number> {
  const auth = Object.keys(headers).length > 0 && 'no-bearer' in headers ? {} : { authorization: `Bearer ${testKey}` }
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { ...auth, ...headers },
    body: JSON.stringify(body),
  })
  await response.text()
  return response.status
}

const fieldNames = [
  'api_base',
  'base_url',
  'baseURL',
  'endpoint',
  'proxy',
  'url',
  'host',
  'target_url',
  'custom_llm_provider',
]
const headerNames = [
  'x-base-url',
  'x-api-base',
  'x-target-url',
  'x-upstream',
  'x-original-host',
  'x-portkey-custom-host',
  'x-portkey-config',
  'helicone-target-url',
  'helicone-openai-api-base',
  'x-litellm-api-base',
  'api-base',
  'openai-base-url',
  'anthropic-base-url',
  'x-sluice-base-url',
  'x-sluice-provider',
  'proxy',
  'proxy-authorization',
  'x-forwarded-host',
  'forwarded',
]

test('no field of a body does, plain or nested', async () => {
  for (const target of clientDialectIds)
    for (const { path, body } of doors(`${target}/m`)) {
      const fields = Object.fromEntries(fieldNames.map((name) => [name, elsewhere.url]))
      for (const extra of [
        fields,
        { extra_body: fields },
        { metadata: fields },
        { litellm_params: fields },
        { provider: fields },
      ])
        expect(defined).toContain(await post(path, { ...body, ...extra }))
    }
})

test('no header and no query does', async () => {
  const headers = Object.fromEntries(headerNames.map((name) => [name, elsewhere.url]))
  for (const target of clientDialectIds)
    for (const { path, body } of doors(`${target}/m`)) {
      const query = fieldNames.map((name) => `${name}=${encodeURIComponent(elsewhere.url)}`).join('&')
      expect(defined).toContain(await post(path, body, headers))
      expect(defined).toContain(await post(`${path}${path.includes('?') ? '&' : '?'}${query}`, body))
    }
})

test('no model name does', async () => {
  const names = [
    elsewhere.url,
    `${elsewhere.url}/v1/m`,
    `//127.0.0.1:${elsewhere.port}/m`,
    `@127.0.0.1:${elsewhere.port}/`,
  ]
  const odd = [
    '..',
    '../../x',
    'm/../../x',
    '.%2e/x',
    'm?alt=sse&x',
    'm#x',
    'm%00',
    'm\\..\\x',
    '。。/x',
    'm:generateContent',
    '',
  ]
  for (const target of clientDialectIds)
    for (const name of [...names, ...odd])
      for (const model of [name, `${target}/${name}`])
        for (const { path, body } of doors(model).filter(({ path: each }) => each.startsWith('/v1/')))
          expect(defined).toContain(await post(path, body))
})

test('no address of content does: it is passed on as text', async () => {
  const url = `${elsewhere.url}/x.png`
  const content = [
    { type: 'text', text: 'Hello.' },
    { type: 'image_url', image_url: { url } },
    { type: 'file', file: { file_data: url, filename: 'x.pdf' } },
  ]
  const source = { type: 'url', url }
  const bodies = {
    'openai-chat': { messages: [{ role: 'user', content }] },
    'openai-responses': {
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: url },
            { type: 'input_file', file_url: url },
          ],
        },
      ],
    },
    'anthropic-messages': {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'document', source },
          ],
        },
      ],
    },
    gemini: { contents: [{ role: 'user', parts: [{ fileData: { fileUri: url, mimeType: 'image/png' } }] }] },
  }
  for (const client of clientDialectIds)
    for (const target of clientDialectIds) {
      const { path, body } = plainRequest(client, { model: `${target}/m`, extra: bodies[client] })
      expect([200, 400]).toContain(await post(path, body))
    }
})

test('the key goes nowhere, by whatever way it came', async () => {
  const ways = [
    { 'x-api-key': testKey },
    { 'x-goog-api-key': testKey },
    { 'api-key': testKey },
    { authorization: `Bearer ${testKey}`, 'anthropic-api-key': 'x', 'openai-beta': 'y', 'x-api-key': testKey },
  ]
  for (const client of clientDialectIds)
    for (const target of clientDialectIds) {
      const { path, body } = plainRequest(client, { model: `${target}/m` })
      for (const headers of ways) expect(await post(path, body, { 'no-bearer': '1', ...headers })).toBe(200)
      expect(await post(`${path}?key=${testKey}`, body, { 'no-bearer': '1' })).toBe(200)
    }
})

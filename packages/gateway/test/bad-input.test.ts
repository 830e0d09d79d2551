import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { rawRequest, sendRaw } from '@sluice/testkit/http-raw.ts'
import { routes } from '../src/server/route-table.ts'
import { ask, oneProviderPerDialect, plainRequest } from './ask.ts'
import { faultOf } from './read-error.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** What is refused before anybody reads it: too much, compressed, to the wrong door, for nobody. */
const bodyLimit = 4096
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  const yaml = oneProviderPerDialect(provider.url).replace('settings:', `settings:\n  body_limit: ${bodyLimit}`)
  gateway = await startTestGateway(`${yaml}models:\n  clever-one: [ { provider: openai-chat, model: m } ]\n`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const bearer = { authorization: `Bearer ${testKey}` }

/** The plain request of a dialect, padded to this many bytes. */
function padded(client: (typeof clientDialectIds)[number], bytes: number): { path: string; text: string } {
  const { path, body } = plainRequest(client, { model: `${client}/m` })
  const text = JSON.stringify(body)
  return { path, text: text + ' '.repeat(bytes - text.length) }
}

describe.each([...clientDialectIds])('a %s client', (client) => {
  test('may fill the limit and no byte more, with a length and in chunks', async () => {
    for (const [bytes, status] of [
      [bodyLimit, 200],
      [bodyLimit + 1, 413],
    ] as const) {
      const { path, text } = padded(client, bytes)
      const before = provider.journal.length
      for (const body of [text, new Blob([text]).stream()]) {
        const response = await fetch(gateway.url + path, { method: 'POST', headers: bearer, body })
        expect(response.status).toBe(status)
        const answer = await response.text()
        if (status === 413) expect(answer).toContain(`${bodyLimit} bytes`)
        if (status === 413) expect(Object.keys(JSON.parse(answer))).toContain('error')
      }
      expect(provider.journal.length - before).toBe(status === 200 ? 2 : 0)
    }
  })

  test('is refused before it sends what it announced', async () => {
    const { path } = padded(client, bodyLimit)
    const port = Number(new URL(gateway.url).port)
    const headers = ['Host: a', `Authorization: Bearer ${testKey}`, `Content-Length: ${bodyLimit + 1}`]
    const { statuses, ending } = await sendRaw({ port, send: [rawRequest(`POST ${path} HTTP/1.1`, headers)] })
    expect({ statuses, ending }).toEqual({ statuses: [413], ending: 'closed' })
  })

  test.each(['gzip', 'GZIP', 'br', 'zstd', 'deflate', 'gzip, identity', 'identity, gzip', 'x-unknown'])(
    'is refused for a body in %s',
    async (coding) => {
      const { path, text } = padded(client, 1000)
      const headers = { ...bearer, 'content-encoding': coding }
      const response = await fetch(gateway.url + path, { method: 'POST', headers, body: Bun.gzipSync(text) })
      expect(response.status).toBe(415)
      expect(await response.text()).toContain(coding)
    },
  )

  test.each(['identity', 'Identity'])('may say %s', async (coding) => {
    const { path, text } = padded(client, 1000)
    const headers = { ...bearer, 'content-encoding': coding }
    expect((await fetch(gateway.url + path, { method: 'POST', headers, body: text })).status).toBe(200)
  })

  test('is told of close names for a model nobody knows', async () => {
    for (const stream of [false, true]) {
      const response = await ask(gateway, client, { model: 'clever-on', stream })
      expect(response.status).toBe(404)
      const text = await response.text()
      expect(text).toContain("Did you mean 'clever-one'")
      const { error } = JSON.parse(text)
      const code = { 'openai-chat': error.code, 'openai-responses': error.code, gemini: error.status }
      expect({ ...code, 'anthropic-messages': error.type }[client]).toBe(
        { 'anthropic-messages': 'not_found_error', gemini: 'NOT_FOUND' }[client as string] ?? 'model_not_found',
      )
      if (client !== 'anthropic-messages') expect(faultOf(client, text).param).toBe('model')
    }
    const nothingClose = await (await ask(gateway, client, { model: 'zzzzzzzzzzzzzzzz' })).text()
    expect(nothingClose).toContain('GET /v1/models')
  })
})

test('a wrong method is told the right one', async () => {
  for (const { method, path } of routes) {
    const wrong = method === 'POST' ? 'PUT' : 'DELETE'
    const response = await fetch(`${gateway.url}${path.replace('{model}', 'm')}`, { method: wrong, headers: bearer })
    expect([path, response.status]).toEqual([path, 405])
    expect(response.headers.get('allow')?.split(', ')).toContain(method)
    expect(Object.keys(JSON.parse(await response.text()))).toContain('error')
  }
  const plain = await fetch(`${gateway.url}/v1/responses`, { headers: bearer })
  expect([plain.status, plain.headers.get('allow')]).toEqual([405, 'POST'])
})

const nowhere: readonly (readonly [string, 'openai' | 'anthropic' | 'gemini'])[] = [
  ['/', 'openai'],
  ['/v1', 'openai'],
  ['/v1/nowhere', 'openai'],
  ['/v1/chat/completion', 'openai'],
  ['/v1/responses/resp_1', 'openai'],
  ['/v1/responses/resp_1/cancel', 'openai'],
  ['/v1/messages/batches', 'anthropic'],
  ['/v1/messages/nowhere', 'anthropic'],
  ['/v1beta/nowhere', 'gemini'],
  ['/v1beta/models/x:doSomething', 'gemini'],
  ['/v1/x/y:batchEmbedContents', 'gemini'],
]

test.each(nowhere)('%s is nowhere, in the words of %s', async (path, dialect) => {
  const response = await fetch(gateway.url + path, { method: 'POST', headers: bearer, body: '{}' })
  expect([404, 405]).toContain(response.status)
  const { type, error } = JSON.parse(await response.text())
  const isAnthropic = type === 'error'
  const told = isAnthropic ? 'anthropic' : typeof error.code === 'number' ? 'gemini' : 'openai'
  expect(told).toBe(dialect)
})

/** A field of each dialect that others have no word for, for every target. */
const lossy = {
  'openai-chat': { logit_bias: { '50256': -100 } },
  'openai-responses': { truncation: 'auto' },
  'anthropic-messages': { mcp_servers: [{ type: 'url', url: 'https://x.example', name: 'x' }] },
  gemini: { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] },
} as const

const others = clientDialectIds.flatMap((client) =>
  clientDialectIds.filter((target) => target !== client).map((target) => [client, target] as const),
)

test.each(others)(
  'what a %s client loses at a %s provider is told, or refused if it says so',
  async (client, target) => {
    const extra = lossy[client]
    const [field = ''] = Object.keys(extra)
    const model = `${target}/m`
    const told = await ask(gateway, client, { model, extra })
    expect(told.status).toBe(200)
    expect(told.headers.get('x-sluice-loss')).toContain(field)
    const before = provider.journal.length
    for (const stream of [false, true]) {
      const refused = await ask(gateway, client, { model, stream, extra, headers: { 'x-sluice-strict': '1' } })
      expect(refused.status).toBe(400)
      const text = await refused.text()
      expect(text).toContain(field)
      if (client !== 'anthropic-messages') expect(faultOf(client, text).param).toBe(field)
    }
    expect(provider.journal).toHaveLength(before)
    const plain = await ask(gateway, client, { model, headers: { 'x-sluice-strict': '1' } })
    expect([plain.status, plain.headers.get('x-sluice-loss')]).toEqual([200, null])
  },
)

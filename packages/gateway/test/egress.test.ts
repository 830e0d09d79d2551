import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { answerJson, redirectTo } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Attack cases C1, C2, C3, C6, C7, C8: the destination is the operator's, and no secret leaves by a side door. */
const upstreamKey = 'canary-upstream-0123456789'
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  gateway = await startTestGateway(oneProviderPerDialect(provider.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

describe.each([...clientDialectIds])('a %s client', (client) => {
  test.each([...clientDialectIds])(
    'sends the caller’s credential nowhere, and the provider key only to %s',
    async (target) => {
      const seen = provider.journal.length
      const headers = {
        'x-api-key': testKey,
        'x-goog-api-key': testKey,
        'api-key': testKey,
        cookie: 'session=caller-cookie',
        'x-forwarded-for': '10.0.0.1',
        'openai-organization': 'org-of-the-caller',
      }
      const response = await ask(gateway, client, { model: `${target}/m`, headers })
      expect(response.status).toBe(200)
      const call = provider.journal[seen]
      const sent = JSON.stringify(call?.rawHeaders) + call?.body + String(call?.query)
      expect(sent).not.toContain(testKey)
      expect(sent).not.toContain('caller-cookie')
      expect(sent).not.toContain('10.0.0.1')
      expect(sent).not.toContain('org-of-the-caller')
      expect(sent).toContain(upstreamKey)
      expect(JSON.stringify(response.headers.toJSON())).not.toContain(upstreamKey)
    },
  )

  test('gets no redirect followed: the key stays where it belongs', async () => {
    await using elsewhere = await startFakeProvider({ answer: answerJson({ stolen: true }) })
    for (const status of [301, 302, 303, 307, 308] as const) {
      provider.answerWith(redirectTo(`${elsewhere.url}/v1/chat/completions`, status))
      const response = await ask(gateway, client, { model: `${client}/m` })
      expect(response.status).toBe(502)
      expect(await response.text()).toMatch(/redirect/i)
    }
    expect(elsewhere.journal).toHaveLength(0)
    provider.answerWith((call) => sayText(call.dialect ?? 'openai-chat', 'ok'))
  })

  test('cannot choose the destination by anything in the body', async () => {
    await using elsewhere = await startFakeProvider({ answer: answerJson({ stolen: true }) })
    const extra = {
      api_base: elsewhere.url,
      base_url: elsewhere.url,
      baseURL: elsewhere.url,
      endpoint: elsewhere.url,
      proxy: elsewhere.url,
      extra_body: { base_url: elsewhere.url },
    }
    for (const target of clientDialectIds) await ask(gateway, client, { model: `${target}/m`, extra })
    expect(elsewhere.acceptedConnections).toBe(0)
  })

  test('cannot leave the provider’s origin or path by its model name', async () => {
    const seen = provider.journal.length
    const names = [
      'a/../../x',
      'm#',
      'm?x=1',
      '@evil.example',
      '//evil.example/x',
      '\\evil',
      '%2e%2e',
      'm\u0000',
      '．．/',
    ]
    for (const name of names) await ask(gateway, client, { model: `gemini/${encodeURIComponent(name)}` })
    for (const name of names) await ask(gateway, client, { model: `gemini/${name}` }).catch(() => undefined)
    for (const call of provider.journal.slice(seen)) expect(call.path).toMatch(/^\/v1\/models\/[^/]*:generateContent$/)
  })

  test('reads no secret in an error, whatever the provider echoes', async () => {
    for (const target of clientDialectIds) {
      for (const status of [400, 401, 403, 404, 429, 500, 503]) {
        provider.answerWith(answerJson({ error: { message: `key ${upstreamKey} at ?key=${upstreamKey}` } }, { status }))
        const response = await ask(gateway, client, { model: `${target}/m` })
        expect(response.status).toBe(status)
        expect((await response.text()) + JSON.stringify(response.headers.toJSON())).not.toContain(upstreamKey)
      }
    }
    expect(gateway.logText).not.toContain(upstreamKey)
    expect(gateway.logText).not.toContain(testKey)
    provider.answerWith((call) => sayText(call.dialect ?? 'openai-chat', 'ok'))
  })
})

test('an error names no key when nothing listens at all', async () => {
  await using dead = await startTestGateway(oneProviderPerDialect('http://127.0.0.1:9'))
  for (const client of clientDialectIds) {
    const response = await ask(dead, client, { model: `${client}/m` })
    expect(response.status).toBe(502)
    expect(await response.text()).not.toContain(upstreamKey)
  }
  expect(dead.logText).not.toContain(upstreamKey)
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { answerJson, answerStream, closeAfter, endlessStream, redirectTo, stallAfter } from '@sluice/testkit/answer.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { rawRequest, sendRaw } from '@sluice/testkit/http-raw.ts'
import { untilSteady } from './poll.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** `/{provider}/...`: any route of a provider, with its key and under the caller's. Attack cases C1-C3, C6-C8. */
const upstreamKey = 'canary-upstream-0123456789'
const passKey = 'sl-PassThr0ughK3yOfTh3T3stsOfTheGateway01'
const narrowKey = 'sl-Narr0wPassThr0ughK3yOfTh3T3sts01234567'
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: answerJson({ ok: true }) })
  const at = (dialect: string, path = '/v1') =>
    `{ dialect: ${dialect}, base_url: ${provider.url}${path}, api_key: ${upstreamKey}`
  gateway = await startTestGateway(
    `providers:
  mine: { type: openai, base_url: ${provider.url}/v1, api_key: ${upstreamKey} }
  claude: { type: anthropic, base_url: ${provider.url}/v1, api_key: ${upstreamKey} }
  google: ${at('gemini', '/v1beta')} }
  scoped: ${at('openai-chat', '/team/v1')}, headers: { x-team: blue } }
  brief: ${at('openai-chat')}, deadlines: { first_token: 200ms } }
models:
  smart: [ { provider: mine, model: allowed } ]
settings: { detect: false, body_limit: 64KB }`,
    {
      keys: [
        `{ name: pass, key: ${passKey}, passthrough: true }`,
        `{ name: narrow, key: ${narrowKey}, passthrough: [mine], models: [smart] }`,
      ],
    },
  )
})
beforeEach(() => provider.answerWith(answerJson({ ok: true })))
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

function pass(path: string, init: RequestInit & { readonly key?: string } = {}): Promise<Response> {
  const { key = passKey, headers, ...rest } = init
  return fetch(gateway.url + path, { ...rest, headers: { authorization: `Bearer ${key}`, ...headers } })
}

const lastCall = () => provider.journal.at(-1)

describe('a route of a provider', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('is asked by %s, and answers as it does', async (method) => {
    const body = method === 'GET' ? {} : { body: '{"a":[1, 2]}', headers: { 'content-type': 'application/json' } }
    provider.answerWith(answerJson({ id: 'x' }, { status: 201, headers: { 'x-request-id': 'up1', 'x-secret': 'no' } }))
    const response = await pass('/openai/v1/fine_tuning/jobs?limit=2&after=%20a', { method, ...body })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ id: 'x' })
    expect(response.headers.get('x-request-id')).toBe('up1')
    expect(response.headers.has('x-secret')).toBe(false)
    expect(response.headers.get('x-sluice-provider')).toBe('mine')
    expect(lastCall()).toMatchObject({
      method,
      path: '/v1/fine_tuning/jobs',
      body: method === 'GET' ? '' : '{"a":[1, 2]}',
      headers: { authorization: `Bearer ${upstreamKey}` },
    })
    expect(String(lastCall()?.query)).toBe('limit=2&after=+a')
  })

  test('answers HEAD without a body, and 204', async () => {
    provider.answerWith({ ...answerJson(''), pieces: [], headers: { 'content-type': 'text/x' } })
    const head = await pass('/mine/v1/files/a', { method: 'HEAD' })
    expect([head.status, await head.text(), head.headers.get('content-type')]).toEqual([200, '', 'text/x'])
    expect(lastCall()?.method).toBe('HEAD')
    provider.answerWith({ ...answerJson(''), status: 204, pieces: [] })
    const gone = await pass('/mine/v1/files/a', { method: 'DELETE' })
    expect([gone.status, await gone.text()]).toEqual([204, ''])
  })

  test('is found by the configured name and by the world’s', async () => {
    for (const name of ['mine', 'openai'])
      expect((await pass(`/${name}/v1/x`)).headers.get('x-sluice-provider')).toBe('mine')
    for (const name of ['claude', 'anthropic'])
      expect((await pass(`/${name}/v1/skills`)).headers.get('x-sluice-provider')).toBe('claude')
    expect(lastCall()?.headers['x-api-key']).toBe(upstreamKey)
    await pass('/google/v1beta/models/x:generateContent', { method: 'POST', body: '{}' })
    expect(lastCall()).toMatchObject({
      path: '/v1beta/models/x:generateContent',
      headers: { 'x-goog-api-key': upstreamKey },
    })
  })

  test('stays below the path its provider is configured with, and carries its headers', async () => {
    await pass('/scoped/v1/files')
    expect(lastCall()).toMatchObject({ path: '/team/v1/files', headers: { 'x-team': 'blue' } })
    await pass('/scoped/team/v1/files')
    expect(lastCall()?.path).toBe('/team/v1/files')
    await pass('/scoped/other/v1/files')
    expect(lastCall()?.path).toBe('/team/other/v1/files')
  })

  test('takes the bytes of an upload as they are', async () => {
    const bytes = new Uint8Array(5000).map((_, index) => 32 + (index % 90))
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', new Blob([bytes], { type: 'application/octet-stream' }), 'a.bin')
    const response = await pass('/openai/v1/files', { method: 'POST', body: form })
    expect(response.status).toBe(200)
    expect(lastCall()?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(lastCall()?.body).toContain(new TextDecoder().decode(bytes))
  })

  test('leaves one record, which tells the path and no query', async () => {
    const response = await pass('/openai/v1/files/abc?secret=hidden')
    const line = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
    expect(line).toMatchObject({
      route: '/{provider}',
      provider: 'mine',
      mode: 'passthrough',
      path: 'GET /v1/files/abc',
      status: 200,
      outcome: 'ok',
      key: 'config:pass',
    })
    expect(JSON.stringify(line)).not.toContain('hidden')
    const refused = await pass('/openai/v1/files/abc', { key: testKey })
    expect(await gateway.callOf(refused.headers.get('x-sluice-request-id') ?? '')).toMatchObject({
      mode: 'passthrough',
      status: 403,
      outcome: 'failed',
    })
  })
})

describe('a streamed answer', () => {
  const events = Array.from({ length: 50 }, (_, index) => `event: e\ndata: {"n":${index}}\n\n`)

  test('goes by byte for byte', async () => {
    provider.answerWith(answerStream([': comment\r\n\r\n', ...events]))
    const response = await pass('/openai/v1/threads/t/runs', { method: 'POST', body: '{"stream":true}' })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(await response.text()).toBe([': comment\r\n\r\n', ...events].join(''))
  })

  test('that breaks off breaks off for the client', async () => {
    provider.answerWith(closeAfter(answerStream(events), 200))
    const response = await pass('/openai/v1/x', { method: 'POST', body: '{}' })
    const id = response.headers.get('x-sluice-request-id') ?? ''
    await expect(response.text()).rejects.toThrow()
    expect(await gateway.callOf(id)).toMatchObject({ outcome: 'broken', failure: { code: 'upstream_truncated' } })
  })

  test('is given up when the client leaves', async () => {
    provider.answerWith(stallAfter(answerStream(events), 3))
    const left = new AbortController()
    const response = await pass('/openai/v1/x', { method: 'POST', body: '{}', signal: left.signal })
    await response.body?.getReader().read()
    left.abort()
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(lastCall()?.outcome).toBe('aborted')
    const id = response.headers.get('x-sluice-request-id') ?? ''
    expect(await gateway.callOf(id)).toMatchObject({ outcome: 'cancelled' })
  })

  test('is given up when the client leaves before it has begun', async () => {
    provider.answerWith({ ...answerJson({}), fault: { kind: 'silence' } })
    const left = new AbortController()
    const seen = gateway.calls().length
    const response = pass('/openai/v1/x', { method: 'POST', body: '{}', signal: left.signal })
    await provider.until(({ openCalls }) => openCalls === 1)
    left.abort()
    await expect(response).rejects.toThrow()
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(await gateway.call(seen + 1)).toMatchObject({ outcome: 'cancelled', mode: 'passthrough' })
  })

  test('waits for a client that does not read', async () => {
    provider.answerWith(endlessStream([], 'x'.repeat(64 * 1024)))
    const response = await pass('/openai/v1/x', { method: 'POST', body: '{}' })
    const reader = response.body?.getReader()
    await reader?.read()
    const sent = (): number => lastCall()?.bodyBytesSent ?? 0
    await untilSteady(sent, 6)
    // What the kernel, Bun's fetch in this test and the gateway hold; the source has no end.
    expect(sent()).toBeLessThan(32 * 1024 * 1024)
    await reader?.cancel()
    await provider.until(({ openCalls }) => openCalls === 0)
  })

  test('that never comes meets the deadline', async () => {
    provider.answerWith({ ...answerJson({}), fault: { kind: 'silence' } })
    expect((await pass('/brief/v1/x')).status).toBe(504)
  })
})

describe('a key', () => {
  test('without the permission gets no further', async () => {
    const seen = provider.journal.length
    const response = await pass('/openai/v1/files', { key: testKey })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: { code: 'passthrough_not_allowed' } })
    const anthropic = await pass('/claude/v1/skills', { key: narrowKey })
    expect(await anthropic.json()).toMatchObject({ type: 'error', error: { type: 'permission_error' } })
    expect((await pass('/openai/v1/files', { key: 'sl-Wr0ngK3yWr0ngK3yWr0ngK3yWr0ngK3yWr0ngK3y' })).status).toBe(401)
    expect((await fetch(`${gateway.url}/openai/v1/files`)).status).toBe(401)
    expect((await pass('/nobody/v1/files')).status).toBe(404)
    expect((await pass('/demo/v1/files')).status).toBe(404)
    expect(provider.journal).toHaveLength(seen)
  })

  test('of some models passes those only', async () => {
    const post = (body: object) =>
      pass('/openai/v1/audio/speech', { key: narrowKey, method: 'POST', body: JSON.stringify(body) })
    expect((await post({ model: 'allowed', input: 'x' })).status).toBe(200)
    const seen = provider.journal.length
    expect((await post({ model: 'other' })).status).toBe(403)
    expect((await post({ input: 'x' })).status).toBe(403)
    expect((await pass('/openai/v1/models/other', { key: narrowKey })).status).toBe(403)
    expect(provider.journal).toHaveLength(seen)
  })
})

describe('no secret and no destination', () => {
  test('goes out but the provider’s', async () => {
    const headers = {
      cookie: 'session=caller-cookie',
      'x-forwarded-host': 'evil.example',
      'x-api-key': passKey,
      'x-goog-api-key': passKey,
      'api-key': passKey,
      'proxy-authorization': 'Basic evil',
      'openai-organization': 'org-evil',
      'x-amz-security-token': 'evil',
      'x-http-method-override': 'DELETE',
      connection: 'x-evil',
      'x-evil': '1',
      'anthropic-beta': 'files-api-2025-04-14',
    }
    const response = await pass(`/claude/v1/files?key=${passKey}&access_token=evil&limit=1`, { headers })
    expect(response.status).toBe(200)
    const call = lastCall()
    const sent = `${JSON.stringify(call?.rawHeaders)}${call?.query}`
    expect(sent).not.toContain(passKey)
    expect(sent).not.toMatch(/evil|caller-cookie/)
    expect(call?.headers).toMatchObject({ 'x-api-key': upstreamKey, 'anthropic-beta': 'files-api-2025-04-14' })
    expect(String(call?.query)).toBe('limit=1')
  })

  test('follows a redirect', async () => {
    await using elsewhere = await startFakeProvider({ answer: answerJson({ stolen: true }) })
    for (const status of [301, 302, 303, 307, 308] as const) {
      provider.answerWith(redirectTo(`${elsewhere.url}/v1/x`, status))
      const response = await pass('/openai/v1/files')
      expect(response.status).toBe(502)
      expect(await response.json()).toMatchObject({ error: { code: 'upstream_redirect' } })
      expect(response.headers.has('location')).toBe(false)
    }
    expect(elsewhere.acceptedConnections).toBe(0)
  })

  test('stands in an error or a header the provider echoes', async () => {
    for (const status of [400, 401, 404, 429, 500]) {
      const headers = { 'x-request-id': upstreamKey, 'retry-after': '7', 'set-cookie': 'a=b' }
      provider.answerWith(answerJson({ error: { message: `bad key ${upstreamKey}` } }, { status, headers }))
      const response = await pass('/openai/v1/files')
      expect(response.status).toBe(status)
      expect(response.headers.get('retry-after')).toBe('7')
      const told = (await response.text()) + JSON.stringify(response.headers.toJSON())
      expect(told).toContain('bad key [redacted]')
      expect(told).not.toContain(upstreamKey)
      expect(told).not.toContain('a=b')
    }
    expect(gateway.logText).not.toContain(upstreamKey)
    expect(gateway.logText).not.toContain(passKey)
  })

  test.each(['/openai/v1/..%2fx', '/openai//v1/x', '/openai/%252e%252e/x', '/openai/v1/x%5c..', '/openai/v1/%00'])(
    'is reached by %s',
    async (path) => {
      const seen = provider.journal.length
      expect((await pass(path)).status).toBe(400)
      expect(provider.journal).toHaveLength(seen)
    },
  )

  // As bytes: every HTTP client would tidy these up before it sends them.
  test.each([
    ['/openai/../claude/v1/x', 403],
    ['/openai/%2e%2e/claude/v1/x', 403],
    ['/openai/v1/..%2f..%2fx', 400],
    ['/openai/v1/..;/..;/x', 400],
    ['/openai\\..\\claude/v1/x', 403],
    ['/openai//evil.example/x', 400],
    ['/openai/http://evil.example/x', 400],
    ['/openai/@evil.example/x%00', 400],
    ['/openai/v1/x#y', 400],
    ['//openai/v1/x', 404],
    ['http://evil.example/openai//x', 400],
    ['/openai/v1/models?x=1#evil', 400],
  ])('is reached by the bytes %s', async (target, status) => {
    const seen = provider.journal.length
    const headers = ['Host: gateway.example', `Authorization: Bearer ${narrowKey}`, 'Connection: close']
    const port = Number(new URL(gateway.url).port)
    const { statuses } = await sendRaw({ port, send: [rawRequest(`GET ${target} HTTP/1.1`, headers)] })
    expect(statuses).toEqual([status])
    expect(provider.journal).toHaveLength(seen)
  })

  test('is chosen by an absolute target, a host or a header', async () => {
    const headers = [
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Original-URL: http://evil.example/',
      `Authorization: Bearer ${passKey}`,
      'Connection: close',
    ]
    const port = Number(new URL(gateway.url).port)
    const line = 'GET http://evil.example/openai/v1/files HTTP/1.1'
    const { statuses } = await sendRaw({ port, send: [rawRequest(line, headers)] })
    expect(statuses).toEqual([200])
    expect(lastCall()).toMatchObject({ path: '/v1/files', headers: { host: new URL(provider.url).host } })
    expect(JSON.stringify(lastCall()?.rawHeaders)).not.toContain('evil')
  })

  test('is reached by dots that lead out of the provider', async () => {
    const seen = provider.journal.length
    expect((await pass('/openai/../claude/v1/x', { key: narrowKey })).status).toBe(403)
    expect((await pass('/openai/%2e%2e/claude/v1/x', { key: narrowKey })).status).toBe(403)
    expect(provider.journal).toHaveLength(seen)
  })
})

test('bodies are held to the cap, and to methods that take one', async () => {
  const large = await pass('/openai/v1/files', { method: 'POST', body: 'x'.repeat(65 * 1024) })
  expect(large.status).toBe(413)
  const deleted = await pass('/openai/v1/files/a', { method: 'DELETE', body: '{"why":1}' })
  expect(deleted.status).toBe(200)
  expect(lastCall()?.body).toBe('{"why":1}')
  expect((await pass('/openai/v1/files', { method: 'OPTIONS' })).status).toBe(404)
})

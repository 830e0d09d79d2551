import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { rawRequest, sendRaw } from '@sluice/testkit/http-raw.ts'
import { routes } from '../src/server/route-table.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { askPipelined } from './ask-pipelined.ts'
import { oddCredentials } from './odd-credentials.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Attack cases A1, A11 and what stands around them: nobody calls without a key, and no credential is repeated. */
const adminKey = 'sl-admin-T3stAdm1nK3yOfTh3T3sts0123456789abcdef'
let provider: FakeProvider
let gateway: TestGateway
let port: number

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  gateway = await startTestGateway(oneProviderPerDialect(provider.url), { env: { SLUICE_ADMIN_KEY: adminKey } })
  port = Number(new URL(gateway.url).port)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** A way of presenting a key, as the header lines and the query it takes. */
interface Style {
  readonly headers: readonly string[]
  readonly query?: string
}

const styles: Readonly<Record<string, (key: string) => Style>> = {
  'Authorization: Bearer': (key) => ({ headers: [`Authorization: Bearer ${key}`] }),
  'Authorization alone': (key) => ({ headers: [`Authorization: ${key}`] }),
  Basic: (key) => ({ headers: [`Authorization: Basic ${Buffer.from(`${key}:${key}`, 'latin1').toString('base64')}`] }),
  'x-api-key': (key) => ({ headers: [`X-Api-Key: ${key}`] }),
  'x-goog-api-key': (key) => ({ headers: [`X-Goog-Api-Key: ${key}`] }),
  'api-key': (key) => ({ headers: [`Api-Key: ${key}`] }),
  // A longer target is refused for its length.
  '?key=': (key) => ({ headers: [], query: `?key=${percentEncode(key.slice(0, 2000))}` }),
  cookie: (key) => ({ headers: [`Cookie: key=${key}; session=${key}; Authorization=Bearer ${key}`] }),
}

function percentEncode(latin1: string): string {
  return Array.from(Buffer.from(latin1, 'latin1'), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

/** Every route that needs a key, and two ways to miss one. */
const doors: readonly (readonly [method: string, path: string])[] = [
  ...routes.filter(({ auth }) => auth === 'key').map(({ method, path }) => [method, `/v1${path}`] as const),
  ['GET', '/v1/nowhere'],
  ['DELETE', '/v1/messages'],
].map(([method = '', path = '']) => [method, path.replace('{model}', 'openai-chat/m')])

function knock([method, path]: readonly [string, string], { headers, query = '' }: Style): string {
  const length = method === 'POST' ? ['Content-Length: 0'] : []
  return rawRequest(`${method} ${path}${query} HTTP/1.1`, ['Host: gateway.example', ...length, ...headers])
}

describe.each(Object.keys(styles))('500 odd credentials by %s', (name) => {
  test.each(doors)('%s %s: one constant answer', async (method, path) => {
    const door = [method, path] as const
    const style = styles[name]
    if (!style) throw new Error(name)
    const [none, two] = await askPipelined(port, [
      knock(door, { headers: [] }),
      knock(door, { headers: ['X-Api-Key: a, b'] }),
    ])
    const known = [JSON.stringify(none), JSON.stringify(two)]
    const replies = await askPipelined(
      port,
      oddCredentials().map((key) => knock(door, style(key))),
    )
    expect(replies).toHaveLength(500)
    const others = replies.filter((reply) => !known.includes(JSON.stringify(reply)))
    expect(others).toEqual([])
    expect(none?.status).toBeOneOf([401, 404, 405])
  })
})

test('the refusals were in the words of each dialect, and nothing was logged', async () => {
  const shapes = new Map<string, unknown>()
  for (const { dialect, method, path } of routes.filter(({ auth }) => auth === 'key')) {
    const door = [method, `/v1${path.replace('{model}', 'm')}`] as const
    const [reply] = await askPipelined(port, [knock(door, { headers: [] })])
    shapes.set(`${dialect} ${reply?.status}`, Object.keys(JSON.parse(reply?.body ?? '{}')))
  }
  expect(Object.fromEntries(shapes)).toEqual({
    'openai-chat 401': ['error'],
    'openai-responses 401': ['error'],
    'anthropic-messages 401': ['type', 'error', 'request_id'],
    'gemini 401': ['error'],
  })
  expect(gateway.calls()).toEqual([])
  expect(gateway.logText).not.toMatch(/"bug"|DROP TABLE|jndi/)
  expect(provider.journal).toHaveLength(0)
})

test.each(['\0', '\x01', '\x1b[31m', '\r', '\n', 'a\r\nX-Injected: 1', '\x7f'])(
  'a credential with %j is refused by framing or by us',
  async (odd) => {
    for (const header of ['Authorization: Bearer ', 'X-Api-Key: ', 'X-Goog-Api-Key: ', 'Api-Key: ']) {
      const send = [rawRequest('GET /v1/models HTTP/1.1', ['Host: a', 'Connection: close', `${header}${odd}`])]
      const { statuses, text } = await sendRaw({ port, send })
      expect(statuses).toHaveLength(1)
      expect([400, 401]).toContain(statuses[0] ?? 0)
      expect(text).not.toContain('Injected')
      expect(text).not.toContain('\x1b')
    }
  },
)

describe('the right key', () => {
  test.each(Object.keys(styles))('by %s', async (name) => {
    const opens = ['Authorization: Bearer', 'x-api-key', 'x-goog-api-key', 'api-key', '?key=']
    const style = styles[name]?.(testKey) ?? { headers: [] }
    const [reply] = await askPipelined(port, [knock(['GET', '/v1/models'], style)])
    expect(reply?.status).toBe(opens.includes(name) ? 200 : 401)
  })

  test('may stand in several places, but not beside another', async () => {
    const everywhere = [`Authorization: Bearer ${testKey}`, `X-Api-Key: ${testKey}`, `Api-Key: ${testKey}`]
    const other = 'sl-An0therK3yTh4tNobodyHas0123456789abcdef012'
    const conflicts: Style[] = [
      { headers: [`Authorization: Bearer ${testKey}`, `Authorization: Bearer ${other}`] },
      { headers: [`Authorization: Bearer ${testKey}`, `Authorization: Bearer ${testKey}`] },
      { headers: [`Authorization: Bearer ${testKey}`, `X-Api-Key: ${other}`] },
      { headers: [`Authorization: Bearer ${other}`, `X-Api-Key: ${testKey}`] },
      { headers: [`X-Api-Key: ${testKey}`, `X-Api-Key: ${other}`] },
      { headers: [`X-Goog-Api-Key: ${testKey}`], query: `?key=${other}` },
      { headers: [], query: `?key=${testKey}&key=${other}` },
    ]
    const door = ['GET', '/v1/models'] as const
    const [open] = await askPipelined(port, [knock(door, { headers: everywhere, query: `?key=${testKey}` })])
    expect(open?.status).toBe(200)
    for (const conflict of conflicts) {
      const [reply] = await askPipelined(port, [knock(door, conflict)])
      expect({ conflict, status: reply?.status }).toEqual({ conflict, status: 400 })
      expect(reply?.body).not.toMatch(/sl-/)
    }
  })
})

test('the admin key makes no calls, in any style, on any route', async () => {
  for (const name of ['Authorization: Bearer', 'x-api-key', 'x-goog-api-key', 'api-key', '?key=']) {
    const style = styles[name]?.(adminKey) ?? { headers: [] }
    const keyed = doors.filter(([, path]) => path !== '/v1/nowhere').filter(([method]) => method !== 'DELETE')
    const replies = await askPipelined(
      port,
      keyed.map((door) => knock(door, style)),
    )
    expect(replies.map(({ status }) => status)).toEqual(keyed.map(() => 403))
    expect(replies.map(({ body }) => body).join('')).not.toContain(adminKey)
  }
  const response = await ask(gateway, 'openai-chat', {
    model: 'openai-chat/m',
    headers: { authorization: `Bearer ${adminKey}` },
  })
  expect(response.status).toBe(403)
  expect(provider.journal).toHaveLength(0)
})

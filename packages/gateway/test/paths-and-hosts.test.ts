import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rawRequest, sendRaw } from '@sluice/testkit/http-raw.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Attack case A3: no way of writing a path or a host leads to a protected route without a key, or to two routes. */
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway('settings: { detect: false }')
})
afterAll(() => gateway[Symbol.asyncDispose]())

const withKey = `Authorization: Bearer ${testKey}`
const host = 'Host: gateway.example'

async function ask(line: string, headers: readonly string[]): Promise<number | 'closed'> {
  const port = Number(new URL(gateway.url).port)
  const { statuses } = await sendRaw({ port, send: [rawRequest(line, [...headers, 'Connection: close'])] })
  expect(statuses.length).toBeLessThanOrEqual(1)
  return statuses[0] ?? 'closed'
}

/** Ways to write a target, and what one who has the key gets. Bun resolves dot segments and backslashes before us. */
const targets: readonly (readonly [string, number | 'closed'])[] = [
  ['/v1/models', 200],
  ['/models', 200],
  ['/api/v1/models', 200],
  ['/v1/v1/models', 200],
  ['/v1beta/models', 200],
  ['/v1/models?a=b', 200],
  ['/v1/x/../models', 200],
  ['/v1/x/%2e%2e/models', 200],
  ['/v1/./models', 200],
  ['/health/live/../../v1/models', 200],
  ['/v1\\models', 200],
  ['http://other.example/v1/models', 200],
  ['https://other.example/v1/models', 200],
  ['http://user@other.example/v1/models', 200],
  ['//v1/models', 404],
  ['/v1//models', 404],
  ['/v1/models/', 404],
  ['/v1/models.', 404],
  ['/v1/models;a=b', 404],
  ['/v1/models%00', 404],
  ['/v1/models%20', 404],
  ['/v1/%6dodels', 404],
  ['/v1/x/..%2fmodels', 404],
  ['/v1/..;/models', 404],
  ['/%2fv1/models', 404],
  ['/V1/MODELS', 404],
  ['/v1/mod\xe9ls', 404],
  ['/v1/v1/v1/models', 404],
  ['/v1beta/v1/models', 404],
  ['/v1/v1beta/models', 404],
  ['/api/models', 404],
  ['/http://other.example/v1/models', 404],
  ['http://other.example', 404],
  ['/v1/models#fragment', 400],
  [`/v1/models?${'a'.repeat(9000)}`, 400],
  ['http:/v1/models', 400],
  ['ftp://other.example/v1/models', 400],
  ['file:///v1/models', 400],
  ['*', 400],
  ['v1/models', 400],
  ['?x', 400],
  ['/v1/mo dels', 400],
  ['/v1/\tmodels', 400],
]

test.each(targets)('the target %s', async (target, status) => {
  const line = `GET ${target} HTTP/1.1`
  expect(await ask(line, [host, withKey])).toBe(status)
  expect<(number | 'closed')[]>([400, 401, 404, 505]).toContain(await ask(line, [host]))
})

const hosts: readonly (readonly [string, number])[] = [
  ['gateway.example', 200],
  ['127.0.0.1:4000', 200],
  ['[::1]:4000', 200],
  ['gateway.example.', 200],
  ['GATEWAY', 200],
  ['a/?x=', 400],
  ['a/health/live', 400],
  ['a b', 400],
  ['', 400],
  ['a@b', 400],
  ['a:b', 400],
  ['a:123456', 400],
  ['[::1', 400],
  ['a\\b', 400],
  ['a#b', 400],
  ['a?b', 400],
  ['a,b', 400],
  ['a%00', 400],
  ['a'.repeat(400), 400],
]

describe('the host', () => {
  test.each(hosts)('%s', async (name, status) => {
    const line = 'GET /v1/models HTTP/1.1'
    expect(await ask(line, [`Host: ${name}`, withKey])).toBe(status)
    expect<(number | 'closed')[]>([400, 401]).toContain(await ask(line, [`Host: ${name}`]))
  })

  test('given twice is refused, and so is none', async () => {
    for (const line of ['GET /v1/models HTTP/1.1', 'GET /health/live HTTP/1.1']) {
      expect(await ask(line, [host, 'Host: other.example', withKey])).toBe(400)
      expect(await ask(line, [host, host, withKey])).toBe(400)
      expect(await ask(line, [withKey])).toBe(400)
    }
    expect(await ask('GET /v1/models HTTP/1.0', [withKey])).toBe(400)
  })
})

test.each([
  'X-Original-URL: /health/live',
  'X-Rewrite-URL: /health/live',
  'X-Forwarded-Prefix: /health',
  'X-Forwarded-Host: 127.0.0.1',
  'X-Forwarded-For: 127.0.0.1',
  'X-Real-IP: 127.0.0.1',
  'Forwarded: for=127.0.0.1;host=localhost',
  'X-HTTP-Method-Override: HEAD',
  'X-Method-Override: POST',
  'X-Sluice-Key: admin',
])('the header %s changes nothing', async (header) => {
  expect(await ask('GET /v1/models HTTP/1.1', [host, header])).toBe(401)
  expect(await ask('GET /v1/models HTTP/1.1', [host, header, withKey])).toBe(200)
})

test.each([
  ['HEAD', 405],
  ['OPTIONS', 405],
  ['TRACE', 405],
  ['PATCH', 405],
  ['PUT', 405],
  ['DELETE', 405],
  ['POST', 405],
  ['get', 400],
  ['FOO', 405],
] as const)('the method %s', async (method, status) => {
  expect(await ask(`${method} /v1/models HTTP/1.1`, [host, withKey])).toBe(status)
  expect(await ask(`${method} /v1/models HTTP/1.1`, [host])).toBe(status)
})

test('a tunnel is not opened', async () => {
  expect(await ask('CONNECT other.example:443 HTTP/1.1', [host, withKey])).toBe(400)
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { type RawReply, rawRequest, sendRaw } from '@sluice/testkit/http-raw.ts'
import { oneProviderPerDialect } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/**
 * Attack cases D1, D2: requests whose end two readers would see in different places. Each is followed by a request
 * that asks to close; so a connection ends in one of two ways: refused, with nothing after, or one answer to each.
 */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayText('openai-chat', 'ok') })
  gateway = await startTestGateway(oneProviderPerDialect(provider.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const body = JSON.stringify({ model: 'openai-chat/m', messages: [{ role: 'user', content: 'Hello.' }] })
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
const length = `Content-Length: ${body.length}`
const host = 'Host: gateway.example'
const withKey = `Authorization: Bearer ${testKey}`
const sentinel = rawRequest('GET /health/live HTTP/1.1', [host, 'Connection: close'])

/** Sends a request and what comes after it, whole or in small pieces, and reads until the connection ends. */
function send(request: string, sliceBytes = Number.POSITIVE_INFINITY, after = sentinel): Promise<RawReply> {
  const size = Math.max(sliceBytes, Math.ceil(request.length / 200))
  const pieces: string[] = []
  for (let from = 0; from < request.length; from += size) pieces.push(request.slice(from, from + size))
  return sendRaw({ port: Number(new URL(gateway.url).port), send: [...pieces, after] })
}

function post(headers: readonly string[], content = body, line = 'POST /v1/chat/completions HTTP/1.1'): string {
  return rawRequest(line, headers, content)
}

function chunkedAs(coding: string): readonly [string, string] {
  return [`transfer-encoding ${JSON.stringify(coding)}`, post([host, withKey, `Transfer-Encoding: ${coding}`], chunked)]
}

function chunkSize(size: string): readonly [string, string] {
  const content = `${size}\r\n${body}\r\n0\r\n\r\n`
  const label = `a chunk size ${JSON.stringify(size.slice(0, 20))}`
  return [label, post([host, withKey, 'Transfer-Encoding: chunked'], content)]
}

const get = 'GET /v1/models HTTP/1.1'
const manyHeaders = Array.from({ length: 5000 }, (_, index) => `X-${index}: a`)

const refused: readonly (readonly [string, string])[] = [
  ['content-length beside transfer-encoding', post([host, withKey, length, 'Transfer-Encoding: chunked'], chunked)],
  ['transfer-encoding beside content-length', post([host, withKey, 'Transfer-Encoding: chunked', length], chunked)],
  ['two content-lengths', post([host, withKey, length, 'Content-Length: 3'])],
  ['a list of content-lengths', post([host, withKey, `${length}, ${body.length}`])],
  ['a content-length with a sign', post([host, withKey, `Content-Length: +${body.length}`])],
  ['a negative content-length', post([host, withKey, 'Content-Length: -1'])],
  ['a content-length in hex', post([host, withKey, 'Content-Length: 0x41'])],
  ['a content-length in two words', post([host, withKey, 'Content-Length: 6 5'])],
  ['an empty content-length', post([host, withKey, 'Content-Length:'])],
  ['a content-length beyond 64 bits', post([host, withKey, 'Content-Length: 99999999999999999999999'])],
  ['a space before the colon', post([host, withKey, `Content-Length : ${body.length}`])],
  ['a space before the name', post([host, withKey, ` ${length}`])],
  ['a folded header', post([host, withKey, length, 'X-A: b', ' folded'])],
  ['line feeds alone', post([host, withKey, length]).replaceAll('\r\n', '\n')],
  ['one line feed alone', post([host, `${withKey}\nX-B: c`, length])],
  ['a carriage return alone', post([host, withKey, length, 'X-A: b\rX-C: d'])],
  ['a NUL in a value', post([host, withKey, length, 'X-A: b\0c'])],
  ['a NUL in a name', post([host, withKey, length, 'X\0A: b'])],
  ['a header without a colon', post([host, withKey, length, 'foo'])],
  ['a header without a name', post([host, withKey, length, ': foo'])],
  ...['xchunked', 'gzip, chunked', 'chunked, gzip', 'identity', 'chunked, chunked', '\x0bchunked'].map(chunkedAs),
  ...['"chunked"', 'chunked;x=1', 'chunke', ''].map(chunkedAs),
  [
    'two transfer-encodings',
    post([host, withKey, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], chunked),
  ],
  ['a space before the colon of transfer-encoding', post([host, withKey, 'Transfer-Encoding : chunked'], chunked)],
  ...['ffffffffffffffff0', '10000000000000041', '-41', '+41', '0x41', '41 ', '4_1', '', 'g', '41\n'].map(chunkSize),
  chunkSize(`41;${'x'.repeat(20_000)}`),
  ['a chunk that ends late', post([host, withKey, 'Transfer-Encoding: chunked'], chunked.replace('}]}\r\n', '}]}XX'))],
  [
    'HTTP/1.0 with transfer-encoding',
    post([host, withKey, 'Transfer-Encoding: chunked'], chunked, 'POST /v1/chat/completions HTTP/1.0'),
  ],
  ['HTTP/0.9', 'GET /v1/models\r\n'],
  ['HTTP/1.2', rawRequest('GET /v1/models HTTP/1.2', [host, withKey])],
  ['HTTP/2.0', rawRequest('GET /v1/models HTTP/2.0', [host, withKey])],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['empty lines first', `\r\n\r\n${rawRequest(get, [host, withKey])}`],
  ['no host', rawRequest(get, [withKey])],
  ['200 KB of one header', rawRequest(get, [host, withKey, `X-A: ${'a'.repeat(200_000)}`])],
  ['5,000 headers', rawRequest(get, [host, withKey, ...manyHeaders])],
  ['a GET with a body', rawRequest(get, [host, withKey, 'Content-Length: 5'], 'hello')],
  ['a GET with chunks', rawRequest(get, [host, withKey, 'Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n')],
  ['a GET whose body is a request', rawRequest(get, [host, withKey, `Content-Length: ${sentinel.length}`], sentinel)],
  ['10 GB announced', post([host, withKey, 'Content-Length: 10737418240'])],
  ['10 GB announced by nobody', post([host, 'Content-Length: 10737418240'])],
  [
    'chunks, then trailers, by nobody',
    post([host, 'Transfer-Encoding: chunked'], chunked.replace(/\r\n$/, `${withKey}\r\n\r\n`)),
  ],
]

describe.each([
  ['whole', Number.POSITIVE_INFINITY],
  ['in pieces of three bytes', 3],
])('a request sent %s', (_, sliceBytes) => {
  test.each(refused)('with %s is refused once and the connection closed', async (_name, request) => {
    const before = provider.journal.length
    const { statuses, ending } = await send(request, sliceBytes)
    expect(statuses).toHaveLength(1)
    expect<(number | undefined)[]>([400, 401, 413, 431, 505]).toContain(statuses[0])
    expect(ending).not.toBe('open')
    expect(provider.journal.length).toBe(before)
  })

  test.each([
    ['in chunks', ['Transfer-Encoding: chunked'], chunked],
    ['in CHUNKED', ['Transfer-Encoding: CHUNKED'], chunked],
    ['in chunks with extensions', ['Transfer-Encoding: chunked'], chunked.replace('\r\n', ';a=b\r\n')],
    ['with the same length twice', [length, length], body],
  ])('%s is answered once', async (_name, headers, content) => {
    const before = provider.journal.length
    const request = post([host, withKey, 'Connection: close', ...headers], content)
    const { statuses } = await send(request, sliceBytes, '')
    expect(statuses).toEqual([200])
    expect(provider.journal.length).toBe(before + 1)
    expect(provider.journal.at(-1)?.json).toMatchObject({ messages: [{ content: 'Hello.' }] })
  })
})

describe('an upgrade nobody offered', () => {
  test.each(['foo', 'h2c', 'websocket', 'TLS/1.0'])('to %s is ignored: what follows is a request', async (protocol) => {
    const headers = [host, 'Connection: Upgrade', `Upgrade: ${protocol}`]
    expect((await send(rawRequest(get, [...headers, withKey]))).statuses).toEqual([200, 200])
    expect((await send(rawRequest(get, headers))).statuses).toEqual([401, 200])
  })

  test('to a WebSocket of responses is answered 426 and closed', async () => {
    const headers = [host, withKey, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
    for (const path of ['/v1/responses', '/responses', '/api/v1/responses', '/v1/v1/responses']) {
      const { statuses, ending } = await send(rawRequest(`GET ${path} HTTP/1.1`, [...headers, key]))
      expect({ path, statuses, ending }).toEqual({ path, statuses: [426], ending: 'closed' })
    }
  })
})

test('what is sent ahead of its turn waits for it', async () => {
  const before = provider.journal.length
  const { statuses, ending } = await send(post([host, withKey, length]))
  expect({ statuses, ending }).toEqual({ statuses: [200, 200], ending: 'closed' })
  expect(provider.journal.length).toBe(before + 1)
})

test('after all of it the gateway serves as before', async () => {
  const { statuses } = await send(post([host, withKey, length, 'Connection: close']), undefined, '')
  expect(statuses).toEqual([200])
  expect(gateway.gateway.gate.open).toBe(0)
  expect(gateway.logText).not.toContain('"bug"')
})

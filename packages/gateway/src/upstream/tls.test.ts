import { afterEach, describe, expect, test } from 'bun:test'
import { TransportError } from '@sluice/core/upstream/transport.ts'
import { SocketTransport } from './socket-transport.ts'
import { createAuthority, createSelfSigned, type TestIdentity } from './test-certificates.ts'
import { plainAnswer, type RawServer, readText, requestTo, startRawServer } from './testing.ts'

const authority = createAuthority('the one we trust')
const stranger = createAuthority('somebody else')
const here = ['127.0.0.1', 'localhost']
const year = (count: number): Date => new Date(Date.now() + count * 365 * 24 * 3600 * 1000)

let server: RawServer
let transport: SocketTransport

function start(tls: TestIdentity, trustedCertificates: string | undefined = authority.cert): void {
  server = startRawServer({ tls, onRequest: (peer) => peer.write(plainAnswer('{"ok":true}')) })
  transport = new SocketTransport(trustedCertificates === undefined ? {} : { trustedCertificates })
}

afterEach(() => {
  transport.close()
  server.stop()
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
})

async function errorOf(origin: string): Promise<TransportError | undefined> {
  try {
    await transport.send(requestTo(origin))
    return undefined
  } catch (error) {
    return error instanceof TransportError ? error : undefined
  }
}

test.each(here)('a certificate that is good for %s', async (host) => {
  start(authority.issue({ hosts: here }))
  const origin = `https://${host}:${server.port}`
  for (let count = 0; count < 3; count++)
    expect(await readText(await transport.send(requestTo(origin)))).toBe('{"ok":true}')
  expect(server.peers.length).toBe(1)
})

describe('a certificate that is not good, and to which nothing is sent', () => {
  const cases: readonly (readonly [string, TestIdentity, string])[] = [
    ['self-signed', createSelfSigned({ hosts: here }), 'self signed certificate'],
    ['of an unknown authority', stranger.issue({ hosts: here }), 'unable to verify'],
    ['expired', authority.issue({ hosts: here, notBefore: year(-2), notAfter: year(-1) }), 'has expired'],
    ['not valid yet', authority.issue({ hosts: here, notBefore: year(1), notAfter: year(2) }), 'not yet valid'],
    ['for another host', authority.issue({ hosts: ['other.example'] }), 'does not match'],
    ['for another address', authority.issue({ hosts: ['127.0.0.2'] }), 'does not match'],
    ['for names below it', authority.issue({ hosts: ['*.localhost'] }), 'does not match'],
    ['for no host', authority.issue({ hosts: [] }), 'does not match'],
  ]
  for (const isLenient of [false, true]) {
    test.each(cases)(`%s${isLenient ? ', though the environment says to accept it' : ''}`, async (_name, tls, why) => {
      if (isLenient) process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
      start(tls)
      for (const host of here) {
        const error = await errorOf(`https://${host}:${server.port}`)
        expect(error?.kind).toBe('tls')
        expect(error?.message).toContain(why)
      }
      expect(server.requests).toEqual([])
    })
  }
})

test('the well-known authorities are the default, and ours is not among them', async () => {
  start(authority.issue({ hosts: here }))
  transport = new SocketTransport()
  expect((await errorOf(server.origin))?.kind).toBe('tls')
})

test('a peer that speaks no TLS', async () => {
  start(authority.issue({ hosts: here }))
  const plain = startRawServer({ onOpen: (peer) => peer.write('HTTP/1.1 400 Bad Request\r\n\r\n') })
  expect((await errorOf(plain.origin.replace('http:', 'https:')))?.kind).toBe('tls')
  plain.stop()
})

test('a body of 4 MB over TLS arrives whole, both ways', async () => {
  const answer = 'y'.repeat(4 * 1024 * 1024)
  let received = 0
  const { key, cert } = authority.issue({ hosts: here })
  using listener = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: { key, cert },
    async fetch(request) {
      received = (await request.text()).length
      return new Response(answer)
    },
  })
  start({ key, cert })
  const body = 'x'.repeat(4 * 1024 * 1024)
  const got = await transport.send(requestTo(`https://localhost:${listener.port}`, { body }))
  expect((await readText(got)) === answer).toBe(true)
  expect(received).toBe(body.length)
})

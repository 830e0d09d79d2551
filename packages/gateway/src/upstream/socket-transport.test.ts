import { afterEach, describe, expect, test } from 'bun:test'
import type { TransportErrorKind } from '@sluice/core/upstream/transport.ts'
import { TransportError } from '@sluice/core/upstream/transport.ts'
import { SocketTransport } from './socket-transport.ts'
import type { RawPeer, RawServer, RawServerOptions } from './testing.ts'
import { chunk, chunkedHead, patient, plainAnswer, readText, requestTo, startRawServer } from './testing.ts'

let server: RawServer
let transport: SocketTransport

function start(onRequest: RawServerOptions['onRequest'], more: Omit<RawServerOptions, 'onRequest'> = {}): void {
  server = startRawServer({ ...(onRequest && { onRequest }), ...more })
  transport = new SocketTransport()
}

afterEach(() => {
  transport.close()
  server.stop()
})

/** The kind of error a promise rejects with. */
async function kindOf(promise: Promise<unknown>): Promise<TransportErrorKind | 'no error'> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    if (error instanceof TransportError) return error.kind
    throw error
  }
}

const call = async (): Promise<string> => readText(await transport.send(requestTo(server.origin)))

describe('one call', () => {
  test('sends what it was given and returns what came', async () => {
    start((peer) => peer.write(plainAnswer('{"a":1}', 'X-Request-Id: r1\r\n')))
    const answer = await transport.send(
      requestTo(server.origin, {
        url: `${server.origin}/v1/x?beta=true`,
        headers: { 'x-api-key': 'k', 'user-agent': 'café' },
        body: '{"é":"ü"}',
      }),
    )
    expect(answer.status).toBe(200)
    expect(answer.headers['x-request-id']).toBe('r1')
    expect(answer.body.isDelimited).toBe(true)
    expect(await readText(answer)).toBe('{"a":1}')
    expect(await answer.body.read()).toBeUndefined()
    expect(server.requests).toEqual([
      `POST /v1/x?beta=true HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\naccept-encoding: identity\r\n` +
        `content-length: 11\r\nx-api-key: k\r\nuser-agent: café\r\n\r\n${Buffer.from('{"é":"ü"}').toString('latin1')}`,
    ])
  })

  test('a body of 8 MB arrives whole', async () => {
    let received = ''
    start((peer, request) => {
      received = request
      peer.write(plainAnswer('{}'))
    })
    const body = new Uint8Array(8 * 1024 * 1024).fill(97)
    const answer = await transport.send(requestTo(server.origin, { body }))
    expect(await readText(answer)).toBe('{}')
    expect(received.length - received.indexOf('\r\n\r\n') - 4).toBe(body.length)
    expect(received.endsWith('a')).toBe(true)
  })

  test('another origin than the configured one is a bug and is not connected to', async () => {
    start((peer) => peer.write(plainAnswer('{}')))
    const request = requestTo('http://provider.example', { url: `${server.origin}/v1/x` })
    expect(transport.send(request)).rejects.toThrow('not to http://provider.example')
    expect(server.peers.length).toBe(0)
  })

  test.each([{ 'x-a': 'b\r\nx-c: d' }, { 'x-a': 'b\nc' }, { 'x a': 'b' }, { 'x-a\r\nb': 'c' }, { 'x-a': 'b\0' }])(
    'a header that would break out of its line is a bug: %j',
    async (headers) => {
      start((peer) => peer.write(plainAnswer('{}')))
      expect(transport.send(requestTo(server.origin, { headers }))).rejects.toThrow()
      expect(server.peers.length).toBe(0)
    },
  )

  test('headers of the connection are the transport’s own', async () => {
    start((peer) => peer.write(plainAnswer('{}')))
    const headers = {
      host: 'evil',
      'content-length': '1',
      'transfer-encoding': 'chunked',
      connection: 'close',
      te: 'x',
    }
    await readText(await transport.send(requestTo(server.origin, { headers })))
    expect(server.requests[0]).not.toContain('evil')
    expect(server.requests[0]).not.toContain('transfer-encoding')
    expect(server.requests[0]?.match(/content-length/g)).toHaveLength(1)
  })
})

describe('methods', () => {
  const ask = (more: Parameters<typeof requestTo>[1]) =>
    transport.send(requestTo(server.origin, { headers: {}, ...more }))
  const askWithoutBody = (method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE') => {
    const { body: _, ...request } = requestTo(server.origin, { method, headers: {} })
    return transport.send(request)
  }

  test('each is sent as it is, with a length where it means a body or has one', async () => {
    start((peer, request) => peer.write(request.startsWith('HEAD') ? plainAnswer('') : plainAnswer('{}')))
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)
      await readText(await askWithoutBody(method))
    expect(server.requests.map((each) => each.split(' ')[0])).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
    const lengths = server.requests.map((each) => /content-length: (\d+)/.exec(each)?.[1])
    expect(lengths).toEqual([undefined, undefined, '0', '0', '0', undefined])
    await readText(await ask({ method: 'DELETE', body: 'ab' }))
    expect(server.requests.at(-1)).toContain('content-length: 2')
    expect(server.peers.length).toBe(1)
  })

  test('HEAD ends with its headers, whatever length they tell, and its connection serves again', async () => {
    start((peer, request) =>
      peer.write(
        request.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n' : plainAnswer('{"next":1}'),
      ),
    )
    const answer = await askWithoutBody('HEAD')
    expect(answer.headers['content-length']).toBe('5000')
    expect(await readText(answer)).toBe('')
    expect(await readText(await askWithoutBody('GET'))).toBe('{"next":1}')
    expect(server.peers.length).toBe(1)
  })

  test('a HEAD that is answered with a body all the same costs its connection', async () => {
    start((peer) => peer.write(plainAnswer('{"surplus":1}')))
    expect(await readText(await askWithoutBody('HEAD'))).toBe('')
    expect(transport.idleCount).toBe(0)
  })
})

describe('keep-alive', () => {
  test('10,000 calls in a row use one connection and leave one behind', async () => {
    start((peer, request) => peer.write(request.includes('"m"') ? plainAnswer('{"n":1}') : 'never'))
    for (let count = 0; count < 10_000; count++) expect(await call()).toBe('{"n":1}')
    expect(server.peers.length).toBe(1)
    expect(transport.idleCount).toBe(1)
  })

  test('a connection that was paused to its last byte brings the next answer as well', async () => {
    const text = 'a'.repeat(300 * 1024)
    start((peer) => peer.write(plainAnswer(text)))
    for (let count = 0; count < 5; count++) expect((await call()).length).toBe(text.length)
    expect(server.peers.length).toBe(1)
  })

  test('10,000 streams in a row, too', async () => {
    start((peer) => peer.write(chunkedHead + chunk('data: 1\n\n') + chunk('data: 2\n\n') + chunk('')))
    for (let count = 0; count < 10_000; count++) expect(await call()).toBe('data: 1\n\ndata: 2\n\n')
    expect(server.peers.length).toBe(1)
  })

  test('calls at the same time use connections of their own', async () => {
    const waiting: RawPeer[] = []
    start((peer) => {
      waiting.push(peer)
      if (waiting.length === 3) for (const [index, each] of waiting.entries()) each.write(plainAnswer(`${index}`))
    })
    expect((await Promise.all([call(), call(), call()])).sort()).toEqual(['0', '1', '2'])
    expect(server.peers.length).toBe(3)
    expect(transport.idleCount).toBe(3)
  })

  test('a connection that closed while idle is not used', async () => {
    start((peer) => peer.write(plainAnswer('{}')))
    await call()
    server.peers[0]?.end()
    await server.peers[0]?.closed
    await call()
    expect(server.peers.length).toBe(2)
    expect(server.requests.length).toBe(2)
  })

  test.each(['end', 'reset'] as const)('a stale connection (%s on use) is replaced, once', async (how) => {
    let seen = 0
    start((peer) => {
      if (++seen === 2) peer[how]()
      else peer.write(plainAnswer('{}'))
    })
    await call()
    expect(await call()).toBe('{}')
    expect(server.requests.length).toBe(3)
    expect(server.peers.length).toBe(2)
  })

  test('a second stale answer is an error, and so is one on a fresh connection', async () => {
    let seen = 0
    start((peer) => (++seen === 1 ? peer.write(plainAnswer('{}')) : peer.end()))
    await call()
    expect(await kindOf(call())).toBe('reset')
    expect(server.requests.length).toBe(3)
    expect(await kindOf(call())).toBe('reset')
    expect(server.requests.length).toBe(4)
  })

  test('nothing is sent twice once a byte of the answer has come', async () => {
    let seen = 0
    start((peer) => {
      peer.write(++seen === 2 ? 'H' : plainAnswer('{}'))
      if (seen === 2) peer.end()
    })
    await call()
    expect(await kindOf(call())).toBe('reset')
    expect(server.requests.length).toBe(2)
  })

  test.each([
    ['the peer says close', plainAnswer('{}', 'connection: close\r\n')],
    ['the peer keeps it for no time', plainAnswer('{}', 'keep-alive: timeout=1\r\n')],
    ['bytes follow the answer', `${plainAnswer('{}')}HTTP/1.1 200 OK\r\n`],
    ['an empty answer is followed by bytes', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1'],
    ['the answer is HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}'],
  ])('a connection is not used again when %s', async (_why, answer) => {
    start((peer) => peer.write(answer))
    await call()
    await server.peers[0]?.closed
    expect(transport.idleCount).toBe(0)
  })

  test('an idle connection that is spoken to is closed', async () => {
    start((peer) => peer.write(plainAnswer('{}')))
    await call()
    server.peers[0]?.write(plainAnswer('{"poisoned":true}'))
    await server.peers[0]?.closed
    expect(await call()).toBe('{}')
  })

  test('idle connections are closed after a while, and beyond a number', async () => {
    start((peer) => peer.write(plainAnswer('{}')))
    transport = new SocketTransport({ idleMs: 60, maxIdlePerOrigin: 1 })
    await Promise.all([call(), call()])
    expect(transport.idleCount).toBe(1)
    await Promise.all(server.peers.map((peer) => peer.closed))
    expect(transport.idleCount).toBe(0)
  })
})

describe('an answer that breaks off', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'
  const cases: readonly (readonly [string, string, TransportErrorKind])[] = [
    ['before a byte', '', 'reset'],
    ['inside the head', 'HTTP/1.1 200 O', 'reset'],
    ['after the head', head, 'truncated'],
    ['inside a length', `${head}12345`, 'truncated'],
    ['inside a chunk', `${chunkedHead}5\r\nab`, 'truncated'],
    ['between chunks', chunkedHead + chunk('abc'), 'truncated'],
    ['before the last empty line', `${chunkedHead + chunk('abc')}0\r\n`, 'truncated'],
  ]
  for (const how of ['end', 'reset'] as const) {
    test.each(cases)(`%s (${how})`, async (_where, bytes, kind) => {
      start((peer) => {
        if (bytes !== '') peer.write(bytes)
        peer[how]()
      })
      expect(await kindOf(call())).toBe(kind)
    })
  }

  test('what came before the break can be read', async () => {
    start((peer) => {
      peer.write(chunkedHead + chunk('abc'))
      peer.end()
    })
    const answer = await transport.send(requestTo(server.origin))
    await server.peers[0]?.closed
    expect(Buffer.from((await answer.body.read()) ?? []).toString()).toBe('abc')
    expect(await kindOf(answer.body.read())).toBe('truncated')
    expect(await kindOf(answer.body.read())).toBe('truncated')
  })

  test('without a length an orderly close is the end, and the answer says that it cannot tell', async () => {
    start((peer) => {
      peer.write('HTTP/1.1 200 OK\r\n\r\nabc')
      peer.end()
    })
    const answer = await transport.send(requestTo(server.origin))
    expect(answer.body.isDelimited).toBe(false)
    expect(await readText(answer)).toBe('abc')
    expect(transport.idleCount).toBe(0)
  })

  test('without a length a reset is a break', async () => {
    start((peer) => peer.write('HTTP/1.1 200 OK\r\n\r\nabc'))
    const answer = await transport.send(requestTo(server.origin))
    await answer.body.read()
    server.peers[0]?.reset()
    expect(await kindOf(answer.body.read())).toBe('truncated')
  })
})

describe('an answer that is not acceptable', () => {
  test.each([
    ['a redirect', 'HTTP/1.1 307 Moved\r\nlocation: http://evil.example/\r\ncontent-length: 0\r\n\r\n', 'redirect'],
    ['a redirect without a place', 'HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n', 'redirect'],
    ['compression', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc', 'protocol'],
    ['smuggling', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 'protocol'],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', 'protocol'],
    ['1 MB of headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(170_000)}`, 'too-large'],
  ] as const)('%s is refused and the connection closed', async (_name, bytes, kind) => {
    start((peer) => peer.write(bytes))
    expect(await kindOf(call())).toBe(kind)
    await server.peers[0]?.closed
  })

  test('a malformed chunk in the middle breaks the body off', async () => {
    start((peer) => peer.write(chunkedHead + chunk('abc')))
    const answer = await transport.send(requestTo(server.origin))
    await answer.body.read()
    server.peers[0]?.write('zzz\r\n')
    expect(await kindOf(answer.body.read())).toBe('protocol')
    await server.peers[0]?.closed
  })
})

describe('deadlines', () => {
  const within = (deadlines: Partial<typeof patient>): Promise<string> =>
    transport.send(requestTo(server.origin, { deadlines: { ...patient, ...deadlines } })).then(readText)

  test('to connect: a peer that never ends its handshake', async () => {
    start(undefined)
    const origin = server.origin.replace('http:', 'https:')
    const sending = transport.send(requestTo(origin, { deadlines: { ...patient, connectMs: 60 } }))
    expect(await kindOf(sending)).toBe('connect-timeout')
    await server.peers[0]?.closed
  })

  test('to the first byte: no answer', async () => {
    start(() => undefined)
    expect(await kindOf(within({ firstTokenMs: 60 }))).toBe('first-byte-timeout')
    await server.peers[0]?.closed
  })

  test('to the first byte: a head alone does not count', async () => {
    start((peer) => peer.write(chunkedHead))
    expect(await kindOf(within({ firstTokenMs: 60 }))).toBe('first-byte-timeout')
  })

  test('between bytes', async () => {
    start((peer) => peer.write(chunkedHead + chunk('a')))
    expect(await kindOf(within({ gapMs: 60 }))).toBe('gap-timeout')
    await server.peers[0]?.closed
  })

  test('a caller that does not read is not timed out for a gap', async () => {
    start((peer) => peer.write(chunkedHead + chunk('a')))
    const deadlines = { ...patient, gapMs: 60, firstTokenMs: 60 }
    const slow = await transport.send(requestTo(server.origin, { deadlines }))
    expect(await kindOf(within({ firstTokenMs: 200, gapMs: 200 }))).toBe('gap-timeout') // measures out some time
    server.peers[0]?.write(chunk('b') + chunk(''))
    expect(await readText(slow)).toBe('ab')
  })

  test('for the whole, however lively', async () => {
    start((peer) => {
      peer.write(chunkedHead)
      const timer = setInterval(() => peer.write(chunk('a')), 10)
      void peer.closed.then(() => clearInterval(timer))
    })
    expect(await kindOf(within({ gapMs: 5000, totalMs: 150 }))).toBe('total-timeout')
    await server.peers[0]?.closed
  })
})

describe('connecting', () => {
  test('to nobody', async () => {
    start(undefined)
    const { origin } = server
    server.stop()
    expect(await kindOf(transport.send(requestTo(origin)))).toBe('connect-failed')
  })

  test('to an unknown name', async () => {
    start(undefined)
    expect(await kindOf(transport.send(requestTo('http://nowhere.invalid')))).toBe('connect-failed')
  })

  test('to a peer that speaks first', async () => {
    start((peer) => peer.write(plainAnswer('{}')), { onOpen: (peer) => peer.write('220 smtp ready\r\n') })
    expect(await kindOf(call())).toBe('protocol')
  })
})

describe('giving up', () => {
  test('before anything is sent', async () => {
    start((peer) => peer.write(plainAnswer('{}')))
    const sending = transport.send(requestTo(server.origin, { signal: AbortSignal.abort() }))
    expect(await kindOf(sending)).toBe('aborted')
    expect(server.requests.length).toBe(0)
  })

  test('while the handshake is under way', async () => {
    const abort = new AbortController()
    start(undefined, { onOpen: () => abort.abort() })
    const origin = server.origin.replace('http:', 'https:')
    expect(await kindOf(transport.send(requestTo(origin, { signal: abort.signal })))).toBe('aborted')
    await server.peers[0]?.closed
  })

  test('before the answer', async () => {
    const abort = new AbortController()
    start(() => abort.abort())
    expect(await kindOf(transport.send(requestTo(server.origin, { signal: abort.signal })))).toBe('aborted')
    await server.peers[0]?.closed
  })

  test('in the middle, while reading', async () => {
    const abort = new AbortController()
    start((peer) => peer.write(chunkedHead + chunk('a')))
    const { body } = await transport.send(requestTo(server.origin, { signal: abort.signal }))
    await body.read()
    const reading = kindOf(body.read())
    abort.abort()
    expect(await reading).toBe('aborted')
    expect(await kindOf(body.read())).toBe('aborted')
    await server.peers[0]?.closed
  })

  test('by cancel, at any time and any number of times', async () => {
    start((peer) => peer.write(chunkedHead + chunk('a')))
    const { body } = await transport.send(requestTo(server.origin))
    body.cancel()
    body.cancel()
    expect(await kindOf(body.read())).toBe('aborted')
    await server.peers[0]?.closed
  })

  test('unread bytes of a whole answer do not look like its end', async () => {
    start((peer) => peer.write(plainAnswer('{}')))
    const { body } = await transport.send(requestTo(server.origin))
    body.cancel()
    expect(await kindOf(body.read())).toBe('aborted')
  })

  test('after the end changes nothing, and the connection stays', async () => {
    const abort = new AbortController()
    start((peer) => peer.write(plainAnswer('{}')))
    const answer = await transport.send(requestTo(server.origin, { signal: abort.signal }))
    await readText(answer)
    abort.abort()
    answer.body.cancel()
    expect(await answer.body.read()).toBeUndefined()
    expect(transport.idleCount).toBe(1)
    await call()
    expect(server.peers.length).toBe(1)
  })
})

describe('a caller that does not read', () => {
  const piece = chunk('x'.repeat(16_000)).repeat(4)

  /** Writes until the socket is full; the number of bytes it took. */
  function fill(peer: RawPeer): number {
    let total = 0
    for (;;) {
      const written = peer.write(piece)
      if (written > 0) total += written
      if (written < piece.length) return total
    }
  }

  test.each([
    ['with a length', `HTTP/1.1 200 OK\r\ncontent-length: ${3 << 20}\r\n\r\n`],
    ['without one', 'HTTP/1.1 200 OK\r\n\r\n'],
  ])('gets all of an answer that ended meanwhile, %s', async (_how, head) => {
    const rest = Buffer.alloc(3 << 20, 'x')
    const sent = Promise.withResolvers<void>()
    start(async (peer) => {
      peer.write(head)
      for (let at = 0; at < rest.length; ) {
        at += Math.max(0, peer.write(rest.subarray(at)))
        if (at < rest.length) await peer.nextDrain()
      }
      peer.end()
      sent.resolve()
    })
    const answer = await transport.send(requestTo(server.origin))
    await sent.promise
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect((await readText(answer)).length).toBe(rest.length)
  })

  test('stops the upstream, which goes on when reading does', async () => {
    start((peer) => peer.write(chunkedHead))
    const { body } = await transport.send(requestTo(server.origin))
    const peer = server.peers[0]
    if (!peer) throw new Error('no connection')
    let hasRoom = true
    // Fill, and fill again for as long as room appears; what was cut off of a piece does not matter here.
    for (let quietTurns = 0; quietTurns < 20; ) {
      if (hasRoom) {
        fill(peer)
        hasRoom = false
        void peer.nextDrain().then(() => {
          hasRoom = true
        })
        quietTurns = 0
      }
      await new Promise((resolve) => setImmediate(resolve))
      quietTurns++
    }
    const drained = peer.nextDrain()
    let read = 0
    const reading = (async () => {
      for (;;) read += (await body.read())?.length ?? 0
    })().catch((error: unknown) => error)
    await drained
    expect(read).toBeGreaterThan(0)
    body.cancel()
    await reading
  })
})

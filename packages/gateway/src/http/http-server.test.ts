import { afterEach, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import type { AnswerSink } from '@sluice/core/call/client-call.ts'
import { rawRequest, sendRaw } from '@sluice/testkit/http-raw.ts'
import type { BodyTaker } from './body-receiver.ts'
import type { HttpAnswer } from './http-answer.ts'
import type { HttpRequest } from './http-request.ts'
import { HttpServer } from './http-server.ts'
import { type Patience, usualPatience } from './server-connection.ts'

const servers: HttpServer[] = []
const bugs: unknown[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.stop()
  bugs.length = 0
})

function listen(
  handle: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>,
  patience: Partial<Patience> = {},
): HttpServer {
  const server = new HttpServer({
    host: '127.0.0.1',
    port: 0,
    handle,
    answerBug: (bug) => {
      bugs.push(bug)
      return text('a mistake', 500)
    },
    answerFault: ({ message }) => text(message, 400),
    patience: { ...usualPatience, ...patience },
  })
  servers.push(server)
  return server
}

const text = (body: string, status = 200): HttpAnswer => ({ status, headers: { 'content-type': 'text/plain' }, body })
const url = ({ port }: HttpServer): string => `http://127.0.0.1:${port}/`
const get = rawRequest('GET / HTTP/1.1', ['Host: a'])
const last = rawRequest('GET /last HTTP/1.1', ['Host: a', 'Connection: close'])

/** A request's whole body as text. */
function readAll(request: HttpRequest): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let read = ''
  const taker: BodyTaker = {
    take: (bytes) => {
      read += new TextDecoder().decode(bytes)
      return true
    },
    end: () => resolve(read),
    breakOff: (fault) => resolve(fault ? `broken: ${fault.message}` : 'gone'),
  }
  request.claimBody(taker)
  return promise
}

/** Writes these pieces as a produced answer. */
function produced(...pieces: (string | Uint8Array)[]): HttpAnswer {
  const run = async (sink: AnswerSink): Promise<void> => {
    for (const piece of pieces) await sink.write(piece)
  }
  return { status: 200, headers: {}, body: { run } }
}

describe('answers', () => {
  test('whole, as text or bytes, in any script, on one connection', async () => {
    const bodies = ['plain', 'Grüße, 世界 🌍', '', 'x'.repeat(3_000_000)]
    const server = listen(({ target }) => {
      const body = bodies[Number(target.slice(2))] ?? ''
      return target.startsWith('/b') ? { status: 200, headers: {}, body: Buffer.from(body) } : text(body)
    })
    for (const kind of ['t', 'b'])
      for (const [index, body] of bodies.entries())
        expect(await (await fetch(`${url(server)}${kind}${index}`)).text()).toBe(body)
  })

  test('produced ones in chunks, their first bytes with the head; ended by the close for HTTP/1.0', async () => {
    const server = listen(() => produced('Grüße', Buffer.from(' und '), '', 'x'.repeat(300_000)))
    expect(await (await fetch(url(server))).text()).toBe(`Grüße und ${'x'.repeat(300_000)}`)
    const old = await sendRaw({ port: server.port, send: ['GET / HTTP/1.0\r\nHost: a\r\n\r\n'] })
    expect(old.text).not.toContain('transfer-encoding')
    expect(old.text.endsWith('xx')).toBe(true)
    expect(old.ending).toBe('closed')
  })

  test('to HEAD without their bodies', async () => {
    const server = listen(() => text('12345'))
    const { text: all, statuses } = await sendRaw({
      port: server.port,
      send: [rawRequest('HEAD / HTTP/1.1', ['Host: a']), last],
    })
    expect(statuses).toEqual([200, 200])
    expect(all.match(/content-length: 5/g)).toHaveLength(2)
    expect(all.match(/12345/g)).toHaveLength(1)
  })

  test('in the order of their requests, however many are sent ahead', async () => {
    const server = listen(async ({ target }) => {
      await new Promise((resolve) => setImmediate(resolve))
      return text(`<${target}>`)
    })
    const many = Array.from({ length: 3000 }, (_, index) =>
      rawRequest(`GET /${index} HTTP/1.1`, ['Host: a', `X-Filler: ${'f'.repeat(80)}`]),
    )
    const { text: all } = await sendRaw({ port: server.port, send: [many.join('') + last], deadlineMs: 20_000 })
    expect([...all.matchAll(/<\/(\w+)>/g)].map(([, name]) => name)).toEqual([...many.keys(), 'last'].map(String))
  })

  test('of a handler that throws are the bug answer, and the last', async () => {
    const bug = new Error('never thought of')
    for (const handle of [
      () => Promise.reject(bug),
      () => {
        throw bug
      },
    ]) {
      const { statuses, ending } = await sendRaw({ port: listen(handle).port, send: [get + get] })
      expect({ statuses, ending }).toEqual({ statuses: [500], ending: 'closed' })
    }
    expect(bugs).toEqual([bug, bug])
  })

  test('with a header that would break out of its line are a bug', async () => {
    for (const headers of [{ 'x-a': 'b\r\nx-c: d' }, { 'x-a': 'b\0' }, { 'x a': 'b' }, { 'x-a': 'ü' }]) {
      const { statuses, text: all } = await sendRaw({
        port: listen(() => ({ status: 200, headers, body: 'x' })).port,
        send: [last],
      })
      expect(statuses).toEqual([500])
      expect(all).not.toContain('x-c')
    }
  })
})

test('a head that comes byte by byte is read once, and costs no more than its size', async () => {
  const server = listen(({ target, headers }) => text(`${target.length} ${headers.get('x-last')}`))
  const socket = connect(server.port, '127.0.0.1').setNoDelay(true)
  let received = ''
  socket.on('data', (bytes) => (received += bytes))
  const head = rawRequest(`GET /${'a'.repeat(30_000)} HTTP/1.1`, ['Host: a', 'X-Last: yes', 'Connection: close'])
  for (const character of head) socket.write(character)
  await new Promise((resolve) => socket.on('close', resolve))
  expect(received).toEndWith('30001 yes')
}, 30_000)

describe('bodies', () => {
  const echo = async (request: HttpRequest): Promise<HttpAnswer> => text(await readAll(request))

  test.each([100, 65_000, 66_000, 200_000, 3_000_000])('of %d bytes are read again and again', async (size) => {
    const server = listen(echo)
    for (let round = 0; round < 3; round++)
      expect((await (await fetch(url(server), { method: 'POST', body: 'b'.repeat(size) })).text()).length).toBe(size)
  })

  test('are asked for with 100 Continue when the client waits for it, and only then', async () => {
    const expecting = ['Host: a', 'Content-Length: 4', 'Expect: 100-continue', 'Connection: close']
    const server = listen(echo)
    const head = rawRequest('POST / HTTP/1.1', expecting)
    const socket = connect(server.port, '127.0.0.1')
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes
      if (received.endsWith('Continue\r\n\r\n')) socket.write('body')
    })
    socket.write(head)
    await new Promise((resolve) => socket.on('close', resolve))
    expect(received).toStartWith('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK')
    expect(received).toEndWith('body')
    const refusing = listen(() => text('no', 403))
    expect((await sendRaw({ port: refusing.port, send: [head] })).statuses).toEqual([403])
  })

  test('nobody reads end their connection, and their answer arrives all the same', async () => {
    const server = listen(() => text('no', 403))
    const head = rawRequest('POST / HTTP/1.1', ['Host: a', 'Content-Length: 1000000'])
    const { statuses, ending } = await sendRaw({ port: server.port, send: [head + 'b'.repeat(500_000)] })
    expect({ statuses, ending }).toEqual({ statuses: [403], ending: 'closed' })
  })

  test('that are malformed or break off are told so to whoever reads them', async () => {
    const chunked = ['Host: a', 'Transfer-Encoding: chunked']
    const { text: all } = await sendRaw({
      port: listen(echo).port,
      send: [rawRequest('POST / HTTP/1.1', chunked), '4\r\nbodyXX'],
    })
    expect(all).toContain('broken: The chunked body is malformed.')
    const gone = Promise.withResolvers<string>()
    const server = listen(async (request) => {
      gone.resolve(await readAll(request))
      return text('')
    })
    const socket = connect(server.port, '127.0.0.1')
    socket.write(rawRequest('POST / HTTP/1.1', ['Host: a', 'Content-Length: 9'], 'half'), () => socket.destroy())
    expect(await gone.promise).toBe('gone')
  })
})

describe('a client', () => {
  test('that leaves fires the signal of its request, and ends its stream', async () => {
    const left = Promise.withResolvers<string>()
    const server = listen(({ signal }) => {
      const fired = new Promise<void>((resolve) => signal.addEventListener('abort', { handleEvent: resolve }))
      const run = async (sink: AnswerSink): Promise<void> => {
        await sink.write('one')
        await fired
        try {
          await sink.write('two')
        } catch (error) {
          left.resolve(String(error))
        }
      }
      return { status: 200, headers: {}, body: { run } }
    })
    const socket = connect(server.port, '127.0.0.1')
    socket.write(get)
    socket.once('data', () => socket.destroy())
    expect(await left.promise).toContain('Error')
  })

  test('that reads nothing holds its stream up, and is given up in the end', async () => {
    const ended = Promise.withResolvers<number>()
    const run = async (sink: AnswerSink): Promise<void> => {
      let written = 0
      try {
        for (;;) {
          await sink.write('y'.repeat(60_000))
          written += 60_000
        }
      } catch {
        ended.resolve(written)
      }
    }
    const server = listen(() => ({ status: 200, headers: {}, body: { run } }), { stalledMs: 500 })
    const socket = connect(server.port, '127.0.0.1')
    socket.pause()
    socket.on('error', () => undefined)
    socket.write(get)
    expect(await ended.promise).toBeLessThan(20_000_000)
    socket.destroy()
  })

  /** What slow clients say at once, and what they say again and again: nothing, half a head, one header after the other. */
  const slow = [
    { first: '', drip: '' },
    { first: 'POST / HTTP/1.1\r\nHost: a\r\n', drip: '' },
    { first: 'POST / HTTP/1.1\r\nHost: a\r\n', drip: 'X-A: b\r\n' },
    { first: get, drip: '' },
  ]

  test('that never sends a whole head is cut off, and keeps nobody waiting', async () => {
    const server = listen(() => text('ok'), { firstRequestMs: 300, headMs: 300, idleMs: 300 })
    const clients = Array.from({ length: 300 }, (_, index) => ({
      socket: connect(server.port, '127.0.0.1'),
      ...slow[index % slow.length],
    }))
    const closed = clients.map(({ socket, first = '' }) => {
      socket.on('error', () => undefined)
      socket.resume().write(first)
      return new Promise((resolve) => socket.on('close', resolve))
    })
    const dripping = setInterval(() => {
      for (const { socket, drip = '' } of clients) if (socket.writable) socket.write(drip)
    }, 100)
    expect(await (await fetch(url(server))).text()).toBe('ok')
    await Promise.all(closed)
    clearInterval(dripping)
    expect(await (await fetch(url(server))).text()).toBe('ok')
  }, 60_000)
})

test('closing refuses newcomers, drops the idle and lets what is under way end', async () => {
  const begun = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const server = listen(async () => {
    begun.resolve()
    await go.promise
    return text('done')
  })
  const idle = connect(server.port, '127.0.0.1')
  const idleIsClosed = new Promise((resolve) => idle.on('close', resolve))
  const asking = fetch(url(server))
  await begun.promise
  server.close()
  await idleIsClosed
  expect(
    await fetch(url(server)).then(
      () => 'answered',
      () => 'refused',
    ),
  ).toBe('refused')
  expect(server.busyCount).toBe(1)
  go.resolve()
  const answer = await asking
  expect(answer.headers.get('connection')).toBe('close')
  expect(await answer.text()).toBe('done')
})

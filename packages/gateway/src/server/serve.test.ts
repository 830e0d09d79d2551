import { afterEach, expect, test } from 'bun:test'
import { connect } from 'node:net'
import type { CallAnswer } from '@sluice/core/call/client-call.ts'
import type { RequestHandler } from './handle-request.ts'
import { CallGate, sendAnswer } from './send-answer.ts'
import { type RunningServer, serve } from './serve.ts'

const servers: RunningServer[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

function listen(
  handle: RequestHandler,
  { bugs = [], ...more }: { bugs?: unknown[]; idleSeconds?: number } = {},
): string {
  const answerBug = (bug: unknown): Response => {
    bugs.push(bug)
    return new Response('a mistake', { status: 500 })
  }
  const options = { host: '127.0.0.1', port: 0, bodyCeilingBytes: 1024, answerBug, ...more }
  const server = serve(handle, new CallGate(), options)
  servers.push(server)
  return `http://127.0.0.1:${server.port}/`
}

/** What slow clients say at once, and what they say again and again: nothing, half a head, one header after the other. */
const slow = [
  { first: '', drip: '' },
  { first: 'POST / HTTP/1.1\r\nHost: a\r\n', drip: '' },
  { first: 'POST / HTTP/1.1\r\nHost: a\r\n', drip: 'X-A: b\r\n' },
]

test('clients that never send a whole head are cut off, and keep nobody waiting', async () => {
  const url = listen(() => Promise.resolve(new Response('ok')), { idleSeconds: 1 })
  const port = Number(new URL(url).port)
  const clients = Array.from({ length: 300 }, (_, index) => ({
    socket: connect(port, '127.0.0.1'),
    ...slow[index % 3],
  }))
  const closed = clients.map(({ socket, first = '' }) => {
    socket.on('error', () => undefined)
    socket.resume().write(first)
    return new Promise((resolve) => socket.on('close', resolve))
  })
  const dripping = setInterval(() => {
    for (const { socket, drip = '' } of clients) if (socket.writable) socket.write(drip)
  }, 200)
  expect(await (await fetch(url)).text()).toBe('ok')
  await Promise.all(closed)
  clearInterval(dripping)
  expect(await (await fetch(url)).text()).toBe('ok')
}, 60_000)

test('what a handler throws is handed over, and its request answered', async () => {
  const bugs: unknown[] = []
  const bug = new Error('never thought of')
  const response = await fetch(listen(() => Promise.reject(bug), { bugs }))
  expect(response.status).toBe(500)
  expect(await response.text()).toBe('a mistake')
  expect(bugs).toEqual([bug])
})

const answers: readonly (readonly [string, CallAnswer])[] = [
  ['whole', { status: 200, headers: {}, body: 'text' }],
  ['streamed', { status: 200, headers: {}, body: { run: async (sink) => void (await sink.write('text')) } }],
]

test.each(answers)('after a %s answer its connection may be idle for a while, and no longer', async (_, answer) => {
  const told: (number | 'done')[] = []
  const url = listen(async (request, setPatience) => {
    setPatience(0)
    await new Promise((resolve) => setImmediate(resolve))
    return sendAnswer(answer, request, {
      setPatience: (seconds) => {
        told.push(seconds)
        setPatience(seconds)
      },
      onDone: () => told.push('done'),
    })
  })
  expect(await (await fetch(url)).text()).toBe('text')
  expect(told).toEqual([75, 'done'])
})

import { afterEach, describe, expect, test } from 'bun:test'
import { rawRequest, sendRaw } from '@sluice/testkit/http-raw.ts'
import type { HttpAnswer } from '../http/http-answer.ts'
import { HttpServer } from '../http/http-server.ts'
import { Ticker } from '../http/ticker.ts'
import { type BodyBudget, readRequestBody } from './read-request-body.ts'

const servers: HttpServer[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.stop()
})

/** Reads bodies under these limits; answers with the text read, or with the status of the failure. */
function listen({ capBytes = 1000, deadlineMs = 60_000, limitBytes = 10_000 } = {}): {
  port: number
  budget: BodyBudget
  held: Promise<void>
  release: () => void
} {
  const budget = { limitBytes, heldBytes: 0 }
  const ticker = new Ticker(10)
  const reading = Promise.withResolvers<void>()
  const leave = Promise.withResolvers<void>()
  const server = new HttpServer({
    port: 0,
    host: '127.0.0.1',
    answerBug: () => answer('a bug', 500),
    answerFault: ({ message }) => answer(message, 400),
    async handle(request) {
      const body = await readRequestBody(request, { capBytes, deadlineMs, budget, ticker })
      if (!body.ok) return answer(body.failure.message, body.failure.status ?? 413)
      reading.resolve()
      const text = new TextDecoder().decode(body.value.takeBytes())
      if (text.startsWith('wait')) await leave.promise
      body.value.release()
      body.value.release()
      return answer(text, 200)
    },
  })
  servers.push(server)
  return { port: server.port, budget, held: reading.promise, release: () => leave.resolve() }
}

const answer = (body: string, status: number): HttpAnswer => ({ status, headers: {}, body })

const lines = ['Host: a', 'Connection: close']
const withLength = (text: string, length = text.length): string =>
  rawRequest('POST / HTTP/1.1', [...lines, `Content-Length: ${length}`], text)
const inChunks = (text: string, end = '0\r\n\r\n'): string =>
  rawRequest(
    'POST / HTTP/1.1',
    [...lines, 'Transfer-Encoding: chunked'],
    `${text.length.toString(16)}\r\n${text}\r\n${end}`,
  )

test.each([
  ['with a length', withLength('half of it', 20)],
  ['in chunks', inChunks('half of it', '')],
])('a body %s that does not come in time is answered 408', async (_, request) => {
  const { port, budget } = listen({ deadlineMs: 1 })
  const { statuses, text } = await sendRaw({ port, send: [request], deadlineMs: 10_000 })
  expect(statuses).toEqual([408])
  expect(text).toContain('did not arrive within')
  expect(budget.heldBytes).toBe(0)
})

describe('the budget of all bodies', () => {
  test.each([
    ['with a length', withLength],
    ['in chunks', inChunks],
  ])('counts bodies %s until they are released, once', async (_, write) => {
    const { port, budget, held, release } = listen({ limitBytes: 100 })
    const waiting = sendRaw({ port, send: [write('wait'.padEnd(60, '.'))], deadlineMs: 10_000 })
    await held
    expect(budget.heldBytes).toBe(60)
    expect((await sendRaw({ port, send: [write('x'.repeat(60))] })).text).toContain('as many request bodies as it may')
    expect((await sendRaw({ port, send: [write('y'.repeat(40))] })).statuses).toEqual([200])
    release()
    expect((await waiting).statuses).toEqual([200])
    expect(budget.heldBytes).toBe(0)
  })

  test('forgets a body that broke off', async () => {
    const { port, budget } = listen()
    const { statuses } = await sendRaw({ port, send: [withLength('half', 500)], isHalfClosed: true })
    expect(statuses).toEqual([])
    await sendRaw({ port, send: [withLength('whole')] })
    expect(budget.heldBytes).toBe(0)
  })
})

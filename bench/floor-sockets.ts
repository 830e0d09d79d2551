import { readBody } from '@sluice/core/upstream/read-body.ts'
import type { HttpAnswer } from '../packages/gateway/src/http/http-answer.ts'
import type { HttpRequest } from '../packages/gateway/src/http/http-request.ts'
import { HttpServer } from '../packages/gateway/src/http/http-server.ts'
import { spanText } from '../packages/gateway/src/http/view-bytes.ts'
import { SocketTransport } from '../packages/gateway/src/upstream/socket-transport.ts'

/**
 * The same relay over the gateway's own server and transport: what is left of the gateway's cost beyond this is policy -
 * keys, routing, metering, records.
 *
 *   bun bench/floor-sockets.ts PORT UPSTREAM_PORT
 */
const origin = `http://127.0.0.1:${process.argv[3]}`
const transport = new SocketTransport()
const deadlines = { connectMs: 10_000, firstTokenMs: 60_000, gapMs: 60_000, totalMs: 600_000 }
const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-upstream' }
const broken: HttpAnswer = { status: 500, headers: {}, body: 'a mistake' }

async function handle(request: HttpRequest): Promise<HttpAnswer> {
  const whole = request.takeWholeBody()
  const body = whole ? spanText(whole) : ''
  const answer = await transport.send({
    url: origin + request.target,
    origin,
    method: 'POST',
    headers,
    body,
    deadlines,
  })
  const type = { 'content-type': answer.headers['content-type'] ?? '' }
  if (!type['content-type'].startsWith('text/event-stream'))
    return { status: 200, headers: type, body: answer.body.takeText?.(1e8) ?? (await readBody(answer.body, 1e8)) }
  const run = async (sink: { write(bytes: Uint8Array): void | Promise<void> }): Promise<void> => {
    for (let bytes = await answer.body.read(); bytes; bytes = await answer.body.read()) {
      const full = sink.write(bytes)
      if (full) await full
    }
  }
  return { status: 200, headers: type, body: { run } }
}

new HttpServer({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  handle,
  answerBug: () => broken,
  answerFault: () => broken,
})

import { readBody } from '@sluice/core/upstream/read-body.ts'
import { streamResponseBody } from '../packages/gateway/src/server/stream-body.ts'
import { SocketTransport } from '../packages/gateway/src/upstream/socket-transport.ts'

/**
 * The same relay over the gateway's own transport and stream writer: what is left of the gateway's cost beyond this is
 * policy - keys, routing, metering, records.
 *
 *   bun bench/floor-sockets.ts PORT UPSTREAM_PORT
 */
const origin = `http://127.0.0.1:${process.argv[3]}`
const transport = new SocketTransport()
const deadlines = { connectMs: 10_000, firstTokenMs: 60_000, gapMs: 60_000, totalMs: 600_000 }
const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-upstream' }

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  idleTimeout: 0,
  development: false,
  async fetch(request) {
    const url = origin + request.url.slice(request.url.indexOf('/', 8))
    const body = await request.text()
    const answer = await transport.send({ url, origin, method: 'POST', headers, body, deadlines })
    const type = { 'content-type': answer.headers['content-type'] ?? '' }
    if (!type['content-type'].startsWith('text/event-stream')) {
      const bytes = await readBody(answer.body, 1e8)
      return new Response(new TextDecoder().decode(bytes), { headers: type })
    }
    const run = async (sink: { write(bytes: Uint8Array): void | Promise<void> }): Promise<void> => {
      for (let bytes = await answer.body.read(); bytes; bytes = await answer.body.read()) {
        const full = sink.write(bytes)
        if (full) await full
      }
    }
    return new Response(streamResponseBody({ run }, request, { onDone: () => undefined }), { headers: type })
  },
})

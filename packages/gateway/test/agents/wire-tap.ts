/** Stands between a client and a server on loopback, passes every byte on and keeps a copy. */
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { createRequestParser, type RawRequest } from '@sluice/testkit/http-request.ts'

export interface WireTap extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, for the client. */
  readonly url: string
  /** Whole requests, in the order they were complete. */
  readonly requests: readonly RawRequest[]
  /** All the server sent, one text per connection. */
  readonly answers: readonly string[]
}

export async function startWireTap(serverUrl: string): Promise<WireTap> {
  const requests: RawRequest[] = []
  const answers: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(serverUrl).port), '127.0.0.1')
    const index = answers.push('') - 1
    const parser = createRequestParser((request) => requests.push(request))
    client.on('data', (bytes: Buffer) => parser.push(bytes))
    upstream.on('data', (bytes: Buffer) => {
      answers[index] += bytes.toString('latin1')
    })
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => sockets.delete(from))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The statuses of a tap's answers, in no order that matters. A status line may follow a body on the same line. */
export function statusesOf({ answers }: Pick<WireTap, 'answers'>): readonly number[] {
  return answers.flatMap((text) =>
    [...text.matchAll(/HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/g)].map(([, status]) => Number(status)),
  )
}

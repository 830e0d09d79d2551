import { expect, test } from 'bun:test'
import { connect, createServer, type Socket } from 'node:net'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { type Answer, endlessStream, neverAnswer, withTiming } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { oneProviderPerDialect, plainRequest } from './ask.ts'
import { poll } from './poll.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/**
 * Attack cases G1, G2 on the wire: a client's connection ends by a close or a reset, while we connect, before a token, or
 * after any number of bytes. Each time the provider is let go and the call leaves one line.
 */
const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))
const endings: Readonly<Record<string, (socket: Socket) => void>> = {
  close: (socket) => socket.destroy(),
  reset: (socket) => socket.resetAndDestroy(),
}

interface Asking {
  readonly client: ClientDialectId
  readonly target: ClientDialectId
  readonly stream: boolean
}

/** Sends a request by hand. */
function askByHand(gateway: TestGateway, { client, target, stream }: Asking): Socket {
  const { path, body } = plainRequest(client, { model: `${target}/m`, stream })
  const text = JSON.stringify(body)
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${testKey}\r\nContent-Length: ${text.length}`
  socket.write(`${head}\r\n\r\n${text}`)
  return socket
}

async function expectCancelled(gateway: TestGateway, count: number): Promise<void> {
  await gateway.call(count)
  expect(gateway.calls()).toHaveLength(count)
  expect(gateway.calls().filter(({ outcome }) => outcome !== 'cancelled')).toEqual([])
  expect(gateway.gateway.gate.open).toBe(0)
  expect(gateway.logText).not.toContain('"bug"')
}

test.each(Object.keys(endings))('a %s before any answer', async (ending) => {
  await using provider = await startFakeProvider({ answer: neverAnswer() })
  await using gateway = await startTestGateway(oneProviderPerDialect(provider.url))
  const asked = pairs.flatMap(([client, target]) => [false, true].map((stream) => ({ client, target, stream })))
  const sockets = asked.map((each) => askByHand(gateway, each))
  await provider.until(({ openCalls }) => openCalls === asked.length)
  for (const socket of sockets) endings[ending]?.(socket)
  await provider.until(({ openCalls }) => openCalls === 0)
  expect(provider.abortedCalls).toBe(asked.length)
  await expectCancelled(gateway, asked.length)
})

test.each(Object.keys(endings))('a %s while a connection to the provider is being opened', async (ending) => {
  const open = new Set<Socket>()
  const mute = createServer((socket) => {
    open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)))
    socket.resume()
  })
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const address = mute.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await using gateway = await startTestGateway(oneProviderPerDialect(`https://127.0.0.1:${port}`))
  const sockets = pairs.map(([client, target]) => askByHand(gateway, { client, target, stream: true }))
  await poll(() => open.size === pairs.length)
  for (const socket of sockets) endings[ending]?.(socket)
  await poll(() => open.size === 0)
  await expectCancelled(gateway, pairs.length)
  mute.close()
})

/** A stream of this dialect that never ends, in many small writes. */
function endless(dialect: ClientDialectId): Answer {
  const events = Array.from(sayText(dialect, 'one two three', { stream: true }).pieces, String)
  const at = events.findIndex((event) => event.includes('two'))
  return withTiming(endlessStream(events.slice(0, at), events[at] ?? ''), { betweenChunksMs: 1 })
}

const lengths = [1, 15, 16, 17, 100, 317, 318, 500, 701, 1000, 1501, 3000, 5000, 10_000]

test.each(Object.keys(endings))(
  'a %s after so many bytes of a stream',
  async (ending) => {
    await using provider = await startFakeProvider({ answer: ({ dialect = 'openai-chat' }) => endless(dialect) })
    await using gateway = await startTestGateway(oneProviderPerDialect(provider.url))
    const asked = pairs.flatMap(([client, target]) => lengths.map((bytes) => ({ client, target, stream: true, bytes })))
    const left = asked.map(({ bytes, ...each }) => {
      const socket = askByHand(gateway, each)
      let received = 0
      return new Promise<void>((resolve) => {
        socket.on('data', (chunk) => {
          received += chunk.length
          if (received < bytes) return
          endings[ending]?.(socket)
          resolve()
        })
      })
    })
    await Promise.all(left)
    await provider.until(({ openCalls }) => openCalls === 0)
    await expectCancelled(gateway, asked.length)
  },
  60_000,
)

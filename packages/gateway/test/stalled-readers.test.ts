import { expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { type Answer, endlessStream } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startFaultProxy } from '@sluice/testkit/fault-proxy.ts'
import { ask, oneProviderPerDialect, plainRequest } from './ask.ts'
import { poll, untilSteady } from './poll.ts'
import { type GatewayProcess, startProcess } from './start-process.ts'
import { testKey } from './start-test-gateway.ts'

/** Attack case G3: clients that do not read make a provider wait; they cost little, and nobody else anything. */
const clients = 500
const heldPerStream = 256 * 1024
/** What a runtime under load does not give back at once. */
const slackBytes = 96 * 1024 * 1024
/** While the streams fill, the collector lags behind: a bound all the same. */
const peakPerStream = 2 * 1024 * 1024

/** A stream of this dialect that says the same for ever, much at a time. */
function endless(dialect: ClientDialectId): Answer {
  const events = Array.from(sayText(dialect, 'word '.repeat(200), { stream: true }).pieces, String)
  const at = events.findIndex((event) => event.includes('word'))
  const event = events[at] ?? ''
  return endlessStream(events.slice(0, at), event.repeat(Math.ceil((128 * 1024) / event.length)))
}

/** Asks for a stream and never reads a byte of it. */
function askAndStall(gateway: GatewayProcess, client: ClientDialectId, target: ClientDialectId): Socket {
  const { path, body } = plainRequest(client, { model: `${target}/endless`, stream: true })
  const text = JSON.stringify(body)
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.pause()
  socket.on('error', () => undefined)
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${testKey}\r\nContent-Length: ${text.length}`
  socket.write(`${head}\r\n\r\n${text}`)
  return socket
}

const sentBytes = ({ journal }: FakeProvider): number => journal.reduce((sum, each) => sum + each.bodyBytesSent, 0)

test('500 clients that never read: memory is bounded, others are served, and it comes back', async () => {
  const answers = new Map(clientDialectIds.map((dialect) => [dialect, endless(dialect)]))
  await using provider = await startFakeProvider({
    answer: ({ dialect = 'openai-chat', path, body }) =>
      `${path}${body}`.includes('endless') ? (answers.get(dialect) ?? endless(dialect)) : sayText(dialect, 'ok'),
  })
  await using gateway = await startProcess(oneProviderPerDialect(provider.url))
  await (await ask(gateway, 'openai-chat', { model: 'openai-chat/m' })).text()
  const base = gateway.residentBytes()
  let peak = 0

  // Most are relayed; a tenth is translated, by every dialect from every other.
  const sockets = Array.from({ length: clients }, (_, index) => {
    const client = clientDialectIds[index % 4] ?? 'openai-chat'
    const target = index % 10 === 0 ? (clientDialectIds[Math.floor(index / 40) % 4] ?? client) : client
    return askAndStall(gateway, client, target)
  })
  await provider.until(({ openCalls }) => openCalls === clients)
  await untilSteady(() => {
    peak = Math.max(peak, gateway.residentBytes())
    return sentBytes(provider)
  }, 20)
  for (const client of clientDialectIds)
    for (const target of clientDialectIds)
      expect(await (await ask(gateway, client, { model: `${target}/m` })).text()).toContain('ok')

  expect(peak - base).toBeLessThan(clients * peakPerStream)
  await poll(() => gateway.residentBytes() - base < clients * heldPerStream + slackBytes)
  expect(provider.openCalls).toBe(clients)

  for (const socket of sockets) socket.destroy()
  await provider.until(({ openCalls }) => openCalls === 0)
  await poll(() => gateway.residentBytes() - base < slackBytes)
  await poll(() => gateway.calls().filter(({ outcome }) => outcome === 'cancelled').length === clients)
}, 120_000)

test('readers of ten bytes at a time get every byte', async () => {
  const text = 'one two three four five six seven eight nine ten'
  await using provider = await startFakeProvider({
    answer: ({ dialect = 'openai-chat' }) => sayText(dialect, text, { stream: true }),
  })
  await using gateway = await startProcess(oneProviderPerDialect(provider.url))
  const port = Number(new URL(gateway.url).port)
  await using slow = await startFaultProxy({ port, script: () => ({ down: { sliceBytes: 10, latencyMs: 1 } }) })
  const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))
  const read = (url: string): Promise<string[]> =>
    Promise.all(
      pairs.map(async ([client, target]) => {
        const response = await ask({ url }, client, { model: `${target}/m`, stream: true })
        return withoutIds(await response.text())
      }),
    )
  expect(await read(slow.url)).toEqual(await read(gateway.url))
  expect(gateway.calls().every(({ outcome }) => outcome === 'ok')).toBe(true)
}, 60_000)

/** Ids and times differ from call to call. */
function withoutIds(text: string): string {
  return text.replace(/"(?:id|item_id|responseId)":"[^"]*"/g, '').replace(/"created(?:_at)?":\d+/g, '')
}

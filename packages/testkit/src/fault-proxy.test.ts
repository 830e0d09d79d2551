import { describe, expect, test } from 'bun:test'
import { sayText } from './answers/say.ts'
import { startFakeProvider } from './fake-provider.ts'
import type { ConnectionScript } from './fault-proxy.ts'
import { startFaultProxy } from './fault-proxy.ts'
import { hasWholeAnswer, rawRequest, sendRaw } from './http-raw.ts'

const get = rawRequest('GET / HTTP/1.1', ['Host: x'])
const answer = sayText('anthropic-messages', 'Grüße 🙂', { stream: true })

async function through(script: ConnectionScript, deadlineMs?: number) {
  await using provider = await startFakeProvider({ answer })
  await using proxy = await startFaultProxy({ port: provider.port, script: () => script })
  const reply = await sendRaw({
    port: proxy.port,
    send: [get],
    enough: hasWholeAnswer,
    ...(deadlineMs !== undefined && { deadlineMs }),
  })
  return { reply, journal: provider.journal, bytesDown: proxy.bytesDown }
}

const clean = await through({})

describe('a fault proxy', () => {
  test('without a script changes nothing', () => {
    expect(clean.reply.statuses).toEqual([200])
    expect(clean.reply.text).toContain('message_stop')
    expect(clean.reply.ending).toBe('open')
  })

  test.each([
    ['one byte at a time', { down: { sliceBytes: 1 }, up: { sliceBytes: 1 } }],
    ['slow', { down: { sliceBytes: 400, latencyMs: 1 } }],
    ['narrow', { down: { sliceBytes: 500, bytesPerSecond: 200_000 } }],
  ] as const)('%s carries the same bytes', async (_, script) => {
    expect((await through(script)).reply.text).toBe(clean.reply.text)
  })

  test('truncates cleanly after so many bytes', async () => {
    const { reply } = await through({ down: { after: { bytes: 300, ending: 'truncate' } } })
    expect(reply.text).toBe(clean.reply.text.slice(0, 300))
    expect(reply.ending).toBe('closed')
  })

  test('resets after so many bytes', async () => {
    const { reply } = await through({ down: { after: { bytes: 300, ending: 'reset' } } })
    expect(reply.ending).toBe('reset')
    expect(clean.reply.text.startsWith(reply.text)).toBe(true)
  })

  test('stalls and keeps the connection', async () => {
    const { reply } = await through({ down: { after: { bytes: 300, ending: 'stall' } } }, 50)
    expect(reply.text).toBe(clean.reply.text.slice(0, 300))
    expect(reply.ending).toBe('open')
  })

  test('refuses a connection outright', async () => {
    const { reply, journal } = await through({ isRefused: true })
    expect(reply.text).toBe('')
    expect(reply.ending).not.toBe('open')
    expect(journal).toEqual([])
  })

  test('carries a client that leaves to the server', async () => {
    await using provider = await startFakeProvider({ answer: { ...answer, fault: { kind: 'silence' } } })
    await using proxy = await startFaultProxy({ port: provider.port })
    const leave = new AbortController()
    const call = fetch(proxy.url, { signal: leave.signal }).catch(() => 'left')
    await provider.until(({ openCalls }) => openCalls === 1)
    leave.abort()
    await call
    await provider.until(({ abortedCalls }) => abortedCalls === 1)
    expect(provider.openCalls).toBe(0)
  })

  test('gives each connection its own fate', async () => {
    await using provider = await startFakeProvider({ answer })
    await using proxy = await startFaultProxy({
      port: provider.port,
      script: (connection) => (connection % 2 === 1 ? { isRefused: true } : {}),
    })
    const statuses: number[] = []
    for (const _ of [1, 2, 3, 4]) {
      const { statuses: seen } = await sendRaw({ port: proxy.port, send: [get], enough: hasWholeAnswer })
      statuses.push(seen[0] ?? 0)
    }
    expect(statuses).toEqual([0, 200, 0, 200])
  })
})

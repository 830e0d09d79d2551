import { describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { neverAnswer, stallAfter, withTiming } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { startTestGateway } from './start-test-gateway.ts'

/** Attack cases G1, G2: a client that leaves takes its upstream call with it, at whatever point it leaves. */
const targets = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))
const withinMs = 1000
/** Chunks that go out before the provider falls silent: enough for the client to have an answer begun. */
const sentOf = (target: ClientDialectId): number => (target === 'gemini' ? 2 : 6)

describe.each(targets)('a %s client of a %s provider that leaves', (client, target) => {
  test('before any answer', async () => {
    await using provider = await startFakeProvider({ answer: neverAnswer() })
    await using gateway = await startTestGateway(oneProviderPerDialect(provider.url))
    for (const stream of [true, false]) {
      const leaving = new AbortController()
      const asked = ask(gateway, client, { model: `${target}/m`, stream, signal: leaving.signal }).catch(() => 'left')
      await provider.until(({ openCalls }) => openCalls === 1)
      const leftAt = performance.now()
      leaving.abort()
      await provider.until(({ openCalls }) => openCalls === 0)
      expect(performance.now() - leftAt).toBeLessThan(withinMs)
      expect(await asked).toBe('left')
    }
    expect(provider.abortedCalls).toBe(2)
    expect((await gateway.call(2))['outcome']).toBe('cancelled')
  })

  test('in the middle of the stream', async () => {
    await using provider = await startFakeProvider({
      answer: stallAfter(sayText(target, 'one two three four five', { stream: true }), sentOf(target)),
    })
    await using gateway = await startTestGateway(oneProviderPerDialect(provider.url))
    const leaving = new AbortController()
    const response = await ask(gateway, client, { model: `${target}/m`, stream: true, signal: leaving.signal })
    expect(response.status).toBe(200)
    await provider.until(({ journal }) => journal[0]?.chunksSent === sentOf(target))
    const leftAt = performance.now()
    leaving.abort()
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(performance.now() - leftAt).toBeLessThan(withinMs)
    expect(provider.abortedCalls).toBe(1)
    expect(await gateway.call(1)).toMatchObject({ outcome: 'cancelled', stream: true })
  })

  test('while a whole answer is being written', async () => {
    const slow = withTiming(sayText(target, 'never mind'), { beforeHeadersMs: 60_000 })
    await using provider = await startFakeProvider({ answer: slow })
    await using gateway = await startTestGateway(oneProviderPerDialect(provider.url))
    const leaving = new AbortController()
    const asked = ask(gateway, client, { model: `${target}/m`, signal: leaving.signal }).catch(() => 'left')
    await provider.until(({ openCalls }) => openCalls === 1)
    leaving.abort()
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(await asked).toBe('left')
    expect(provider.abortedCalls).toBe(1)
  })
})

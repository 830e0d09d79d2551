import { expect, test } from 'bun:test'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import { withTiming } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { poll } from './poll.ts'
import { type GatewayProcess, startProcess } from './start-process.ts'

/** Attack case G9: SIGTERM ends a gateway without ending anybody's stream. */
const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ')

test('SIGTERM with 200 open streams loses none, then the process exits 0', async () => {
  await using provider = await startFakeProvider({
    answer: (call) =>
      withTiming(sayText(call.dialect ?? 'openai-chat', words, { stream: true }), { betweenChunksMs: 150 }),
  })
  await using gateway = await startProcess(oneProviderPerDialect(provider.url))
  const asked = Array.from({ length: 200 }, (_, index) => {
    const client = clientDialectIds[index % 4] ?? 'openai-chat'
    const target = clientDialectIds[Math.floor(index / 4) % 4] ?? 'openai-chat'
    return ask(gateway, client, { model: `${target}/m`, stream: true })
  })
  const responses = await Promise.all(asked)
  gateway.signal('SIGTERM')
  await gateway.until('"draining"')
  const ready = await fetch(`${gateway.url}/health/ready`)
  expect(ready.status).toBe(503)
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200)

  const bodies = await Promise.all(responses.map((response) => response.text()))
  for (const body of bodies) expect(body).toContain('word39')
  expect(await gateway.exited).toBe(0)
  expect(gateway.calls()).toHaveLength(200)
  expect(gateway.calls().filter(({ outcome }) => outcome !== 'ok')).toEqual([])
}, 60_000)

/** Signals until the process has ended: one that follows the first within half a second is taken for the same. */
async function signalAgain(gateway: GatewayProcess): Promise<number> {
  let code: number | undefined
  void gateway.exited.then((each) => {
    code = each
  })
  await poll(() => {
    gateway.signal('SIGTERM')
    return code !== undefined
  })
  return gateway.exited
}

test('within the grace new calls are still taken; a second SIGTERM does not wait for its end', async () => {
  await using provider = await startFakeProvider({ answer: sayText('openai-chat', 'ok') })
  await using gateway = await startProcess(`${oneProviderPerDialect(provider.url)}  drain_grace: 1h\n`)
  const call = async (): Promise<number> => (await ask(gateway, 'openai-chat', { model: 'openai-chat/m' })).status
  expect(await call()).toBe(200)
  gateway.signal('SIGTERM')
  await gateway.until('"draining"')
  expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503)
  for (let count = 0; count < 3; count++) expect(await call()).toBe(200)
  expect(gateway.output()).not.toContain('"shut"')
  expect(await signalAgain(gateway)).toBe(0)
}, 30_000)

test('after the grace new connections are refused while open calls go on, to the last byte', async () => {
  const stream = withTiming(sayText('openai-chat', words, { stream: true }), { betweenChunksMs: 60 })
  const streamIsOver = Promise.withResolvers<void>()
  await using provider = await startFakeProvider({
    answer: async ({ json }) => {
      if (asObject(json)?.['stream'] === true) return stream
      await streamIsOver.promise
      return sayText('openai-chat', 'whole '.repeat(500_000))
    },
  })
  await using gateway = await startProcess(`${oneProviderPerDialect(provider.url)}  drain_grace: 100ms\n`)
  const response = await ask(gateway, 'openai-chat', { model: 'openai-chat/m', stream: true })
  const whole = ask(gateway, 'openai-chat', { model: 'openai-chat/m' }).then((answer) => answer.text())
  await provider.until(({ openCalls }) => openCalls === 2)
  gateway.signal('SIGTERM')
  await gateway.until('"shut"')
  const late = await ask(gateway, 'openai-chat', { model: 'openai-chat/m' }).then(
    ({ status }) => status,
    () => 'refused',
  )
  expect([503, 'refused']).toContain(late)
  expect(await response.text()).toContain('[DONE]')
  streamIsOver.resolve()
  expect((await whole).length).toBeGreaterThan(3_000_000)
  expect(await gateway.exited).toBe(0)
}, 60_000)

test('a second SIGTERM is quick', async () => {
  await using provider = await startFakeProvider({
    answer: withTiming(sayText('openai-chat', words, { stream: true }), { betweenChunksMs: 10_000 }),
  })
  await using gateway = await startProcess(`${oneProviderPerDialect(provider.url)}  drain_grace: 0\n`)
  const response = await ask(gateway, 'openai-chat', { model: 'openai-chat/m', stream: true })
  gateway.signal('SIGTERM')
  await gateway.until('"shut"')
  expect(await signalAgain(gateway)).toBe(0)
  expect(await response.text().catch(() => 'cut')).not.toContain('[DONE]')
}, 60_000)

import { expect, test } from 'bun:test'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import { withTiming } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { startProcess } from './start-process.ts'

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

test('after the grace new connections are refused while open calls go on, to the last byte', async () => {
  const stream = withTiming(sayText('openai-chat', words, { stream: true }), { betweenChunksMs: 250 })
  const streamIsOver = Promise.withResolvers<void>()
  await using provider = await startFakeProvider({
    answer: async ({ json }) => {
      if (asObject(json)?.['stream'] === true) return stream
      await streamIsOver.promise
      return sayText('openai-chat', 'whole '.repeat(500_000))
    },
  })
  await using gateway = await startProcess(oneProviderPerDialect(provider.url))
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
  await using gateway = await startProcess(oneProviderPerDialect(provider.url))
  const response = await ask(gateway, 'openai-chat', { model: 'openai-chat/m', stream: true })
  gateway.signal('SIGTERM')
  await gateway.until('"shut"')
  gateway.signal('SIGTERM')
  expect(await gateway.exited).toBe(0)
  expect(await response.text().catch(() => 'cut')).not.toContain('[DONE]')
}, 60_000)

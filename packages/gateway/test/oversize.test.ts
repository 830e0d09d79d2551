import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { growthDuring } from './memory-growth.ts'
import { poll } from './poll.ts'
import { type GatewayProcess, startProcess } from './start-process.ts'
import { testKey } from './start-test-gateway.ts'

/**
 * Attack case D5 where memory matters: clients that send without end, or as much as they may, all at once. What is
 * refused for one byte too many, and how, is in bad-input.test.ts.
 */
const megabyte = 1024 * 1024
const bodyLimit = megabyte
/** What a runtime under load does not give back at once. */
const slackBytes = 64 * megabyte
let provider: FakeProvider
let gateway: GatewayProcess
let base = 0

beforeAll(async () => {
  provider = await startFakeProvider({ answer: ({ dialect = 'openai-chat' }) => sayText(dialect, 'ok') })
  gateway = await startProcess(
    oneProviderPerDialect(provider.url).replace('settings:', 'settings:\n  body_limit: 1MiB'),
  )
  for (const [client, target] of pairs) await (await ask(gateway, client, { model: `${target}/m` })).text()
  base = gateway.residentBytes()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))
const paths = ['/v1/chat/completions', '/v1/responses', '/v1/messages', '/v1beta/models/gemini/m:generateContent']

describe.each([
  ['with a key', { authorization: `Bearer ${testKey}` }],
  ['without a key', {}],
])('a client %s', (_, headers) => {
  test.each(paths)('that never ends its chunks is cut off: %s', async (path) => {
    let sent = 0
    const block = new Uint8Array(megabyte).fill(32)
    const most = 1024 * megabyte
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += block.length
        if (sent > most) controller.close()
        else controller.enqueue(block)
      },
    })
    const asking = fetch(gateway.url + path, { method: 'POST', headers, body })
    const growth = await growthDuring(gateway, () => asking.then((response) => response.text()).catch(() => 'cut off'))
    expect(sent).toBeLessThan(most / 4)
    expect(growth).toBeLessThan(slackBytes)
  })
})

test('50 clients that fill the limit at the same time, again and again: memory is bounded, all are answered', async () => {
  const text = 'x'.repeat(bodyLimit - 1000)
  for (let round = 0; round < 2; round++) {
    const all = Promise.withResolvers<void>()
    provider.answerWith(async ({ dialect = 'openai-chat' }) => {
      await all.promise
      return sayText(dialect, 'ok')
    })
    const growth = await growthDuring(gateway, async () => {
      const asking = Array.from({ length: 50 }, (_, index) => {
        const [client, target] = pairs[index % pairs.length] ?? ['openai-chat', 'openai-chat']
        return ask(gateway, client, { model: `${target}/m`, extra: messageOf(client, text) })
      })
      await provider.until(({ openCalls }) => openCalls === 50)
      all.resolve()
      for (const response of await Promise.all(asking)) expect(response.status).toBe(200)
    })
    expect(growth).toBeLessThan(50 * bodyLimit * 4 + slackBytes)
  }
  expect(provider.journal.filter(({ body }) => body.includes(text))).toHaveLength(100)
}, 60_000)

/** The member that says this text. */
function messageOf(client: ClientDialectId, text: string): JsonObject {
  switch (client) {
    case 'openai-chat':
    case 'anthropic-messages':
      return { messages: [{ role: 'user', content: text }] }
    case 'openai-responses':
      return { input: text }
    case 'gemini':
      return { contents: [{ role: 'user', parts: [{ text }] }] }
  }
}

test('after all of it the gateway serves as before, and holds no more than it did', async () => {
  provider.answerWith(({ dialect = 'openai-chat' }) => sayText(dialect, 'ok'))
  for (const [client, target] of pairs)
    expect(await (await ask(gateway, client, { model: `${target}/m` })).text()).toContain('ok')
  expect(gateway.output()).not.toContain('"bug"')
  await poll(() => gateway.residentBytes() - base < slackBytes)
}, 60_000)

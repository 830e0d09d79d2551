import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { providerDialects } from '@sluice/core/dialects/registry.ts'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { type Answer, answerStream, answerText, endlessStream, gzipped, withHeaders } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { decodeFrames, testOptions } from '@sluice/testkit/run-codecs.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { growthDuring } from './memory-growth.ts'
import { poll } from './poll.ts'
import { type GatewayProcess, startProcess } from './start-process.ts'

/** Attack case D7: a provider that sends without end, or too much at once, is cut off; memory stays where it was. */
const megabyte = 1024 * 1024
const answerLimit = 24 * megabyte
/** What a runtime under load does not give back at once, beside a few answers it has not swept yet. */
const slackBytes = 64 * megabyte
let provider: FakeProvider
let gateway: GatewayProcess
let base = 0

const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))
const sayOk = ({ dialect = 'openai-chat' }: { dialect?: ClientDialectId | undefined }): Answer => sayText(dialect, 'ok')

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayOk })
  const limits = `settings:\n  answer_limit: ${answerLimit}`
  gateway = await startProcess(oneProviderPerDialect(provider.url).replace('settings:', limits))
  for (const [client, target] of pairs) await (await ask(gateway, client, { model: `${target}/m` })).text()
  base = gateway.residentBytes()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** Pieces without end. */
function forEver(piece: string, first = ''): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      yield first
      for (;;) yield piece
    },
  }
}

const block = 'a'.repeat(128 * 1024)
const json = { 'content-type': 'application/json' }

function endless(first: string, { status = 200, headers = json }: { status?: number; headers?: object } = {}): Answer {
  const answer = withHeaders(answerText('', { status }), { ...headers })
  return { ...answer, pieces: forEver(block, first), framing: 'chunked', chunking: 'per-frame' }
}

/** What a provider may do to us. Each is cut off, and the client told so. */
const attacks: Readonly<Record<string, (dialect: ClientDialectId) => Answer>> = {
  '10 GB announced and sent': () => ({
    ...endless('{"choices":[{"message":{"content":"', { headers: { ...json, 'content-length': '10737418240' } }),
    framing: 'until-close',
  }),
  'JSON without end': () => endless('{"text":"'),
  'a line without end': () => answerStream(forEver(block, 'data: {"text":"')),
  'an event of lines without end': () => answerStream(forEver(`data: ${block}\n`)),
  'an error page without end': () => endless('<html>', { status: 500 }),
  'a gzip bomb': (dialect) => gzipBombs[dialect],
  'a gzip bomb as an error': (dialect) => ({ ...gzipBombs[dialect], status: 500 }),
}

/** 128 MB of white space before an answer that would be valid, in some 130 KB. */
const gzipBombs = Object.fromEntries(
  clientDialectIds.map((dialect) => {
    const answer = sayText(dialect, 'ok')
    return [dialect, gzipped({ ...answer, pieces: [' '.repeat(128 * megabyte), ...answer.pieces] })]
  }),
) as Readonly<Record<ClientDialectId, Answer>>

describe.each(Object.keys(attacks))('%s', (name) => {
  test.each([false, true])(
    'is cut off and told to every client (stream: %p)',
    async (stream) => {
      provider.answerWith(({ dialect = 'openai-chat' }) => attacks[name]?.(dialect) ?? sayOk({ dialect }))
      const growth = await growthDuring(gateway, async () => {
        for (const [client, target] of pairs) {
          const response = await ask(gateway, client, { model: `${target}/m`, stream })
          const { end, length } = await readEnd(response)
          if (response.status === 200) expectErrorEvent(client, end)
          else
            expect([response.status >= 500, Object.keys(JSON.parse(end))]).toEqual([
              true,
              expect.arrayContaining(['error']),
            ])
          expect(length).toBeLessThan(17 * megabyte)
        }
      })
      expect(growth).toBeLessThan(answerLimit * 8 + slackBytes)
      await provider.until(({ openCalls }) => openCalls === 0)
      provider.answerWith(sayOk)
    },
    60_000,
  )
})

/** The last of a body, and how long it is. */
async function readEnd(response: Response): Promise<{ end: string; length: number }> {
  const text = await response.text()
  return { end: text.slice(-4000), length: text.length }
}

/** The last event of a stream, which may follow a frame too large to look at, is an error. */
function expectErrorEvent(client: ClientDialectId, end: string): void {
  const at = end.lastIndexOf('\n\n', end.length - 3)
  const dialect = providerDialects[client]
  const events = decodeFrames(dialect, readFramesOfText(end.slice(at + 2), 'sse'), testOptions(dialect))
  expect(events.at(-1)?.type).toBe('error')
}

/** The events of a stream of this dialect, and which of them says one word in the middle. */
function tinyEvents(dialect: ClientDialectId): { first: string[]; tiny: string; last: string[] } {
  const events = Array.from(sayText(dialect, 'one two three', { stream: true }).pieces, String)
  const at = events.findIndex((event) => event.includes('two'))
  return { first: events.slice(0, at), tiny: events[at] ?? '', last: events.slice(at + 1) }
}

test.each(pairs)(
  '100,000 tiny events reach a %s client of a %s provider',
  async (client, target) => {
    const { first, tiny, last } = tinyEvents(target)
    provider.answerWith(answerStream([...first, ...Array<string>(1000).fill(tiny.repeat(100)), ...last]))
    const response = await ask(gateway, client, { model: `${target}/m`, stream: true })
    expect((await response.text()).split(/\r?\n\r?\n/).length).toBeGreaterThan(100_000)
  },
  30_000,
)

test('a flood of tiny events keeps nobody else waiting', async () => {
  provider.answerWith(({ dialect = 'openai-chat', path, body }) => {
    const { first, tiny } = tinyEvents(dialect)
    return `${path}${body}`.includes('flood') ? endlessStream(first, tiny.repeat(20)) : sayOk({ dialect })
  })
  const leaving = new AbortController()
  const flooded = clientDialectIds.map(async (client) => {
    const response = await ask(gateway, client, { model: `${client}/flood`, stream: true, signal: leaving.signal })
    for await (const chunk of response.body ?? []) if (chunk.length === 0) return
  })
  await provider.until(({ openCalls, journal }) => openCalls === 4 && journal.slice(-4).every(hasFlooded))
  for (const [client, target] of pairs)
    expect(await (await ask(gateway, client, { model: `${target}/m` })).text()).toContain('ok')
  expect(provider.openCalls).toBe(4)
  leaving.abort()
  await Promise.allSettled(flooded)
  await provider.until(({ openCalls }) => openCalls === 0)
  provider.answerWith(sayOk)
}, 60_000)

const hasFlooded = ({ chunksSent }: { readonly chunksSent: number }): boolean => chunksSent > 100

test('after all of it the gateway serves as before, and holds no more than it did', async () => {
  for (const [client, target] of pairs)
    expect(await (await ask(gateway, client, { model: `${target}/m` })).text()).toContain('ok')
  expect(gateway.output()).not.toContain('"bug"')
  await poll(() => gateway.residentBytes() - base < slackBytes)
}, 60_000)

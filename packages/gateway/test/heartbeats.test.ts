import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { clientDialects, providerDialects } from '@sluice/core/dialects/registry.ts'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { StreamEvent } from '@sluice/core/ir/event.ts'
import { collect } from '@sluice/core/ir/response.ts'
import { type Answer, stallAfter, withTiming } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { decodeFrames, testOptions } from '@sluice/testkit/run-codecs.ts'
import { ask, oneProviderPerDialect, plainRequest } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/**
 * While a provider thinks, a client hears of us every heartbeat period, in a way its dialect ignores; an answer is the
 * same with and without, and a provider that never goes on is given up all the same.
 */
const words = 'one two three'
/** Longer than two periods of the shortest heartbeat there is: one period must go by without a byte. */
const silenceMs = 2100
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayText('openai-chat', words) })
  const deadlines = '  deadlines: { first_token: 2500ms, gap: 2500ms }'
  gateway = await startTestGateway(`${oneProviderPerDialect(provider.url)}  heartbeat: 1s\n${deadlines}\n`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** The ways clients read a stream: server-sent events, and Google's array of chunks. */
const readers = [...clientDialectIds, 'gemini as an array'] as const
type Reader = (typeof readers)[number]
const pairs = readers.flatMap((reader) => clientDialectIds.map((target) => [reader, target] as const))

const dialectOf = (reader: Reader): ClientDialectId => (reader === 'gemini as an array' ? 'gemini' : reader)

async function read(reader: Reader, target: ClientDialectId): Promise<{ status: number; text: string }> {
  const response = await (reader === 'gemini as an array'
    ? askForArray(target)
    : ask(gateway, reader, { model: `${target}/m`, stream: true }))
  return { status: response.status, text: await response.text() }
}

function askForArray(target: ClientDialectId): Promise<Response> {
  const { path, body } = plainRequest('gemini', { model: `${target}/m`, stream: true })
  const headers = { authorization: `Bearer ${testKey}` }
  return fetch(gateway.url + path.replace('?alt=sse', ''), { method: 'POST', headers, body: JSON.stringify(body) })
}

function eventsOf(reader: Reader, text: string): readonly StreamEvent[] {
  const dialect = providerDialects[dialectOf(reader)]
  if (reader === 'gemini as an array') expect(Array.isArray(JSON.parse(text))).toBe(true)
  const framing = reader === 'gemini as an array' ? 'json-array-stream' : 'sse'
  return decodeFrames(dialect, readFramesOfText(text, framing), testOptions(dialect))
}

/** How often this text says that we are still there. */
function countBeats(reader: Reader, text: string): number {
  // Before the array, and between an element and its comma, where the encoder puts no line feed.
  if (reader === 'gemini as an array') return text.match(/^\n|\}\n(?=,)/g)?.length ?? 0
  return text.split(clientDialects[reader].heartbeat ?? '\0').length - 1
}

/** The events of a stream in two writes, with a silence before each. */
function inTwo(dialect: ClientDialectId): Answer {
  const events = Array.from(sayText(dialect, words, { stream: true }).pieces, String)
  const middle = dialect === 'gemini' ? 2 : 6
  const pieces = ['', events.slice(0, middle).join(''), events.slice(middle).join('')]
  return withTiming({ ...sayText(dialect, words, { stream: true }), pieces }, { betweenChunksMs: silenceMs })
}

/** Asks by every reader of every provider at once. */
async function readAll(): Promise<readonly { reader: Reader; status: number; text: string }[]> {
  return Promise.all(pairs.map(async ([reader, target]) => ({ reader, ...(await read(reader, target)) })))
}

describe('a provider that thinks', () => {
  test('is bridged for every client, and the answer stays the same', async () => {
    provider.answerWith(({ dialect = 'openai-chat' }) => inTwo(dialect))
    for (const { reader, status, text } of await readAll()) {
      expect(status).toBe(200)
      expect(countBeats(reader, text)).toBeGreaterThanOrEqual(2)
      const events = eventsOf(reader, text)
      expect(events.at(-1)?.type).toBe('end')
      const parts = [expect.objectContaining({ kind: 'text', text: words })]
      expect(collect(events).choices).toMatchObject([{ parts, finish: { reason: 'stop' } }])
    }
  }, 30_000)

  test.each([
    ['before its first byte', 0],
    ['in the middle', 2],
  ])(
    'for ever %s is given up, heartbeats or not',
    async (_, chunks) => {
      provider.answerWith(({ dialect = 'openai-chat' }) =>
        stallAfter(sayText(dialect, words, { stream: true }), chunks),
      )
      for (const { reader, status, text } of await readAll()) {
        expect(status).toBe(200)
        expect(countBeats(reader, text)).toBeGreaterThanOrEqual(1)
        const message = expect.stringContaining('2500 ms')
        expect(eventsOf(reader, text).at(-1)).toMatchObject({ type: 'error', failure: { message } })
      }
      await provider.until(({ openCalls }) => openCalls === 0)
      expect(gateway.gateway.gate.open).toBe(0)
    },
    30_000,
  )
})

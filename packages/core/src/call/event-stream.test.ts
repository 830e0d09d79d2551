/**
 * From bytes to bytes: an AWS event stream to a client of every dialect, cut and broken everywhere. What is not whole
 * never ends well, and how the network cuts it changes nothing.
 */
import { describe, expect, test } from 'bun:test'
import type { Reply } from '@sluice/testkit/answers/reply.ts'
import { sayErrorAfter, sayReply } from '@sluice/testkit/answers/say.ts'
import { toBytes } from '@sluice/testkit/chunking.ts'
import { splitMessages } from '@sluice/testkit/event-stream.ts'
import { readStreamFacts } from '@sluice/testkit/facts/read-facts.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { bytesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { createTestContext, plainRequest, testOptions } from '@sluice/testkit/run-codecs.ts'
import { clientDialects, providerDialects } from '../dialects/registry.ts'
import { type ClientDialectId, clientDialectIds } from '../ir/dialect-id.ts'
import type { Failure } from '../ir/failure.ts'
import type { Provider } from '../providers/provider.ts'
import { createEventStreamReader } from '../upstream/read-event-stream.ts'
import { TranslatedStream } from './translated-stream.ts'
import { transportFailure } from './transport-failure.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const bedrock = providerDialects['bedrock-converse']
const upstream: Provider = {
  name: 'upstream',
  dialect: 'bedrock-converse',
  baseUrl: 'http://127.0.0.1:1',
  origin: 'http://127.0.0.1:1',
  apiKey: undefined,
  headers: {},
  quirks: {},
  allow: new Set(),
  deadlines: { connectMs: 1, firstTokenMs: 1, gapMs: 1, totalMs: 1 },
}

function openStream(client: ClientDialectId): TranslatedStream {
  const options = { request: plainRequest, context: createTestContext(), framing: 'sse' as const }
  return new TranslatedStream({
    decoder: bedrock.createDecoder(testOptions(bedrock)),
    encoder: clientDialects[client].createEncoder(options, () => undefined),
    commentOnLosses: () => '',
    createReader: createEventStreamReader,
    provider: upstream,
    limitBytes: 1024 * 1024,
  })
}

/** What the client gets when these bytes come and then the body ends; what is thrown ends it as the call path would. */
function translate(client: ClientDialectId, chunks: Iterable<Uint8Array>): string {
  const stream = openStream(client)
  let text = ''
  try {
    for (const chunk of chunks) text += stream.push(chunk)
    text += stream.end()
  } catch (error) {
    const failure: Failure | undefined = transportFailure(error, 'upstream')
    if (!failure) throw error
    text += stream.fail(failure)
  }
  return text
}

function isHealthy(client: ClientDialectId, text: string): boolean {
  const { isComplete, error } = readStreamFacts(client, readFramesOfText(text, 'sse'))
  return isComplete && error === undefined
}

const reply: Reply = {
  model: 'm',
  thinking: 'Hm.',
  text: 'It is “über” 🙂.',
  toolCalls: [{ id: 'call_1', name: 'look', args: { at: 'the sky' } }],
  finish: 'tool-calls',
  usage: { input: 9, output: 4 },
}
const answer = sayReply('bedrock-converse', reply, { stream: true })
const messages = Array.from(answer.pieces, toBytes)
const whole = Buffer.concat(messages)

describe.each([...clientDialectIds])('to a %s client', (client) => {
  const said = translate(client, [whole])

  test('a whole stream ends well, byte by byte too', () => {
    expect(isHealthy(client, said)).toBe(true)
    expect(
      translate(
        client,
        Array.from(whole, (byte) => Uint8Array.of(byte)),
      ),
    ).toBe(said)
    for (let at = 1; at < whole.length; at += 7) {
      expect(translate(client, [whole.subarray(0, at), whole.subarray(at)])).toBe(said)
    }
  }, 60_000)

  test('a stream cut at any byte never ends well', () => {
    for (let end = 0; end < whole.length; end++) {
      const text = translate(client, [whole.subarray(0, end)])
      expect([end, isHealthy(client, text)]).toEqual([end, false])
    }
  }, 60_000)

  test('a stream with a wrong bit anywhere never ends well', () => {
    // The reader's own test flips bits of every byte; a step of three still meets every part of every message.
    for (let at = 0; at < whole.length; at += 3) {
      const wrong = Uint8Array.from(whole)
      wrong[at] = (wrong[at] ?? 0) ^ 0x10
      expect([at, isHealthy(client, translate(client, [wrong]))]).toEqual([at, false])
    }
  }, 60_000)

  test('a stream with a message missing, out of place or an exception never ends well', () => {
    for (const at of messages.keys()) {
      const before = messages.slice(0, at)
      const broken = sayErrorAfter('bedrock-converse', at, answer).pieces
      expect(isHealthy(client, translate(client, Array.from(broken, toBytes)))).toBe(false)
      const garbage = [...before, toBytes('HTTP/1.1 502 Bad Gateway\r\n\r\n')]
      expect(isHealthy(client, translate(client, garbage))).toBe(false)
    }
    expect(isHealthy(client, translate(client, messages.slice(1)))).toBe(false)
    expect(isHealthy(client, translate(client, messages.slice(0, -1)))).toBe(false)
    expect(isHealthy(client, translate(client, messages.toReversed()))).toBe(false)
  })
})

describe.if(hasRecordings())('recorded streams', () => {
  const recordings = loadRecordings(({ dialect, format }) => dialect === 'bedrock-converse' && format === 'eventstream')

  test.each([...clientDialectIds])(
    'are the same to a %s client byte by byte, and never end well when cut',
    (client) => {
      expect(recordings.length).toBeGreaterThan(10)
      for (const recording of recordings) {
        const bytes = bytesOf(recording)
        const said = translate(client, [bytes])
        const each = Array.from(bytes, (byte) => Uint8Array.of(byte))
        expect(translate(client, each)).toBe(said)
        let end = 0
        for (const message of splitMessages(bytes)) {
          end += message.length
          for (const cut of [end - 1, end - 40, end].filter((place) => place < bytes.length)) {
            expect(isHealthy(client, translate(client, [bytes.subarray(0, Math.max(0, cut))]))).toBe(false)
          }
        }
      }
    },
    60_000,
  )
})

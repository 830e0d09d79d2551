/** A provider that streams binary messages, through the whole gateway: it reaches every client, and never ends well broken. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { providerDialects } from '@sluice/core/dialects/registry.ts'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { Answer } from '@sluice/testkit/answer.ts'
import {
  answerJson,
  breakAfter,
  closeAfter,
  endAfter,
  resetAfter,
  stallAfter,
  withChunking,
} from '@sluice/testkit/answer.ts'
import { sayErrorAfter, sayReply } from '@sluice/testkit/answers/say.ts'
import { toBytes } from '@sluice/testkit/chunking.ts'
import { encodeEventStreamMessage } from '@sluice/testkit/event-stream.ts'
import { compareFacts } from '@sluice/testkit/facts/compare-facts.ts'
import { readAnswerFacts } from '@sluice/testkit/facts/read-facts.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { readReplyFacts } from '@sluice/testkit/fidelity/judge.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { decodeFrames, testOptions } from '@sluice/testkit/run-codecs.ts'
import { ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const reply = {
  model: 'm',
  text: 'one two three four five',
  toolCalls: [{ id: 'call_1', name: 'look', args: { at: 'the sky' } }],
  finish: 'tool-calls',
  usage: { input: 12, output: 5, cacheRead: 4 },
} as const
const whole = sayReply('bedrock-converse', reply, { stream: true })
const messages = Array.from(whole.pieces, toBytes)
const bytesBefore = (count: number): number => Buffer.concat(messages.slice(0, count)).length

let fake: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  fake = await startFakeProvider({ answer: whole, isStrict: true })
  const deadlines = 'deadlines: { connect: 1s, first_token: 400ms, gap: 300ms, total: 5s }'
  gateway = await startTestGateway(`providers:
  converse: { dialect: bedrock-converse, base_url: ${fake.url}, api_key: canary-converse-0123456789, ${deadlines} }
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await fake.stop()
})

const damaged = (): Answer => {
  const wrong = Uint8Array.from(messages[4] ?? [])
  wrong[wrong.length - 6] = (wrong[wrong.length - 6] ?? 0) ^ 1
  return { ...whole, pieces: [...messages.slice(0, 4), wrong, ...messages.slice(5)] }
}
const unmodelled = encodeEventStreamMessage({
  headers: { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'it broke' },
  payload: '',
})

const faults: Readonly<Record<string, Answer>> = {
  'a clean end before metadata': endAfter(whole, messages.length - 1),
  'a clean end in the middle': endAfter(whole, 4),
  'a clean end inside a message': breakAfter(whole, 4, (messages[4] ?? toBytes('')).subarray(0, 30)),
  'a wrong checksum': damaged(),
  'an exception': sayErrorAfter('bedrock-converse', 4, whole),
  'an unmodelled error': breakAfter(whole, 4, unmodelled),
  'text in between': breakAfter(whole, 4, 'data: {"text":"hi"}\n\n'),
  'a reset': resetAfter(whole, bytesBefore(4)),
  'a close inside a message': closeAfter(whole, bytesBefore(4) + 5),
  silence: stallAfter(whole, 4),
}

describe.each([...clientDialectIds])('a %s client', (client) => {
  test.each(['per-frame', { bytes: 1 }, { bytes: 37 }, 'whole'] as const)('reads a stream cut %j', async (chunking) => {
    fake.answerWith(withChunking(whole, chunking))
    expect(await differencesSeenBy(client, true)).toEqual([])
    expect(fake.journal.at(-1)).toMatchObject({ path: '/model/m%2Fx/converse-stream', status: 200 })
    expect(fake.journal.at(-1)?.headers).toMatchObject({
      accept: 'application/vnd.amazon.eventstream',
      authorization: 'Bearer canary-converse-0123456789',
    })
  })

  test('reads a whole answer, and one that comes whole where a stream was asked for', async () => {
    fake.answerWith(sayReply('bedrock-converse', reply))
    expect(await differencesSeenBy(client, false)).toEqual([])
    expect(fake.journal.at(-1)?.path).toBe('/model/m%2Fx/converse')
    expect(await differencesSeenBy(client, true)).toEqual([])
  })

  test.each(Object.entries(faults))('is told of %s', async (_, answer) => {
    fake.answerWith(answer)
    const response = await ask(gateway, client, { model: 'converse/m/x', stream: true })
    const body = await response.text()
    if (response.status === 200) {
      const dialect = providerDialects[client]
      expect(decodeFrames(dialect, readFramesOfText(body, 'sse'), testOptions(dialect)).at(-1)?.type).toBe('error')
    } else expect(response.status).toBeGreaterThanOrEqual(500)
    expect(gateway.gateway.gate.open).toBe(0)
  })

  test('gets an exception that comes first, and an error, as what they are', async () => {
    fake.answerWith(sayErrorAfter('bedrock-converse', 0, whole))
    const first = await ask(gateway, client, { model: 'converse/m/x', stream: true })
    expect([first.status, await first.text()]).toEqual([502, expect.stringContaining('the model fell over')])
    const headers = { 'x-amzn-errortype': 'ThrottlingException:http://x/', 'retry-after': '3' }
    fake.answerWith(answerJson({ message: 'slow down' }, { status: 429, headers }))
    const second = await ask(gateway, client, { model: 'converse/m/x' })
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '3'])
    expect(await second.text()).toContain('slow down')
  })
})

/** What differs between what the provider said and what this client read. */
async function differencesSeenBy(client: ClientDialectId, stream: boolean): Promise<readonly string[]> {
  const response = await ask(gateway, client, { model: 'converse/m/x', stream })
  const headers = Object.fromEntries(response.headers)
  const copy = readReplyFacts(client, { status: response.status, headers, body: await response.text() })
  if (!copy) return ['no readable answer']
  // A chat client that asked for no usage in its stream is told of none.
  const source = readAnswerFacts(
    'bedrock-converse',
    JSON.parse(String([...sayReply('bedrock-converse', reply).pieces][0])),
  )
  const said = stream && client === 'openai-chat' ? { ...source, usage: undefined } : source
  return compareFacts(said, copy, client).map(({ kind, detail }) => `${kind} ${detail}`)
}

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { scrubSecrets } from '@sluice/core/call/scrub.ts'
import type { Provider } from '@sluice/core/providers/provider.ts'
import { answerText } from '@sluice/testkit/answer.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { bytesOf, hasRecordings, loadRecordings, type Recording, skippedLine } from '@sluice/testkit/recordings.ts'
import { replay } from '@sluice/testkit/replay.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** Every recorded exchange, whatever it is of, passed through: the same request arrives, and the same bytes come back. */
if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const passKey = 'sl-PassThr0ughK3yOfTh3T3stsOfTheGateway01'
const upstreamKey = 'canary-upstream-0123456789'
/** Two recorded clients wrote `//` in a path, and encoded a text in one twice: both are refused, as attacks are. */
const oddPath = /\/\/|%25[0-9a-f]{2}/i
const recordings = loadRecordings().filter(isPassable)
const providers = [...new Set(recordings.map(({ provider }) => provider))]

/** Sockets, and what was recorded without its request, have nothing to be sent. */
function isPassable({ request, operation, response }: Recording): boolean {
  return (
    URL.canParse(request.url) &&
    !oddPath.test(new URL(request.url).pathname) &&
    operation !== 'realtime' &&
    response.status >= 200 &&
    response.status !== 101
  )
}

let upstream: FakeProvider
let gateway: TestGateway
let playing: Recording | undefined

beforeAll(async () => {
  upstream = await startFakeProvider({
    answer: () => (playing ? replay(playing) : answerText('nothing is played', { status: 599 })),
  })
  const lines = providers.map(
    (name) => `  of-${name}: { dialect: openai-chat, base_url: ${upstream.url}, api_key: ${upstreamKey} }\n`,
  )
  gateway = await startTestGateway(`providers:\n${lines.join('')}settings: { detect: false }`, {
    keys: [`{ name: pass, key: ${passKey}, passthrough: true }`],
  })
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await upstream.stop()
})

describe.if(hasRecordings())('recordings passed through', () => {
  test('come back byte for byte, and their requests arrive as they were sent', async () => {
    const different: string[] = []
    for (const recording of recordings) {
      const why = await pass(recording)
      if (why !== undefined) different.push(`${recording.path}: ${why}`)
    }
    expect(different).toEqual([])
    expect(recordings.length).toBeGreaterThan(900)
  }, 60_000)
})

async function pass(recording: Recording): Promise<string | undefined> {
  playing = recording
  const { request, response } = recording
  const { pathname, searchParams } = new URL(request.url)
  searchParams.delete('key')
  const search = searchParams.size > 0 ? `?${searchParams}` : ''
  const method = request.method === '' ? 'POST' : request.method
  const sent =
    method === 'GET' || request.body === null || request.encoding !== undefined ? undefined : bodyText(request.body)
  const reply = await fetch(`${gateway.url}/of-${recording.provider}${pathname}${search}`, {
    method,
    headers: { authorization: `Bearer ${passKey}`, 'content-type': 'application/json' },
    ...(sent !== undefined && { body: sent }),
  })
  const bytes = Buffer.from(await reply.arrayBuffer())
  const call = upstream.journal.at(-1)
  if (call?.path !== pathname || call.method !== method) return `${call?.method} ${call?.path} arrived (${bytes})`
  if (call.body !== (sent ?? '')) return 'another body arrived'
  if (reply.status !== response.status) return `status ${reply.status}`
  const original = Buffer.from(bytesOf(recording))
  const expected = response.status > 299 ? Buffer.from(scrubSecrets(original.toString(), keyless)) : original
  return bytes.equals(expected) ? undefined : 'another answer came'
}

function bodyText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

const keyless: Provider = {
  name: 'x',
  dialect: 'openai-chat',
  baseUrl: 'https://x.example',
  origin: 'https://x.example',
  apiKey: undefined,
  headers: {},
  quirks: {},
  allow: new Set(),
  deadlines: { connectMs: 1, firstTokenMs: 1, gapMs: 1, totalMs: 1 },
}

import { describe, expect, test } from 'bun:test'
import { clientDialects } from '../dialects/registry.ts'
import type { Provider } from '../providers/provider.ts'
import type { ByteSource, UpstreamAnswer } from '../upstream/transport.ts'
import { TransportError } from '../upstream/transport.ts'
import type { CallPorts } from './call-ports.ts'
import type { CallRecord } from './call-record.ts'
import type { CallAnswer, ClientCall } from './client-call.ts'
import { handleCall } from './handle-call.ts'
import type { Snapshot, VirtualKey } from './snapshot.ts'

const deadlines = { connectMs: 1000, firstTokenMs: 1000, gapMs: 1000, totalMs: 1000 }
const provider: Provider = {
  name: 'upstream',
  dialect: 'openai-chat',
  baseUrl: 'http://upstream/v1',
  origin: 'http://upstream',
  apiKey: undefined,
  headers: {},
  quirks: {},
  allow: new Set(),
  deadlines,
}
const key: VirtualKey = { id: 'k', name: 'k', models: undefined, source: 'config' }
const snapshot: Snapshot = {
  id: 7,
  providers: new Map([['upstream', provider]]),
  models: new Map(),
  keys: new Map(),
  settings: { bodyLimitBytes: 1024, answerLimitBytes: 1000, heartbeatMs: 15_000 },
}

/** What one call came to, with an upstream that answers like this. */
async function run(answer: () => Promise<UpstreamAnswer>, { client = 'openai-chat', stream = true } = {}) {
  const records: CallRecord[] = []
  const bugs: unknown[] = []
  const ports: CallPorts = {
    transportFor: () => ({ send: answer }),
    nowMs: () => 0,
    unixSeconds: () => 0,
    newId: (prefix) => `${prefix}1`,
    after: () => () => undefined,
    every: () => () => undefined,
    record: (record) => records.push(record),
    reportBug: (bug) => bugs.push(bug),
  }
  const messages = [{ role: 'user', content: 'Hello.' }]
  const call: ClientCall = {
    requestId: 'req_1',
    route: '/x',
    codec: client === 'openai-chat' ? clientDialects['openai-chat'] : clientDialects['anthropic-messages'],
    pathModel: undefined,
    pathStream: undefined,
    alwaysTellsUsage: false,
    text: JSON.stringify({ model: 'upstream/m', messages, stream, max_tokens: 5 }),
    framing: 'sse',
    passHeaders: {},
    passQuery: '',
    isStrict: false,
    key,
    signal: new AbortController().signal,
  }
  const { status, body } = await handleCall(call, snapshot, ports)
  return { status, text: await readAll(body), records, bugs }
}

async function readAll(body: CallAnswer['body']): Promise<string> {
  if (typeof body === 'string') return body
  let text = ''
  await body.run({
    write(chunk) {
      text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)
    },
    cut: () => undefined,
  })
  return text
}

/** A body of these pieces, then this error. `cancelled` counts how often it was given up. */
function sourceOf(pieces: readonly string[], error: Error): ByteSource & { cancelled: number } {
  const left = pieces.map((piece) => new TextEncoder().encode(piece))
  return {
    cancelled: 0,
    isDelimited: true,
    read: () => {
      const piece = left.shift()
      return piece ? Promise.resolve(piece) : Promise.reject(error)
    },
    cancel() {
      this.cancelled++
    },
  }
}

const frame = 'data: {"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'
const bug = new TypeError('undefined is not a function')

describe.each(['openai-chat', 'anthropic-messages'])('a bug in the call of a %s client', (client) => {
  test('before an answer is a 500 and one record', async () => {
    const { status, text, records, bugs } = await run(() => Promise.reject(bug), { client })
    expect(status).toBe(500)
    expect(text).toContain('req_1')
    expect(bugs).toEqual([bug])
    expect(records.map(({ outcome, failure }) => [outcome, failure?.kind])).toEqual([['failed', 'internal']])
  })

  test.each([true, false])('before the first byte (stream: %p) lets go of the upstream', async (stream) => {
    const body = sourceOf([], bug)
    const answer = { status: 200, headers: {}, body }
    const { status, records, bugs } = await run(() => Promise.resolve(answer), { client, stream })
    expect(status).toBe(500)
    expect(bugs).toEqual([bug])
    expect(records).toHaveLength(1)
    expect(body.cancelled).toBeGreaterThan(0)
  })

  test('in the middle of a stream is told in the stream, and one record', async () => {
    const body = sourceOf([frame], bug)
    const answer = { status: 200, headers: {}, body }
    const { status, text, records, bugs } = await run(() => Promise.resolve(answer), { client })
    expect(status).toBe(200)
    expect(text).toContain('Hi')
    expect(text).toContain('The gateway made a mistake')
    expect(text).not.toMatch(/\[DONE\]|message_stop/)
    expect(bugs).toEqual([bug])
    expect(records.map(({ outcome, failure }) => [outcome, failure?.kind])).toEqual([['broken', 'internal']])
    expect(body.cancelled).toBeGreaterThan(0)
  })
})

describe('an upstream that sends too much', () => {
  const late = new TransportError('gap-timeout', 'never reached')

  test('in a stream that is translated is cut off at the limit', async () => {
    const body = sourceOf(Array(100).fill(frame), late)
    const answer = { status: 200, headers: {}, body }
    const { text, records } = await run(() => Promise.resolve(answer), { client: 'anthropic-messages' })
    expect(text).toContain('Hi')
    expect(text).toContain('a stream of over 1000 bytes')
    expect(records[0]).toMatchObject({ outcome: 'broken', failure: { code: 'upstream_too_large' } })
    expect(body.cancelled).toBeGreaterThan(0)
  })

  test('in one event that is relayed is cut off as well', async () => {
    const body = sourceOf(['data: "', ...Array(20).fill('x'.repeat(1024 * 1024))], late)
    const answer = { status: 200, headers: {}, body }
    const { text, records } = await run(() => Promise.resolve(answer))
    expect(text.length).toBeLessThan(17 * 1024 * 1024)
    expect(text.slice(-400)).toContain('an event of over')
    expect(records[0]).toMatchObject({ outcome: 'broken' })
    expect(body.cancelled).toBeGreaterThan(0)
  })

  test('before anything can be sent lets go of the upstream', async () => {
    const body = sourceOf(Array(100).fill(': nothing\n\n'), late)
    const answer = { status: 200, headers: {}, body }
    const { status } = await run(() => Promise.resolve(answer), { client: 'anthropic-messages' })
    expect(status).toBe(502)
    expect(body.cancelled).toBeGreaterThan(0)
  })

  test('in an error page keeps the status', async () => {
    const body = sourceOf(Array(100).fill('x'.repeat(10_000)), late)
    const answer = { status: 429, headers: { 'retry-after': '3' }, body }
    const { status, records } = await run(() => Promise.resolve(answer), { client: 'anthropic-messages' })
    expect(status).toBe(429)
    expect(records[0]).toMatchObject({ outcome: 'failed', failure: { kind: 'rate-limited' } })
    expect(body.cancelled).toBeGreaterThan(0)
  })
})

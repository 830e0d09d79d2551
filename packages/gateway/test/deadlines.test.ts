import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createServer, type Server, type Socket } from 'node:net'
import { providerDialects } from '@sluice/core/dialects/registry.ts'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { type Answer, neverAnswer, stallAfter, withChunking, withTiming } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { decodeFrames, testOptions } from '@sluice/testkit/run-codecs.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/**
 * Attack case G4 and the four deadlines of a deployment: whichever passes ends the call as an error of the client's own
 * dialect, 504 before the first byte and an error event after it, whether it is set for all, a provider or a model.
 */
const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))
const words = 'one two three four five'
const deadlineNames = ['connect', 'first_token', 'gap', 'total'] as const
type DeadlineName = (typeof deadlineNames)[number]

/** In the log, and to clients whose dialect has a place for it. */
const codes: Readonly<Record<DeadlineName, string>> = {
  connect: 'upstream_connect_timeout',
  first_token: 'upstream_first_byte_timeout',
  gap: 'upstream_gap_timeout',
  total: 'upstream_total_timeout',
}

let provider: FakeProvider
/** Takes connections and never says a word: a TLS handshake with it does not end. */
let mute: Server
const muted = new Set<Socket>()

beforeAll(async () => {
  provider = await startFakeProvider({ answer: neverAnswer() })
  mute = createServer((socket) => muted.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  for (const socket of muted) socket.destroy()
  mute.close()
  await provider.stop()
})

const levels = ['settings', 'provider', 'model'] as const
const shortMs = 61
/** Enough to connect and for an answer to begin, on a busy machine too. */
const beginsWithinMs = 700
const long = '10m'

/** One deadline short at this level and long at those it stands over; `now-<dialect>` names a model of each provider. */
function configure(level: (typeof levels)[number], { name, limitMs = shortMs }: Silence): string {
  const address = mute.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const url = name === 'connect' ? `https://127.0.0.1:${port}` : provider.url
  const at = (each: (typeof levels)[number]): string => {
    const isSaid = levels.indexOf(each) <= levels.indexOf(level)
    return isSaid ? `deadlines: { ${name}: ${each === level ? `${limitMs}ms` : long} }` : ''
  }
  const more = (text: string): string => (text === '' ? '' : `, ${text}`)
  const models = clientDialectIds.map((id) => `  now-${id}: [ { provider: ${id}, model: m${more(at('model'))} } ]`)
  return `${oneProviderPerDialect(url, more(at('provider')))}  ${at('settings')}\nmodels:\n${models.join('\n')}\n`
}

const whole = (dialect: ClientDialectId, stream: boolean): Answer => sayText(dialect, words, { stream })
/** How many events of a stream hold some of the text, and not the end. */
const middleOf = (dialect: ClientDialectId): number => (dialect === 'gemini' ? 2 : 6)
const slowly = (answer: Answer): Answer => withTiming(withChunking(answer, { bytes: 5 }), { betweenChunksMs: 40 })

interface Silence {
  readonly name: DeadlineName
  readonly when: string
  /** A stream has begun by then. */
  readonly hasBegun: boolean
  readonly limitMs?: number
  readonly answer: (dialect: ClientDialectId, stream: boolean) => Answer
}

const silences: readonly Silence[] = [
  { name: 'connect', when: 'while connecting', hasBegun: false, answer: neverAnswer },
  { name: 'first_token', when: 'before the headers', hasBegun: false, answer: neverAnswer },
  {
    name: 'first_token',
    when: 'after the headers',
    hasBegun: false,
    answer: (dialect, stream) => stallAfter(whole(dialect, stream), 0),
  },
  {
    name: 'gap',
    when: 'in the middle',
    hasBegun: true,
    limitMs: beginsWithinMs,
    answer: (dialect, stream) =>
      stream
        ? stallAfter(whole(dialect, true), middleOf(dialect))
        : stallAfter(withChunking(whole(dialect, false), { bytes: 20 }), 2),
  },
  { name: 'total', when: 'before the headers', hasBegun: false, limitMs: beginsWithinMs, answer: neverAnswer },
  {
    name: 'total',
    when: 'in the middle',
    hasBegun: true,
    limitMs: beginsWithinMs,
    answer: (dialect, stream) =>
      stream ? stallAfter(whole(dialect, true), middleOf(dialect)) : slowly(whole(dialect, false)),
  },
  {
    name: 'total',
    when: 'byte by byte',
    hasBegun: false,
    limitMs: beginsWithinMs,
    answer: (dialect, stream) => slowly(whole(dialect, stream)),
  },
]

describe.each([...levels])('a deadline of the %s', (level) => {
  test.each([...silences])('to $name passes $when', async (silence) => {
    await using gateway = await startTestGateway(configure(level, silence))
    provider.answerWith(({ dialect = 'openai-chat', path, body }) =>
      silence.answer(dialect, path.includes('stream') || body.includes('"stream":true')),
    )
    const asked = pairs.flatMap(([client, target]) => [false, true].map((stream) => ({ client, target, stream })))
    const ends = asked.map(async ({ client, target, stream }) => {
      const response = await ask(gateway, client, { model: `now-${target}`, stream })
      await expectEnd({ gateway, silence, client, response, stream })
    })
    await Promise.all(ends)
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(gateway.gateway.gate.open).toBe(0)
  })
})

interface Ended {
  readonly gateway: TestGateway
  readonly silence: Silence
  readonly client: ClientDialectId
  readonly response: Response
  readonly stream: boolean
}

async function expectEnd({ gateway, silence, client, response, stream }: Ended): Promise<void> {
  const { name, hasBegun, limitMs = shortMs } = silence
  const isBroken = stream && hasBegun
  const told = expect.stringContaining(`${limitMs} ms`)
  const text = await response.text()
  expect(response.status).toBe(isBroken ? 200 : 504)
  if (isBroken) expect(lastEvent(client, text)).toMatchObject({ type: 'error', failure: { message: told } })
  else expect(JSON.parse(text)).toMatchObject({ error: { message: told } })
  expect(await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')).toMatchObject({
    outcome: isBroken ? 'broken' : 'failed',
    failure: { kind: 'upstream-timeout', code: codes[name] },
  })
}

function lastEvent(client: ClientDialectId, text: string): unknown {
  const dialect = providerDialects[client]
  return decodeFrames(dialect, readFramesOfText(text, 'sse'), testOptions(dialect)).at(-1)
}

test('a model may be given more time than its provider has', async () => {
  provider.answerWith(({ dialect = 'openai-chat' }) => withTiming(whole(dialect, true), { beforeHeadersMs: 250 }))
  const patient = clientDialectIds.map(
    (id) => `  now-${id}: [ { provider: ${id}, model: m, deadlines: { first_token: 10m, gap: 10m, total: 10m } } ]`,
  )
  const hasty = `, deadlines: { first_token: ${shortMs}ms, gap: ${shortMs}ms, total: ${shortMs}ms }`
  await using gateway = await startTestGateway(
    `${oneProviderPerDialect(provider.url, hasty)}models:\n${patient.join('\n')}\n`,
  )
  await Promise.all(
    pairs.map(async ([client, target]) => {
      const late = await ask(gateway, client, { model: `${target}/m`, stream: true })
      expect([late.status, await late.text()]).toEqual([504, expect.stringContaining('error')])
      const given = await ask(gateway, client, { model: `now-${target}`, stream: true })
      expect([given.status, await given.text()]).toEqual([200, expect.stringContaining('five')])
    }),
  )
})

test('a deadline that passes before the first byte sends the call to the next deployment', async () => {
  await using second = await startFakeProvider({ answer: ({ dialect = 'openai-chat' }) => whole(dialect, true) })
  provider.answerWith(neverAnswer())
  const models = clientDialectIds.map(
    (id) =>
      `  now-${id}: [ { provider: ${id}, model: m, deadlines: { first_token: ${shortMs}ms } }, { provider: spare-${id}, model: m } ]`,
  )
  const spares = clientDialectIds.map(
    (id) => `  spare-${id}: { dialect: ${id}, base_url: ${second.url}/v1, api_key: k }`,
  )
  const yaml = oneProviderPerDialect(provider.url).replace('settings:', `${spares.join('\n')}\nsettings:`)
  await using gateway = await startTestGateway(`${yaml}models:\n${models.join('\n')}\n`)
  await Promise.all(
    pairs.map(async ([client, target]) => {
      const response = await ask(gateway, client, { model: `now-${target}`, stream: true })
      expect(response.headers.get('x-sluice-provider')).toBe(`spare-${target}`)
      expect(await response.text()).toContain('five')
    }),
  )
  expect(second.journal).toHaveLength(16)
})

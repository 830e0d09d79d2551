import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { providerDialects } from '@sluice/core/dialects/registry.ts'
import { clientDialectIds, type DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Answer } from '@sluice/testkit/answer.ts'
import {
  breakAfter,
  closeAfter,
  endAfter,
  hugeLine,
  resetAfter,
  stallAfter,
  withHugeHeaders,
} from '@sluice/testkit/answer.ts'
import { sayErrorAfter, sayErrorAsSuccess, sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { decodeFrames, testOptions } from '@sluice/testkit/run-codecs.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** Attack cases G4-G7, D7: what breaks upstream is told to the client as an error of its own dialect, never as an end. */
let provider: FakeProvider
let gateway: TestGateway
const text = 'one two three four five'
const deadlines = ', deadlines: { connect: 1s, first_token: 400ms, gap: 300ms, total: 5s }'

/** Dialects of providers alone whose streams are text; those of Bedrock are broken in `event-streams.test.ts`. */
const textOnly = ['cohere', 'ollama'] as const
const targets: readonly DialectId[] = [...clientDialectIds, ...textOnly]

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayText('openai-chat', text) })
  const others = textOnly.reduce(
    (lines, name) =>
      `${lines}  ${name}: { dialect: ${name}, base_url: ${provider.url}/v1, api_key: canary-upstream-0123456789${deadlines} }\n`,
    'providers:\n',
  )
  gateway = await startTestGateway(oneProviderPerDialect(provider.url, deadlines).replace('providers:\n', others))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const whole = (dialect: DialectId): Answer => sayText(dialect, text, { stream: true })
/** How many events of the answer go out before it breaks: some text is among them, and the terminal is not. */
const middleOf = (dialect: DialectId): number => (dialect === 'gemini' || dialect === 'ollama' ? 2 : 6)
/** The same in bytes: Ollama's lines are short. */
const bytesOf = (dialect: DialectId): number => (dialect === 'ollama' ? 300 : 900)

const faults: Readonly<Record<string, (dialect: DialectId) => Answer>> = {
  'a clean end before the terminal': (dialect) => endAfter(whole(dialect), middleOf(dialect)),
  'a reset': (dialect) => resetAfter(whole(dialect), bytesOf(dialect)),
  'a close inside a chunk': (dialect) => closeAfter(whole(dialect), bytesOf(dialect) + 1),
  'an error event': (dialect) => sayErrorAfter(dialect, middleOf(dialect), whole(dialect)),
  'a frame that is no JSON': (dialect) => breakAfter(whole(dialect), middleOf(dialect), 'data: {"broken":\n\n'),
  'silence in the middle': (dialect) => stallAfter(whole(dialect), middleOf(dialect)),
}

const pairs = clientDialectIds.flatMap((client) => targets.map((target) => [client, target] as const))

describe.each(Object.keys(faults))('%s', (name) => {
  test.each(pairs)('a %s client of a %s provider sees an error', async (client, target) => {
    provider.answerWith(faults[name]?.(target) ?? whole(target))
    const response = await ask(gateway, client, { model: `${target}/m`, stream: true })
    const body = await response.text()
    if (response.status === 200) {
      const dialect = providerDialects[client]
      const events = decodeFrames(dialect, readFramesOfText(body, 'sse'), testOptions(dialect))
      expect(events.at(-1)?.type).toBe('error')
    } else {
      expect(response.status).toBeGreaterThanOrEqual(500)
    }
    expect(gateway.gateway.gate.open).toBe(0)
  })
})

test.each(pairs)('a %s client sees an error that a %s provider hides in a 200', async (client, target) => {
  provider.answerWith(sayErrorAsSuccess(target, 'the model fell over'))
  for (const stream of [true, false]) {
    const response = await ask(gateway, client, { model: `${target}/m`, stream })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(await response.text()).toContain('the model fell over')
  }
})

describe.each([...clientDialectIds])('a hostile %s provider', (target) => {
  test.each([
    ['an endless line', (): Answer => hugeLine(40 * 1024 * 1024)],
    ['a megabyte of headers', (): Answer => withHugeHeaders(whole(target), 1024 * 1024)],
  ])('with %s is cut off and named', async (_, answer) => {
    provider.answerWith(answer())
    const response = await ask(gateway, 'openai-chat', { model: `${target}/m`, stream: true })
    const body = await response.text()
    expect(body).toMatch(/"error"/)
    expect(body).not.toContain('[DONE]')
  })

  test('is never tried again once a byte has reached the client', async () => {
    await using second = await startFakeProvider({ answer: whole(target) })
    const before = provider.journal.length
    provider.answerWith(faults['a reset']?.(target) ?? whole(target))
    await using pair = await startTestGateway(
      `providers:
  first: { dialect: ${target}, base_url: ${provider.url}/v1, api_key: canary-first-0123456789 }
  second: { dialect: ${target}, base_url: ${second.url}/v1, api_key: canary-second-0123456789 }
models:
  both: [ { provider: first, model: m }, { provider: second, model: m } ]
settings: { detect: false }`,
    )
    const response = await ask(pair, target, { model: 'both', stream: true })
    await response.text()
    expect(provider.journal.length - before).toBe(1)
    expect(second.journal).toHaveLength(0)
    expect(await pair.call(1)).toMatchObject({ outcome: 'broken', provider: 'first' })
  })

  test('that fails before its first byte is replaced by the next deployment', async () => {
    await using second = await startFakeProvider({ answer: whole(target) })
    provider.answerWith(sayErrorAsSuccess(target))
    await using pair = await startTestGateway(
      `providers:
  first: { dialect: ${target}, base_url: ${provider.url}/v1, api_key: canary-first-0123456789 }
  second: { dialect: ${target}, base_url: ${second.url}/v1, api_key: canary-second-0123456789 }
models:
  both: [ { provider: first, model: m }, { provider: second, model: m } ]
settings: { detect: false }`,
    )
    const response = await ask(pair, target, { model: 'both', stream: true })
    expect(response.headers.get('x-sluice-provider')).toBe('second')
    expect(await response.text()).toContain('five')
    expect(await pair.call(1)).toMatchObject({ outcome: 'ok', provider: 'second' })
  })
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import {
  type Answer,
  answerJson,
  answerText,
  breakAfter,
  gzipped,
  neverAnswer,
  redirectTo,
  resetAfter,
  withHeaders,
} from '@sluice/testkit/answer.ts'
import { replyWriters, sayErrorAsSuccess, sayText } from '@sluice/testkit/answers/say.ts'
import { assertNoCanary, plantCanary } from '@sluice/testkit/canary.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/**
 * Attack case C8: however a call fails, and whatever a provider repeats of what it was sent, no key and no configured
 * header comes out in an answer, its headers or the log.
 */
const key = plantCanary('the provider key')
const tenant = plantCanary('a configured header')
const path = plantCanary('a part of the address', '')
const canaries = [key, tenant, path, { name: 'the caller’s key', value: testKey }]
const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))

let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: neverAnswer() })
  gateway = await startTestGateway(configure(provider.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** One provider of each dialect at this address, with a secret wherever one can stand. */
function configure(url: string): string {
  const fields = `base_url: ${url}/${path.value}/v1, api_key: ${key.value}, headers: { x-tenant: ${tenant.value} }`
  const deadlines = 'deadlines: { connect: 200ms, first_token: 100ms }'
  const lines = clientDialectIds.map((id) => `  ${id}: { dialect: ${id}, ${fields}, ${deadlines} }`)
  return `providers:\n${lines.join('\n')}\nsettings: { detect: false }\n`
}

/** What a careless provider says of what it was sent. */
const echo = `x-api-key ${key.value}, Bearer ${key.value}, ?key=${key.value}, x-tenant ${tenant.value}`
const middleOf = (dialect: ClientDialectId): number => (dialect === 'gemini' ? 2 : 6)
const stream = (dialect: ClientDialectId): Answer => sayText(dialect, 'one two three four five', { stream: true })
const errorBody = (dialect: ClientDialectId, status: number): Answer =>
  answerJson(replyWriters[dialect].errorBody(status, echo), { status, headers: { 'x-request-id': key.value } })

const failures: Readonly<Record<string, (dialect: ClientDialectId) => Answer>> = {
  'refuses the key': (dialect) => errorBody(dialect, 401),
  'is out of breath': (dialect) => errorBody(dialect, 429),
  breaks: (dialect) => errorBody(dialect, 500),
  'refuses in a page': () => answerText(`<html><title>${echo}</title>${echo}</html>`, { status: 403 }),
  'refuses in words of its own': () => answerJson({ oops: { deep: [echo], [key.value]: 1 } }, { status: 400 }),
  'names the key as content type': () =>
    withHeaders(answerText(echo, { status: 400 }), { 'content-type': `x/${key.value}` }),
  'hides an error in a 200': (dialect) => sayErrorAsSuccess(dialect, echo),
  'answers something else': () => answerText(`${echo} {`),
  'answers JSON of another kind': () => answerJson({ echo }),
  'breaks off with an event': (dialect) =>
    breakAfter(stream(dialect), middleOf(dialect), replyWriters[dialect].errorEvent(echo)),
  'breaks off with no JSON': (dialect) => breakAfter(stream(dialect), middleOf(dialect), `data: {"error": ${echo}\n\n`),
  redirects: () => redirectTo(`http://127.0.0.1:9/?key=${key.value}`),
  compresses: (dialect) => gzipped(errorBody(dialect, 400)),
  resets: (dialect) => resetAfter(errorBody(dialect, 400), 40),
  'never answers': () => neverAnswer(),
}

test.each(Object.keys(failures))('a provider that %s keeps its secrets', async (name) => {
  provider.answerWith(({ dialect = 'openai-chat' }) => failures[name]?.(dialect) ?? neverAnswer())
  await expectNoSecret(gateway)
})

test.each([
  ['whose name nobody knows', 'http://nobody.invalid'],
  ['that speaks no TLS', ''],
  ['that is not there', 'http://127.0.0.1:9'],
])('nor is a secret told of a provider %s', async (_, url) => {
  await using astray = await startTestGateway(configure(url || provider.url.replace('http:', 'https:')))
  await expectNoSecret(astray)
  assertNoCanary(canaries, { log: astray.logText })
})

/** Calls on all pairs, whole and streamed, waits for the log lines and looks for secrets in all that came out. */
async function expectNoSecret(to: TestGateway): Promise<void> {
  const asked = pairs.flatMap(([client, target]) =>
    [false, true].map(async (stream) => {
      const response = await ask(to, client, { model: `${target}/m`, stream })
      const body = await response.text()
      const line = await to.callOf(response.headers.get('x-sluice-request-id') ?? '')
      expect(line['outcome']).not.toBe('cancelled')
      assertNoCanary(canaries, { body, headers: response.headers.toJSON(), log: JSON.stringify(line) })
    }),
  )
  await Promise.all(asked)
}

test('and the whole log holds none', () => {
  expect(gateway.logText).not.toContain('"bug"')
  assertNoCanary(canaries, { log: gateway.logText })
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { type Answer, answerJson, breakAfter, neverAnswer, stallAfter } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { assertNoCanary, plantCanary } from '@sluice/testkit/canary.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect, plainRequest } from './ask.ts'
import { poll } from './poll.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/**
 * Attack case B7: whatever clients and providers put into names, headers and messages, a call is one line of JSON that
 * holds no body, no secret and no character that a terminal or a reader of lines takes for a command.
 */
const providerKey = plantCanary('the provider key')
const prompt = plantCanary('the prompt', '')
const reply = plantCanary('the answer', '')
const header = plantCanary('a header of the caller')
const canaries = [providerKey, prompt, reply, header, { name: 'the caller’s key', value: testKey }]

/** Of several events, when streamed. */
const answerText = `one two ${reply.value} four five`

const odd: readonly string[] = [
  'a\r\n{"event":"call","forged":true}',
  'a\n\n\t\v\f\b',
  '\x1b[2J\x1b[31mred\x1b]0;title\x07',
  '\u2028\u2029\u0085\ufeff',
  '\u202e\u2066right to left\u200f',
  '\x00\x7f\x80\x9b31m',
  '"},{"a":"',
  '\\',
  '\\u000a\\n',
  '${jndi:ldap://x.example/a}',
  '\ud800\udfff\udc00',
  '%0a%0d{"forged":true}',
  'x'.repeat(1024 * 1024),
]

let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: ok })
  const yaml = oneProviderPerDialect(provider.url).replaceAll('canary-upstream-0123456789', providerKey.value)
  gateway = await startTestGateway(yaml)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

function ok({
  dialect = 'openai-chat',
  path,
  body,
}: {
  dialect?: ClientDialectId | undefined
  path: string
  body: string
}): Answer {
  const stream = path.includes('stream') || /"stream":\s*true/.test(body)
  return sayText(dialect, answerText, { stream })
}

const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))

let seenChars = 0

/** Makes calls and says how many they were; waits until each has its line and looks at every line since the last time. */
async function expectLines(act: () => Promise<number>): Promise<readonly JsonObject[]> {
  const before = gateway.calls().length
  const count = await act()
  if (count > 0) await gateway.call(before + count)
  expect(gateway.gateway.gate.open).toBe(0)
  const text = gateway.logText.slice(seenChars).trim()
  seenChars = gateway.logText.length
  const lines = text.split('\n').map((line): JsonObject => JSON.parse(line))
  const calls = lines.filter(({ event }) => event === 'call')
  expect(calls).toHaveLength(count)
  expect(lines.filter((line) => 'forged' in line || line['event'] === 'bug')).toEqual([])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/)
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(16 * 1024)
  assertNoCanary(canaries, { log: text })
  return calls
}

/** The plain request of a dialect with a prompt to look for, and with more fields. */
async function say(
  client: ClientDialectId,
  model: string,
  { stream = false, extra = {} }: { stream?: boolean; extra?: JsonObject } = {},
): Promise<{ readonly text: string; readonly isCall: boolean }> {
  const { path, body } = plainRequest(client, {
    model: client === 'gemini' ? encodeURIComponent(model) : model,
    stream,
  })
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${testKey}`,
      'x-odd': `\x80\x9b31m ${header.value}`,
      'user-agent': header.value,
      referer: `http://x/?key=${header.value}`,
    },
    body: JSON.stringify({ ...body, ...extra }).replace('Hello.', `Hello. ${prompt.value}`),
  })
  return { text: await response.text(), isCall: response.headers.has('x-sluice-request-id') }
}

async function sayAll(asked: readonly (() => ReturnType<typeof say>)[]): Promise<number> {
  let calls = 0
  for (const each of asked) if ((await each()).isCall) calls++
  return calls
}

describe.each([...clientDialectIds])('a %s client', (client) => {
  test('that asks for models with odd names leaves a line each', async () => {
    // Where the name stands in the path, some make a path that leads nowhere: no call, and no line.
    const names = odd.map((name) => (client === 'gemini' ? name.slice(0, 2000).toWellFormed() : name))
    const asked = ['', `${client}/`].flatMap((prefix) => names.map((name) => () => say(client, prefix + name)))
    const lines = await expectLines(() => sayAll(asked))
    expect(lines.length).toBeGreaterThan(odd.length)
    if (client !== 'gemini') expect(lines).toHaveLength(asked.length)
  })

  test('that sends odd fields, tools and users leaves a line each', async () => {
    const fields = (text: string): JsonObject => ({
      user: text,
      metadata: { user_id: text },
      [text]: text,
      tools: [{ type: text, name: text, function: { name: text } }],
      tool_choice: text,
      generationConfig: { responseMimeType: text },
    })
    const extras = odd.flatMap((text) => Object.entries(fields(text)).map(([name, value]) => ({ [name]: value })))
    const targets = [client, client === 'gemini' ? 'openai-chat' : 'gemini']
    const asked = targets.flatMap((target) => extras.map((extra) => () => say(client, `${target}/m`, { extra })))
    expect(await expectLines(() => sayAll(asked))).toHaveLength(asked.length)
  })
})

describe.each(pairs)('a %s client of a %s provider', (client, target) => {
  const model = `${target}/m`

  test('leaves one line per call, however it ends', async () => {
    const answer = sayText(target, answerText, { stream: true })
    const bad = `data: {"broken ${reply.value}\x1b[31m\n\n`
    const breaking = breakAfter(answer, target === 'gemini' ? 2 : 6, bad)
    const lines = await expectLines(async () => {
      await sayAll([
        () => say(client, model),
        () => say(client, model, { stream: true }),
        () => say(client, 'nobody/m'),
      ])
      provider.answerWith(breaking)
      await say(client, model, { stream: true })
      provider.answerWith(neverAnswer())
      await leave(client, { model, stream: false })
      provider.answerWith(stallAfter(answer, 1))
      await leave(client, { model, stream: true })
      return 6
    })
    expect(lines).toMatchObject([
      { outcome: 'ok', stream: false, provider: target, key: 'config:test', requested_model: model },
      { outcome: 'ok', stream: true },
      { outcome: 'failed', status: 404 },
      { outcome: 'broken', stream: true },
      { outcome: 'cancelled', stream: false },
      { outcome: 'cancelled', stream: true },
    ])
    provider.answerWith(ok)
  })

  test('leaves one line per odd error of the provider', async () => {
    const errors = odd.flatMap((text) => [
      { error: { message: text, type: text, code: text, param: text, status: text } },
      { type: 'error', error: { type: text, message: `${text} ${providerKey.value}` } },
      { error: text, detail: text, message: text },
    ])
    const headers = { 'x-request-id': `a\x80\x9b31m${'r'.repeat(5000)}` }
    for (const [status, stream] of [
      [400, false],
      [429, true],
    ] as const) {
      const asked = errors.map((error) => () => {
        provider.answerWith(answerJson(error, { status, headers }))
        return say(client, model, { stream })
      })
      const lines = await expectLines(() => sayAll(asked))
      expect(lines).toHaveLength(asked.length)
      expect(lines.filter(({ outcome }) => outcome !== 'failed')).toEqual([])
    }
    provider.answerWith(ok)
  })
})

/** Asks, and goes away as soon as the provider has heard of it. */
async function leave(
  client: ClientDialectId,
  options: { readonly model: string; readonly stream: boolean },
): Promise<void> {
  // The call before may still be open there: who left at the sight of it would leave before having asked.
  await provider.until(({ openCalls }) => openCalls === 0)
  const leaving = new AbortController()
  const asked = ask(gateway, client, { ...options, signal: leaving.signal })
  const over = asked.then((response) => response.text()).catch(() => 'left')
  await provider.until(({ openCalls }) => openCalls === 1)
  leaving.abort()
  expect(await over).toBe('left')
  await provider.until(({ openCalls }) => openCalls === 0)
}

test('names that an operator gives are refused when they are odd, in lines as plain', async () => {
  const key = 'sl-0ddK3yOfTh3T3sts0123456789abcdefghijklmnopq'
  for (const name of odd.map((each) => JSON.stringify(each.slice(0, 300).toWellFormed()))) {
    const yaml = oneProviderPerDialect(provider.url)
    expect(await gateway.reconfigure(`${yaml}models:\n  ${name}: [ { provider: gemini, model: m } ]\n`)).toBe('refused')
    const starting = startTestGateway('settings: { detect: false }', { keys: [`{ name: ${name}, key: ${key} }`] })
    expect(await starting.then(() => 'started').catch(() => 'refused')).toBe('refused')
  }
  await poll(() => gateway.logText.split('"config-refused"').length === odd.length + 1)
  await expectLines(() => Promise.resolve(0))
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { Json } from '@sluice/core/ir/json.ts'
import { answerText, withHeaders } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { oneProviderPerDialect, plainRequest } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Attack cases B4, B5, D8: JSON that two readers understand differently, that pollutes, or that costs too much. */
let provider: FakeProvider
let gateway: TestGateway
const polluted: Readonly<Record<string, unknown>> = {}

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  gateway = await startTestGateway(oneProviderPerDialect(provider.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
  expect(gateway.logText.split('\n').filter((line) => line.includes('"bug"'))).toEqual([])
})

async function post(path: string, body: BodyInit): Promise<number> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}` },
    body,
  })
  await response.text()
  return response.status
}

/** The plain request of a dialect as text, with a member written in front of it by hand. */
function withMember(client: ClientDialectId, target: ClientDialectId, member = ''): { path: string; text: string } {
  const { path, body } = plainRequest(client, { model: `${target}/m` })
  const text = JSON.stringify(body)
  return { path, text: member === '' ? text : text.replace('{', `{${member},`) }
}

const pairs = clientDialectIds.flatMap((client) => clientDialectIds.map((target) => [client, target] as const))
const largest = Number.MAX_SAFE_INTEGER

describe.each(pairs)('a %s client of a %s provider', (client, target) => {
  const { path, text } = withMember(client, target)

  test.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['a string', '"x"'],
    ['a number', '1'],
    ['null', 'null'],
    ['an array', '[{}]'],
    ['half an object', text.slice(0, -1)],
    ['something after it', `${text}x`],
    ['two objects', text + text],
    ['a comment', text.replace('{', '{/* x */')],
    ['a line of comment', `// x\n${text}`],
    ['a comma at the end', text.replace(/\}$/, ',}')],
    ['single quotes', text.replaceAll('"', "'")],
    ['NaN', text.replace('{', '{"temperature":NaN,')],
    ['a hexadecimal number', text.replace('{', '{"temperature":0x1,')],
    ['a number with a zero before it', text.replace('{', '{"temperature":01,')],
    ['a NUL', text.replace('Hello.', 'Hel\0lo.')],
    ['a line feed in a string', text.replace('Hello.', 'Hel\nlo.')],
    ['a bad escape', text.replace('Hello.', '\\x41')],
    ['XML', '<?xml version="1.0"?><a/>'],
    ['a form', 'model=x&messages=y'],
  ])('is refused for %s', async (_, body) => {
    const before = provider.journal.length
    expect(await post(path, body)).toBe(400)
    expect(provider.journal).toHaveLength(before)
  })

  test('is refused for a member twice, or spelt with other letters', async () => {
    const before = provider.journal.length
    const key = { gemini: 'contents', 'openai-responses': 'input' }[client as string] ?? 'messages'
    const again = [
      `"${key}":[]`,
      `"${key.slice(0, -1)}\\u00${key.charCodeAt(key.length - 1).toString(16)}":[]`,
      `"${key.toUpperCase()}":[]`,
      '"Stream":true',
      '"MAX_TOKENS":5',
      '"Previous_Response_Id":"x"',
      '"x":1,"x":1',
      '"":1,"":1',
    ]
    for (const member of again)
      expect([member, await post(path, withMember(client, target, member).text)]).toEqual([member, 400])
    expect(provider.journal).toHaveLength(before)
  })

  test('pollutes nothing', async () => {
    const inner = '{"polluted":true}'
    const members = [
      `"__proto__":${inner}`,
      `"constructor":{"prototype":${inner}}`,
      `"prototype":${inner}`,
      `"toString":${inner}`,
      `"hasOwnProperty":1`,
      `"metadata":{"__proto__":${inner},"constructor":{"prototype":${inner}}}`,
      `"tools":[{"__proto__":${inner},"type":"function","name":"f","input_schema":{"__proto__":${inner}}}]`,
      `"generationConfig":{"__proto__":${inner}}`,
      `"stream_options":{"__proto__":${inner}}`,
      `"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"__proto__":${inner}}}}`,
    ]
    for (const member of members) {
      expect([200, 400]).toContain(await post(path, withMember(client, target, member).text))
      expect(polluted['polluted']).toBeUndefined()
    }
    const nested = text.replace('"Hello."', `"Hello.","__proto__":${inner}`)
    expect([200, 400]).toContain(await post(path, nested))
    await fetch(`${gateway.url}/v1/models?__proto__[polluted]=1&__proto__.polluted=1`)
    expect(polluted['polluted']).toBeUndefined()
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).not.toContain('polluted')
  })

  test('gets a defined answer for strange but valid JSON', async () => {
    const members = [
      '"temperature":1e999',
      '"temperature":-1e999',
      `"seed":${largest}9`,
      '"seed":9007199254740993',
      '"seed":1e308',
      '"temperature":1e-400',
      '"user":"\\ud800"',
      '"user":"\\udc00\\ud800"',
      '"user":"\\u0000"',
      `"user":"${'x'.repeat(100_000)}"`,
      `"${'k'.repeat(100_000)}":1`,
      '"\\ud800":1',
      '"x":{"":{"":{"":1}}}',
    ]
    for (const member of members) {
      const status = await post(path, withMember(client, target, member).text)
      expect([member.slice(0, 40), [200, 400].includes(status)]).toEqual([member.slice(0, 40), true])
    }
    const odd = [
      `\ufeff${text}`,
      ` \t\r\n${text}\n`,
      text.replace('Hello.', '\\ud83d'),
      text.replace('Hello.', '\u2028'),
    ]
    for (const body of odd) expect([200, 400]).toContain(await post(path, body))
    for (const bytes of ['\xff', '\xed\xa0\x80', '\xc0\xaf', '\xf4\x90\x80\x80'])
      expect([200, 400]).toContain(await post(path, Buffer.from(text.replace('Hello.', bytes), 'latin1')))
  })
})

describe.each([...clientDialectIds])('a %s client', (client) => {
  const { path } = withMember(client, client)

  test('is refused for 100,000 levels and for a million objects, wherever they stand', async () => {
    const before = provider.journal.length
    const deep = ['['.repeat(100_000) + ']'.repeat(100_000), '{"a":'.repeat(100_000) + 1 + '}'.repeat(100_000)]
    const wide = `[${'{},'.repeat(999_999)}{}]`
    for (const key of ['metadata', 'tools', 'x'])
      for (const value of [...deep, wide])
        expect(await post(path, withMember(client, client, `"${key}":${value}`).text)).toBe(400)
    const list = { gemini: 'contents', 'openai-responses': 'input' }[client as string] ?? 'messages'
    const message = client === 'gemini' ? '{"parts":[{"text":"x"}]}' : '{"role":"user","content":"x"}'
    const million = `{"${list}":[${`${message},`.repeat(999_999)}${message}],"model":"${client}/m","max_tokens":5}`
    expect(await post(path, million)).toBe(400)
    expect(provider.journal).toHaveLength(before)
  })
})

test('what was authorised is what is sent: a relayed body is the same but for the model', async () => {
  const spelling = ' {"model" : "openai-chat/m", "seed":9007199254740993 ,"temperature":1.0e0,\n"x":{"a":1,"a":2},'
  const body = `${spelling} "user":"\\ud83d\\u0041","messages":[{"role":"user","content":"Hello."}]}`
  expect(await post('/v1/chat/completions', body)).toBe(200)
  expect(provider.journal.at(-1)?.body).toBe(body.replace('"openai-chat/m"', '"m"'))
})

describe.each([...clientDialectIds])('a %s provider', (target) => {
  test('pollutes nothing either', async () => {
    const { pieces, headers } = sayText(target, 'Hi')
    const whole = Array.from(pieces).join('')
    const inner = '{"polluted":true}'
    const answers = [
      whole.replace('{', `{"__proto__":${inner},`),
      whole.replaceAll('{', `{"__proto__":${inner},`).replaceAll(`${inner},}`, `${inner}}`),
      whole.replaceAll('{', `{"constructor":{"prototype":${inner}},`).replaceAll('},}', '}}'),
    ]
    for (const answer of answers) {
      provider.answerWith(withHeaders(answerText(answer), headers))
      for (const client of clientDialectIds) {
        const { path, text } = withMember(client, target)
        expect([200, 502]).toContain(await post(path, text))
        expect(polluted['polluted']).toBeUndefined()
      }
    }
    const error: Json = JSON.parse('{"error":{"message":"x","__proto__":{"polluted":true},"code":"__proto__"}}')
    provider.answerWith(answerText(JSON.stringify(error), { status: 429 }))
    for (const client of clientDialectIds) {
      const { path, text } = withMember(client, target)
      expect(await post(path, text)).toBe(429)
      expect(polluted['polluted']).toBeUndefined()
    }
    provider.answerWith((call) => sayText(call.dialect ?? 'openai-chat', 'ok'))
  })
})

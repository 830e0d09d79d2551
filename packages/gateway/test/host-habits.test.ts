import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { type Answer, answerJson, answerText } from '@sluice/testkit/answer.ts'
import type { ChoiceFacts, UsageFacts } from '@sluice/testkit/facts/facts.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { messageOf, readReplyFacts } from '@sluice/testkit/fidelity/judge.ts'
import { ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** What hosts of the chat API do each in their own way, as recorded traffic shows, read by a client of every dialect. */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: answerText('') })
  const host = `dialect: openai-chat, base_url: ${provider.url}/v1, api_key: canary-upstream-0123456789`
  gateway = await startTestGateway(`
providers:
  host: { ${host} }
  undone: { ${host}, quirks: { doneMarker: optional } }
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }
const said: Partial<ChoiceFacts> = { text: 'Hello you', finish: 'stop' }
const called: Partial<ChoiceFacts> = {
  toolCalls: [
    { name: 'look', args: { at: 'sky' } },
    { name: 'listen', args: {} },
  ],
  finish: 'tool-calls',
}

function chunk(delta: JsonObject, finish: string | null = null, more: JsonObject = {}): JsonObject {
  return { id: 'c1', model: 'm', created: 7, choices: [{ index: 0, delta, finish_reason: finish }], ...more }
}

function sse(values: readonly JsonObject[], end = 'data: [DONE]\n\n'): string {
  return values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('') + end
}

function toolCall(name: string, args: Json, more: JsonObject = {}): JsonObject {
  return { id: `call_${name}`, type: 'function', function: { name, arguments: args }, ...more }
}

const words = [chunk({ role: 'assistant', content: 'Hello' }), chunk({ content: ' you' })]
const end = chunk({}, 'stop')
const counted = { choices: [], usage }
const argsOfLook = '{"at":"sky"}'

interface Habit {
  readonly body: string
  readonly saying: Partial<ChoiceFacts>
  /** False where the stream tells no usage. */
  readonly isCounted?: boolean
  readonly isUndone?: true
}

const habits: Readonly<Record<string, Habit>> = {
  'line ends of CRLF': { body: sse([...words, end, counted]).replaceAll('\n', '\r\n'), saying: said },
  'comments, a BOM, ids and retry lines': {
    body: `\uFEFF: hello\n\nretry: 5\nid: 1\n${sse([...words, end, counted]).replaceAll('\n\n', '\n\n: ping\n\n')}`,
    saying: said,
  },
  'no space after the colon, an event name': {
    body: sse([...words, end, counted]).replaceAll('data: ', 'event: message\ndata:'),
    saying: said,
  },
  'no [DONE]': { body: sse([...words, end, counted], ''), saying: said, isUndone: true },
  'no blank line after [DONE]': { body: sse([...words, end, counted], 'data: [DONE]'), saying: said },
  'usage on every chunk': {
    body: sse([
      chunk({ content: 'Hello' }, null, { usage: { ...usage, completion_tokens: 1 } }),
      chunk({ content: ' you' }, null, { usage: { ...usage, completion_tokens: 3 } }),
      chunk({}, 'stop', { usage }),
    ]),
    saying: said,
  },
  'usage with the finish': { body: sse([...words, chunk({}, 'stop', { usage })]), saying: said },
  'usage in an object of the host': { body: sse([...words, chunk({}, 'stop', { x_groq: { usage } })]), saying: said },
  'no usage': { body: sse([...words, end]), saying: said, isCounted: false },
  'content in the finish chunk': {
    body: sse([chunk({ content: 'Hello' }), chunk({ content: ' you' }, 'stop'), counted]),
    saying: said,
  },
  'an empty finish reason': { body: sse([...words, chunk({}, ''), counted]), saying: said },
  'a finish reason of eos': { body: sse([...words, chunk({}, 'eos'), counted]), saying: said },
  'chunks without id, role or finish': {
    body: sse([
      { choices: [{ delta: { content: 'Hello you' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      counted,
    ]),
    saying: said,
  },
  'content as a list': {
    body: sse([
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
      chunk({ content: [{ type: 'text', text: 'Hello' }] }),
      chunk({ content: ' you' }),
      end,
      counted,
    ]),
    saying: { ...said, reasoning: 'Hm' },
  },
  'thinking as reasoning': {
    body: sse([chunk({ reasoning: 'Hm' }), ...words, end, counted]),
    saying: { ...said, reasoning: 'Hm' },
  },
  'thinking as reasoning_content': {
    body: sse([chunk({ reasoning_content: 'Hm', content: null }), ...words, end, counted]),
    saying: { ...said, reasoning: 'Hm' },
  },
  'tool calls null, and an empty list': {
    body: sse([
      chunk({ content: 'Hello', tool_calls: null }),
      chunk({ content: ' you', tool_calls: [] }),
      end,
      counted,
    ]),
    saying: said,
  },
  'calls split over deltas, ids empty on later ones': {
    body: sse([
      chunk({ tool_calls: [toolCall('look', '', { index: 0 })] }),
      chunk({ tool_calls: [{ index: 0, id: '', function: { arguments: '{"at":' } }] }),
      chunk({ tool_calls: [{ index: 0, id: '', function: { arguments: '"sky"}' } }] }),
      chunk({ tool_calls: [toolCall('listen', '{}', { index: 1 })] }),
      chunk({}, 'tool_calls'),
      counted,
    ]),
    saying: called,
  },
  'ids and names repeated on later deltas': {
    body: sse([
      chunk({ tool_calls: [toolCall('look', '{"at":', { index: 0 })] }),
      chunk({ tool_calls: [toolCall('look', '"sky"}', { index: 0 })] }),
      chunk({ tool_calls: [toolCall('listen', null, { index: 1 })] }),
      chunk({}, 'tool_calls'),
      counted,
    ]),
    saying: called,
  },
  'whole calls in one delta, without index': {
    body: sse([chunk({ tool_calls: [toolCall('look', argsOfLook), toolCall('listen', '{}')] }, 'tool_calls'), counted]),
    saying: called,
  },
  'whole calls in deltas of their own, all of index 0': {
    body: sse([
      chunk({ tool_calls: [toolCall('look', argsOfLook, { index: 0 })] }),
      chunk({ tool_calls: [toolCall('listen', '{}', { index: 0 })] }),
      chunk({}, 'tool_calls'),
      counted,
    ]),
    saying: called,
  },
  'calls without id or type, arguments as an object, ended by a plain stop': {
    body: sse([
      chunk({
        tool_calls: [
          { index: 0, function: { name: 'look', arguments: { at: 'sky' } } },
          { index: 1, function: { name: 'listen' } },
        ],
      }),
      end,
      counted,
    ]),
    saying: called,
  },
}

describe.each(Object.entries(habits))(
  'a host whose streams have %s',
  (_, { body, saying, isCounted = true, isUndone }) => {
    // A client of the host's own dialect is given the host's own bytes.
    test.each(clientDialectIds.filter((id) => id !== 'openai-chat'))('is understood by a %s client', async (client) => {
      provider.answerWith(streamOf(body))
      const response = await ask(gateway, client, { model: isUndone ? 'undone/m' : 'host/m', stream: true })
      const reply = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      }
      const facts = readReplyFacts(client, reply)
      expect(facts?.error).toBeUndefined()
      expect(facts?.choices).toMatchObject([saying])
      expect(facts?.isComplete).toBe(true)
      if (isCounted) expect(facts?.usage).toMatchObject({ input: 9, output: 4 } satisfies Partial<UsageFacts>)
    })

    test('reaches an openai-chat client as it came, but for the usage it did not ask for', async () => {
      provider.answerWith(streamOf(body))
      const extra = { stream_options: { include_usage: true } }
      const response = await ask(gateway, 'openai-chat', {
        model: isUndone ? 'undone/m' : 'host/m',
        stream: true,
        extra,
      })
      expect(await response.text()).toBe(body.replace('\uFEFF', ''))
      const call = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
      expect(call).toMatchObject({ outcome: 'ok', mode: 'relay' })
    })
  },
)

function streamOf(body: string): Answer {
  return { ...answerText(body), headers: { 'content-type': 'text/event-stream' }, framing: 'chunked' }
}

/** Bodies of errors as recorded hosts word them; each says `it went wrong`. */
const shapes: Readonly<Record<string, string>> = {
  'an object': '{"error":{"message":"it went wrong","type":"t","param":null,"code":"c"}}',
  'an object with a numeric code': '{"error":{"code":400,"message":"it went wrong"}}',
  'an object beside a request id': '{"id":"r","request_id":"r","error":{"message":"it went wrong"}}',
  'an object with details': '{"error":{"code":3,"message":"it went wrong","status":"INVALID","details":[{}]}}',
  'a list around an object': '[{"error":{"code":400,"message":"it went wrong"}}]',
  'a string': '{"error":"it went wrong"}',
  'a string beside a status': '{"error":"it went wrong","status":400,"details":{"a":1}}',
  'a list of strings': '{"error":["it went wrong"]}',
  'fields at the top': '{"code":"c","message":"it went wrong","param":null,"type":"t"}',
  'an object named error': '{"object":"error","message":"it went wrong","type":"t","param":null,"code":null}',
  'a message alone': '{"message":"it went wrong"}',
  'a reason and metadata': '{"code":5,"reason":"MODEL","message":"it went wrong","metadata":{}}',
  'a detail': '{"detail":"it went wrong"}',
  'details of a validation': '{"detail":[{"type":"missing","loc":["body"],"msg":"it went wrong"}]}',
  'a problem': '{"title":"Bad","detail":"it went wrong","status":400}',
  'a list of errors':
    '{"success":false,"errors":[{"code":7003,"message":"it went wrong"}],"messages":[],"result":null}',
  'plain text': 'it went wrong',
  'a page': '<html><head><title>it went wrong</title></head><body><h1>nginx</h1></body></html>',
}

describe.each(Object.entries(shapes))('a host whose errors are %s', (_, body) => {
  test.each([...clientDialectIds])('keeps status and words for a %s client', async (client) => {
    for (const stream of [true, false]) {
      provider.answerWith(answerText(body, { status: 400, headers: { 'content-type': 'application/json' } }))
      const response = await ask(gateway, client, { model: 'host/m', stream })
      expect(response.status).toBe(400)
      const text = await response.text()
      expect(messageOf(text) ?? text).toContain('it went wrong')
    }
  })
})

describe.each(Object.entries(shapes).filter(([, body]) => body.startsWith('{"error"') || body.startsWith('{"object"')))(
  'a host that hides %s in a 200',
  (_, body) => {
    test.each([...clientDialectIds])('is found out for a %s client', async (client) => {
      for (const answer of [
        answerText(body, { headers: { 'content-type': 'application/json' } }),
        streamOf(`data: ${body}\n\n`),
      ]) {
        provider.answerWith(answer)
        const response = await ask(gateway, client, { model: 'host/m', stream: answer.framing === 'chunked' })
        expect(response.status).toBeGreaterThanOrEqual(400)
        expect(await response.text()).toContain('it went wrong')
      }
    })
  },
)

test.each([...clientDialectIds])(
  'a host that answers a stream with one whole answer is understood by a %s client',
  async (client) => {
    const message = { role: 'assistant', content: 'Hello you', tool_calls: null }
    provider.answerWith(
      answerJson({ id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }], usage }),
    )
    const extra = client === 'openai-chat' ? { stream_options: { include_usage: true } } : {}
    const response = await ask(gateway, client, { model: 'host/m', stream: true, extra })
    const reply = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
    expect(readReplyFacts(client, reply)).toMatchObject({ choices: [said], usage: { input: 9, output: 4 } })
  },
)

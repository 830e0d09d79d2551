import { describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import {
  answerJson,
  closeAfter,
  endAfter,
  endlessStream,
  gzipped,
  hugeLine,
  neverAnswer,
  redirectTo,
  resetAfter,
  stallAfter,
  withChunking,
  withHugeHeaders,
} from './answer.ts'
import { callTool, sayError, sayText } from './answers/say.ts'
import { converse } from './conversation.ts'
import { startFakeProvider } from './fake-provider.ts'
import { totalInvoice } from './journal.ts'
import { hasRecordings, loadRecordings } from './recordings.ts'
import { replay } from './replay.ts'

const chatPath = '/v1/chat/completions'
const hello = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }

function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), ...init })
}

describe('a fake provider', () => {
  test('answers by script and writes down what it was sent and what it bills', async () => {
    await using provider = await startFakeProvider({ answer: sayText('openai-chat', 'hello') })
    const answer = await post(`${provider.url}${chatPath}?api-version=1`, hello, { headers: { 'x-test': 'a' } })
    expect((await answer.json()).choices[0].message.content).toBe('hello')
    await provider.until(({ openCalls }) => openCalls === 0)
    const [entry] = provider.journal
    expect(entry?.path).toBe(chatPath)
    expect(entry?.query.get('api-version')).toBe('1')
    expect(entry?.headers['x-test']).toBe('a')
    expect(entry?.json).toEqual(hello)
    expect(entry?.outcome).toBe('answered')
    expect(totalInvoice(provider.journal)).toMatchObject({ input: 12, output: 5 })
  })

  test('reads a body sent in chunks, and keeps the connection', async () => {
    await using provider = await startFakeProvider({ answer: answerJson({}) })
    const big = 'x'.repeat(300_000)
    const body = new ReadableStream({
      start(controller) {
        for (let from = 0; from < big.length; from += 10_000)
          controller.enqueue(new TextEncoder().encode(big.slice(from, from + 10_000)))
        controller.close()
      },
    })
    await (await fetch(provider.url, { method: 'POST', body })).text()
    await (await post(provider.url, hello)).text()
    expect(provider.journal.map((entry) => entry.body)).toEqual([big, JSON.stringify(hello)])
    expect(provider.acceptedConnections).toBe(1)
  })

  test.each([...clientDialectIds])('streams %s whatever the cuts', async (dialect) => {
    const answer = sayText(dialect, 'Grüße 🙂 from the model', { stream: true })
    await using provider = await startFakeProvider({ answer })
    const texts: string[] = []
    for (const chunking of ['whole', 'per-frame', { bytes: 1 }, { seed: 7 }] as const) {
      provider.answerWith(withChunking(answer, chunking))
      texts.push(await (await post(provider.url, hello)).text())
    }
    expect(new Set(texts)).toEqual(new Set([[...answer.pieces].join('')]))
  })

  test('sees a client that leaves, and bills what was sent', async () => {
    const event = 'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'
    await using provider = await startFakeProvider({ answer: endlessStream([], event) })
    const leave = new AbortController()
    const answer = await post(provider.url, hello, { signal: leave.signal })
    await answer.body?.getReader().read()
    expect(provider.openCalls).toBe(1)
    leave.abort()
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(provider.journal[0]?.outcome).toBe('aborted')
    expect(provider.journal[0]?.abortedAtMs).toBeGreaterThan(provider.journal[0]?.receivedAtMs ?? Infinity)
    expect(provider.abortedCalls).toBe(1)
  })

  test('sees a client that leaves before any answer', async () => {
    await using provider = await startFakeProvider({ answer: neverAnswer() })
    const leave = new AbortController()
    const answer = post(provider.url, hello, { signal: leave.signal }).catch(() => 'left')
    await provider.until(({ openCalls }) => openCalls === 1)
    leave.abort()
    expect(await answer).toBe('left')
    await provider.until(({ abortedCalls }) => abortedCalls === 1)
  })

  test('counts calls that run at once', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    await using provider = await startFakeProvider({
      answer: async () => {
        await promise
        return answerJson({})
      },
    })
    const answers = [1, 2, 3].map(() => post(provider.url, hello))
    await provider.until(({ openCalls }) => openCalls === 3)
    resolve()
    await Promise.all(answers)
    expect(provider.mostOpenCalls).toBe(3)
  })

  test('bills a part of what was cut off', async () => {
    const whole = sayText('openai-chat', 'a b c d e f g h', { stream: true, usage: { input: 10, output: 100 } })
    const pieces = [...whole.pieces]
    const half = pieces.slice(0, 6).join('').length
    await using provider = await startFakeProvider({ answer: resetAfter(whole, half) })
    await expect((await post(provider.url, hello)).text()).rejects.toThrow()
    await provider.until(({ openCalls }) => openCalls === 0)
    const output = provider.journal[0]?.invoice?.output ?? 0
    expect(output).toBeGreaterThan(0)
    expect(output).toBeLessThan(100)
  })
})

describe('faults', () => {
  const stream = sayText('openai-chat', 'one two three', { stream: true })

  test('reset and close break the message', async () => {
    await using provider = await startFakeProvider({ answer: stream })
    for (const broken of [resetAfter(stream, 40), closeAfter(stream, 40), resetAfter(stream, 0)]) {
      provider.answerWith(broken)
      const answer = await post(provider.url, hello)
        .then(
          (each) => each.text(),
          () => {
            throw new Error('no headers')
          },
        )
        .catch((error: Error) => error)
      expect(answer).toBeInstanceOf(Error)
    }
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(provider.journal.map(({ outcome }) => outcome)).toEqual(['broken', 'broken', 'broken'])
    expect(provider.journal.map(({ bodyBytesSent }) => bodyBytesSent)).toEqual([40, 40, 0])
  })

  test('a reset reaches the peer as a reset, not as an end', async () => {
    await using provider = await startFakeProvider({ answer: resetAfter(stream, 10) })
    const socket = connect(provider.port, '127.0.0.1')
    socket.on('data', () => undefined)
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve))
    expect(error.code).toBe('ECONNRESET')
  })

  test('an early end is a good message without the terminal', async () => {
    await using provider = await startFakeProvider({ answer: endAfter(stream, 3) })
    const text = await (await post(provider.url, hello)).text()
    expect(text).toContain('two')
    expect(text).not.toContain('[DONE]')
  })

  test('a stall keeps the connection', async () => {
    await using provider = await startFakeProvider({ answer: stallAfter(stream, 2) })
    const leave = new AbortController()
    const answer = await post(provider.url, hello, { signal: leave.signal })
    const reader = answer.body!.getReader()
    await provider.until(({ journal }) => journal[0]?.chunksSent === 2)
    expect((await reader.read()).done).toBe(false)
    leave.abort()
    await provider.until(({ abortedCalls }) => abortedCalls === 1)
    expect(provider.journal[0]?.chunksSent).toBe(2)
  })

  test('a redirect, huge headers, a huge line', async () => {
    await using provider = await startFakeProvider({ answer: redirectTo('http://127.0.0.2:1/') })
    const away = await post(provider.url, hello, { redirect: 'manual' })
    expect([away.status, away.headers.get('location')]).toEqual([307, 'http://127.0.0.2:1/'])
    provider.answerWith(withHugeHeaders(answerJson({}), 8_000))
    const padded = await post(provider.url, hello)
    expect([...padded.headers.keys()].filter((name) => name.startsWith('x-padding')).length).toBe(8)
    provider.answerWith(hugeLine(1_000_000))
    const line = await (await post(provider.url, hello)).text()
    expect(line.length).toBeGreaterThan(1_000_000)
    expect(line).not.toContain('\n')
  })

  test('a compressed stream reads the same', async () => {
    await using provider = await startFakeProvider({ answer: withChunking(gzipped(stream), { bytes: 7 }) })
    expect(await (await post(provider.url, hello)).text()).toBe([...stream.pieces].join(''))
  })

  test('an error keeps its status and headers', async () => {
    await using provider = await startFakeProvider({
      answer: sayError('anthropic-messages', 529, { message: 'Overloaded', headers: { 'retry-after': '3' } }),
    })
    const answer = await post(provider.url, hello)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([529, '3'])
    expect((await answer.json()).error).toEqual({ type: 'overloaded_error', message: 'Overloaded' })
  })
})

describe('the strict mode', () => {
  test("refuses in the dialect's own words and answers what is right", async () => {
    await using provider = await startFakeProvider({ answer: sayText('openai-chat', 'ok'), isStrict: true })
    const wrong = await post(provider.url + chatPath, { ...hello, tools: [] })
    expect(wrong.status).toBe(400)
    expect((await wrong.json()).error).toMatchObject({ param: 'tools', code: 'empty_array' })
    expect((await post(provider.url + chatPath, hello)).status).toBe(200)
    expect(provider.journal[0]?.outcome).toBe('refused')
    expect(provider.journal[0]?.invoice).toBeUndefined()
  })
})

describe('a conversation', () => {
  const weather = {
    name: 'weather',
    schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  }

  test('calls the first tool, then quotes its result, in OpenAI chat', async () => {
    await using provider = await startFakeProvider({ answer: converse(), isStrict: true })
    const tools = [{ type: 'function', function: { name: weather.name, parameters: weather.schema } }]
    const first = await (await post(provider.url + chatPath, { ...hello, tools })).json()
    const { message } = first.choices[0]
    expect(message.tool_calls[0].function).toEqual({ name: 'weather', arguments: '{"city":"sample"}' })
    const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'sunny, 21 degrees' }
    const second = await post(provider.url + chatPath, {
      ...hello,
      tools,
      messages: [...hello.messages, message, result],
    })
    expect((await second.json()).choices[0].message.content).toContain('sunny, 21 degrees')
  })

  test('plays Gemini without alt=sse as one JSON array', async () => {
    await using provider = await startFakeProvider({ answer: converse() })
    const contents = [{ role: 'user', parts: [{ text: 'hi' }] }]
    const answer = await post(`${provider.url}/v1beta/models/m:streamGenerateContent`, { contents })
    const chunks = await answer.json()
    expect(
      chunks
        .map(
          (each: { candidates: [{ content: { parts: [{ text: string }] } }] }) =>
            each.candidates[0].content.parts[0].text,
        )
        .join(''),
    ).toContain('Hello')
  })

  test('calls a free-form tool with text', async () => {
    await using provider = await startFakeProvider({
      answer: callTool('openai-responses', { name: 'patch', args: 'a b' }),
    })
    const body = await (await post(provider.url, hello)).json()
    expect(body.output[0]).toMatchObject({ type: 'custom_tool_call', name: 'patch', input: 'a b' })
  })
})

describe.if(hasRecordings())('replays', () => {
  test('send every recorded text stream byte for byte, event by event', async () => {
    const streams = loadRecordings(
      (entry) => entry.stream && ['sse', 'ndjson', 'json-array-stream'].includes(entry.format),
    )
    for (const recording of streams) {
      const { pieces } = replay(recording)
      expect([...pieces].join('')).toBe(String(recording.response.body))
      expect([recording.path, [...pieces].length > 1 || String(recording.response.body).length < 4_000]).toEqual([
        recording.path,
        true,
      ])
    }
  })

  test('answer over HTTP with the recorded status and body', async () => {
    const [recording] = loadRecordings((entry) => entry.dialect === 'anthropic-messages' && entry.stream)
    await using provider = await startFakeProvider({ answer: withChunking(replay(recording!), { seed: 3 }) })
    const answer = await post(provider.url, hello)
    expect(answer.status).toBe(recording!.status)
    expect(await answer.text()).toBe(String(recording!.response.body))
    await provider.until(({ openCalls }) => openCalls === 0)
    expect(provider.journal[0]?.invoice?.input).toBeGreaterThan(0)
  })
})

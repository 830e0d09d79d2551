import { describe, expect, test } from 'bun:test'
import type { CodecContext } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { collect } from '../../ir/response.ts'
import { createSseReader } from '../../upstream/read-frames.ts'
import { completions, provider } from './index.ts'

const context: CodecContext = { provider: 'p', createdAt: 100, newId: (prefix) => `${prefix}0` }
const read = (body: JsonObject): ReturnType<typeof completions.decodeRequest> =>
  completions.decodeRequest({ body: { model: 'm', ...body } }, context)

describe('requests', () => {
  test('become one message of a user', () => {
    for (const prompt of ['Say hi', ['Say hi']]) {
      const result = read({ prompt, max_tokens: 5, n: 2, stop: 'x', logprobs: 3, best_of: 2, suffix: null })
      expect(result).toMatchObject({
        ok: true,
        value: {
          messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Say hi' }] }],
          maxOutputTokens: 5,
          choices: 2,
          stop: ['x'],
          logprobs: { top: 3 },
        },
      })
    }
  })

  test('are written as chat, without what only text completions have', () => {
    const result = read({ prompt: 'Say hi', logprobs: 3, max_tokens: 5, echo: false, logit_bias: { '5': 1 } })
    if (!result.ok) throw new Error(result.failure.message)
    const sent = provider.encodeRequest(result.value, { quirks: provider.defaultQuirks, context }, () => undefined)
    expect(JSON.parse(JSON.stringify(sent))).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Say hi' }],
      max_tokens: 5,
      logprobs: true,
      top_logprobs: 3,
      logit_bias: { '5': 1 },
      stream: false,
    })
  })

  const refused: readonly (readonly [JsonObject, string])[] = [
    [{}, 'prompt'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1]] }, 'prompt'],
    [{ prompt: 7 }, 'prompt'],
    [{ prompt: 'a', suffix: 7 }, 'suffix'],
    [{ prompt: 'a', best_of: 3 }, 'best_of'],
    [{ prompt: 'a', echo: true, logprobs: 1 }, 'echo'],
    [{ prompt: 'a', logprobs: true }, 'logprobs'],
    [{ prompt: 'a', n: 0 }, 'n'],
  ]
  for (const [body, param] of refused) {
    test(`${JSON.stringify(body)} is refused for its ${param}`, () => {
      if (param === 'echo') expect(read({ prompt: 'a', echo: true }).ok).toBe(true)
      expect(read(body)).toMatchObject({ ok: false, failure: { kind: 'invalid-request', param } })
    })
  }
})

const events: readonly StreamEvent[] = [
  { type: 'start', id: 'c', model: 'made-by' },
  { type: 'part-start', choice: 0, part: 0, head: { kind: 'text' } },
  { type: 'text-delta', choice: 0, part: 0, text: 'He' },
  { type: 'logprobs', choice: 0, part: 0, tokens: [{ token: 'He', logprob: -1, top: [{ token: 'Ho', logprob: -2 }] }] },
  { type: 'text-delta', choice: 0, part: 0, text: 'y' },
  { type: 'logprobs', choice: 0, part: 0, tokens: [{ token: 'y', logprob: -3 }] },
  { type: 'part-end', choice: 0, part: 0 },
  { type: 'part-start', choice: 0, part: 1, head: { kind: 'tool-call', id: 'a', name: 'n', executor: 'client' } },
  { type: 'part-end', choice: 0, part: 1 },
  { type: 'finish', choice: 0, reason: 'length', raw: 'max' },
  { type: 'usage', usage: { input: 1, cacheRead: undefined, cacheWrite: undefined, output: 2, reasoning: undefined } },
  { type: 'end' },
]

function options(body: JsonObject): Parameters<typeof completions.createEncoder>[0] {
  const result = read({ prompt: 'P:', ...body })
  if (!result.ok) throw new Error(result.failure.message)
  return { request: result.value, context, framing: 'sse' }
}

describe('answers', () => {
  test('are text completions', () => {
    const losses: string[] = []
    expect(
      completions.encodeResponse(collect(events), options({}), ({ path }) => void losses.push(path)),
    ).toMatchObject({
      id: 'c',
      object: 'text_completion',
      created: 100,
      model: 'made-by',
      choices: [
        {
          text: 'Hey',
          index: 0,
          finish_reason: 'length',
          logprobs: {
            tokens: ['He', 'y'],
            token_logprobs: [-1, -3],
            top_logprobs: [{ Ho: -2 }, {}],
            text_offset: [0, 2],
          },
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    })
    expect(losses).toEqual(['choices[0].parts[1]'])
  })

  test('streamed, are chunks of the same', () => {
    const encoder = completions.createEncoder(
      options({ echo: true, stream_options: { include_usage: true } }),
      () => undefined,
    )
    const data: string[] = []
    const reader = createSseReader({ onFrame: (frame) => data.push(frame.data) })
    for (const event of events) reader.pushText(encoder.event(event))
    const chunks = data.slice(0, -1).map((each) => JSON.parse(each))
    expect(data.at(-1)).toBe('[DONE]')
    expect(
      chunks
        .flatMap((chunk) => chunk.choices)
        .map((choice) => choice.text)
        .join(''),
    ).toBe('P:Hey')
    expect(chunks.every((chunk) => chunk.object === 'text_completion' && chunk.id === 'c')).toBe(true)
    expect(chunks.at(-2).choices[0].finish_reason).toBe('length')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 3 } })
  })

  test('broken off, end with an error and without [DONE]', () => {
    const encoder = completions.createEncoder(options({}), () => undefined)
    const failure = { kind: 'overloaded', message: 'busy', retry: 'never' } as const
    const broken: readonly StreamEvent[] = [...events.slice(0, -1), { type: 'error', failure }, { type: 'end' }]
    const text = broken.map((event) => encoder.event(event)).join('')
    expect(text).toEndWith(
      'data: {"error":{"message":"busy","type":"server_error","param":null,"code":"overloaded"}}\n\n',
    )
    expect(text).not.toContain('"length"')
  })
})

test('a decoder of this dialect also reads text completions', () => {
  const read: StreamEvent[] = []
  const decoder = provider.createDecoder({ quirks: provider.defaultQuirks, context })
  const frames = [
    '{"id":"c","model":"m","choices":[{"index":0,"text":"Hi","finish_reason":null}]}',
    '{"id":"c","model":"m","choices":[{"index":0,"text":"","finish_reason":"stop"}]}',
    '[DONE]',
  ]
  for (const data of frames) decoder.frame({ data }, (event) => read.push(event))
  expect(collect(read).choices[0]?.parts).toEqual([{ kind: 'text', text: 'Hi' }])
})

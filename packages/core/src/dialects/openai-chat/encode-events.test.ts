import { describe, expect, test } from 'bun:test'
import type { CodecContext } from '../../ir/dialect.ts'
import type { PartHead, StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Seal } from '../../ir/part.ts'
import type { GenerateRequest, Loss } from '../../ir/request.ts'
import { collect } from '../../ir/response.ts'
import { createSseReader } from '../../upstream/read-frames.ts'
import { client, provider } from './index.ts'

function context(): CodecContext {
  let count = 0
  return { provider: 'p', createdAt: 100, newId: (prefix) => `${prefix}${count++}` }
}

function requestOf(more: JsonObject = {}): GenerateRequest {
  const result = client.decodeRequest(
    { body: { model: 'asked', messages: [{ role: 'user', content: 'x' }], ...more } },
    context(),
  )
  if (!result.ok) throw new Error(result.failure.message)
  return result.value
}

interface Written {
  readonly chunks: readonly JsonObject[]
  readonly losses: readonly Omit<Loss, 'side'>[]
  readonly isDone: boolean
}

function stream(events: readonly StreamEvent[], request = requestOf()): Written {
  const losses: Omit<Loss, 'side'>[] = []
  const lose = (loss: Omit<Loss, 'side'>): void => void losses.push(loss)
  const encoder = client.createEncoder({ request, context: context(), framing: 'sse' }, lose)
  const data: string[] = []
  const reader = createSseReader({ onFrame: (frame) => data.push(frame.data) })
  for (const event of events) reader.pushText(encoder.event(event))
  reader.end()
  return {
    chunks: data.filter((each) => each !== '[DONE]').map((each) => JSON.parse(each) as JsonObject),
    losses,
    isDone: data.at(-1) === '[DONE]',
  }
}

function whole(events: readonly StreamEvent[], request = requestOf()): { body: JsonObject; losses: unknown[] } {
  const losses: unknown[] = []
  const options = { request, context: context(), framing: 'sse' } as const
  const body = client.encodeResponse(collect(events), options, (loss) => losses.push(loss))
  return { body: JSON.parse(JSON.stringify(body)), losses }
}

/** An answer of these parts: a head, and its deltas. */
function answer(...parts: readonly (readonly [PartHead, ...object[]])[]): StreamEvent[] {
  const events: StreamEvent[] = [{ type: 'start', id: 'msg_1', model: 'made-by' }]
  for (const [part, [head, ...deltas]] of parts.entries()) {
    events.push({ type: 'part-start', choice: 0, part, head })
    for (const delta of deltas) events.push({ choice: 0, part, ...delta } as unknown as StreamEvent)
    events.push({ type: 'part-end', choice: 0, part })
  }
  const usage = { input: 10, cacheRead: 4, cacheWrite: undefined, output: 5, reasoning: 2 }
  return [
    ...events,
    { type: 'finish', choice: 0, reason: 'stop', raw: 'end_turn' },
    { type: 'usage', usage },
    { type: 'end' },
  ]
}

const say = (text: string): readonly [PartHead, JsonObject] => [{ kind: 'text' }, { type: 'text-delta', text }]
const deltas = ({ chunks }: Written): unknown[] =>
  chunks.flatMap((chunk) => (chunk['choices'] as readonly JsonObject[]).map((choice) => choice['delta']))

describe('a streamed answer', () => {
  test('is chunks of one id, a finish, and [DONE]', () => {
    const { chunks, isDone } = stream(answer(say('Hi')))
    const head = { id: 'msg_1', object: 'chat.completion.chunk', created: 100, model: 'made-by' }
    expect(chunks).toEqual([
      { ...head, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
      { ...head, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] },
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ])
    expect(isDone).toBe(true)
  })

  test('tells usage only when asked, in a chunk of its own', () => {
    const asked = requestOf({ stream: true, stream_options: { include_usage: true } })
    const { chunks } = stream(answer(say('Hi')), asked)
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    })
    expect(stream(answer(say('Hi'))).chunks.some((chunk) => 'usage' in chunk)).toBe(false)
  })

  test('that breaks ends with an error, without finish and without [DONE]', () => {
    const failure = { kind: 'overloaded', message: 'busy', retry: 'other-target' } as const
    const events = [...answer(say('Hi')).slice(0, -1), { type: 'error', failure } as const, { type: 'end' } as const]
    const { chunks, isDone } = stream(events)
    expect(isDone).toBe(false)
    expect(chunks.at(-1)).toEqual({ error: { message: 'busy', type: 'server_error', param: null, code: 'overloaded' } })
    expect(JSON.stringify(chunks)).not.toContain('"finish_reason":"')
  })
})

describe('parts', () => {
  const cases: readonly (readonly [string, readonly [PartHead, ...JsonObject[]], JsonObject])[] = [
    ['refusal', [{ kind: 'refusal' }, { type: 'text-delta', text: 'no' }], { refusal: 'no', content: null }],
    [
      'thinking',
      [
        { kind: 'reasoning', form: 'full' },
        { type: 'reasoning-delta', text: 'hm' },
      ],
      { reasoning_content: 'hm', content: null },
    ],
    [
      'a call',
      [
        { kind: 'tool-call', id: 'a', name: 'n', executor: 'client' },
        { type: 'args-delta', json: '{}' },
      ],
      { tool_calls: [{ id: 'a', type: 'function', function: { name: 'n', arguments: '{}' } }], content: null },
    ],
    [
      'a free-form call',
      [
        { kind: 'tool-call', id: 'a', name: 'n', executor: 'client', form: 'text' },
        { type: 'args-delta', json: 'ls' },
      ],
      { tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'n', input: 'ls' } }], content: null },
    ],
    [
      'an image',
      [
        { kind: 'media', mediaType: 'image/png' },
        { type: 'media-delta', base64: 'AAAA' },
      ],
      { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' }, index: 0 }], content: null },
    ],
    [
      'a sound',
      [
        { kind: 'media', mediaType: 'audio/wav' },
        { type: 'media-delta', base64: 'AAAA', transcript: 'hi' },
      ],
      { audio: { id: 'audio_0', data: 'AAAA', transcript: 'hi', expires_at: 3700 }, content: null },
    ],
    [
      'citations',
      [
        { kind: 'text' },
        { type: 'text-delta', text: 'abc' },
        { type: 'citation', citation: { source: { kind: 'url', url: 'u', title: 't' }, span: [0, 3] } },
      ],
      {
        content: 'abc',
        annotations: [{ type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: 3 } }],
      },
    ],
  ]
  for (const [name, part, wanted] of cases) {
    test(`${name}: whole, and the same when its stream is read again`, () => {
      const events = answer(part)
      const { body, losses } = whole(events)
      expect(losses).toEqual([])
      expect(body).toMatchObject({
        object: 'chat.completion',
        choices: [{ message: { role: 'assistant', ...wanted } }],
      })
      expect(reread(stream(events))).toEqual(collect(decodeWhole(body)).choices)
    })
  }

  test('what has no place is reported', () => {
    const events = answer(
      [{ kind: 'opaque', dialect: 'gemini', value: { type: 'x' } }],
      [
        { kind: 'tool-call', id: 'a', name: 'search', executor: 'provider' },
        { type: 'args-delta', json: '{}' },
      ],
      [
        { kind: 'media', mediaType: 'video/mp4' },
        { type: 'media-delta', url: 'u' },
      ],
    )
    const paths = ['choices[0].parts[0]', 'choices[0].parts[1]', 'choices[0].parts[2]']
    expect(stream(events).losses.map((loss) => loss.path)).toEqual(paths)
    expect(whole(events).losses).toMatchObject(paths.map((path) => ({ path })))
  })
})

function decodeWhole(body: JsonObject): StreamEvent[] {
  const events: StreamEvent[] = []
  provider.decodeResponse(body, { quirks: provider.defaultQuirks, context: context() }, (event) => events.push(event))
  return events
}

function reread({ chunks }: Written): unknown {
  const events: StreamEvent[] = []
  const decoder = provider.createDecoder({ quirks: provider.defaultQuirks, context: context() })
  for (const chunk of chunks) decoder.frame({ data: JSON.stringify(chunk) }, (event) => events.push(event))
  decoder.frame({ data: '[DONE]' }, (event) => events.push(event))
  return collect(events).choices
}

describe('the client decides', () => {
  const thinking = answer([
    { kind: 'reasoning', form: 'full' },
    { type: 'reasoning-delta', text: 'hm' },
  ])

  test('thinking stands in `reasoning` for who asks in that way', () => {
    expect(deltas(stream(thinking, requestOf({ reasoning: { effort: 'low' } })))).toContainEqual({ reasoning: 'hm' })
    expect(deltas(stream(thinking))).toContainEqual({ reasoning_content: 'hm' })
  })

  test('a stand-in function comes back as the free text of the custom tool', () => {
    const custom = requestOf({ tools: [{ type: 'custom', custom: { name: 'sh' } }] })
    const head = { kind: 'tool-call', id: 'a', name: 'sh', executor: 'client' } as const
    const events = answer([head, { type: 'args-delta', json: '{"inp' }, { type: 'args-delta', json: 'ut":"ls"}' }])
    const calls = { tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'sh', input: 'ls' } }] }
    expect(whole(events, custom).body).toMatchObject({ choices: [{ message: calls }] })
    expect(deltas(stream(events, custom))).toContainEqual({ tool_calls: [{ index: 0, custom: { input: 'ls' } }] })
  })

  test('`functions` are answered with `function_call`', () => {
    const legacy = requestOf({ functions: [{ name: 'n', parameters: {} }] })
    const head = { kind: 'tool-call', id: 'a', name: 'n', executor: 'client' } as const
    const events = answer([head, { type: 'args-delta', json: '{}' }]).map((event) =>
      event.type === 'finish' ? { ...event, reason: 'tool-calls' as const } : event,
    )
    expect(whole(events, legacy).body).toMatchObject({
      choices: [{ message: { function_call: { name: 'n', arguments: '{}' } }, finish_reason: 'function_call' }],
    })
    expect(deltas(stream(events, legacy))).toContainEqual({ function_call: { arguments: '{}' } })
  })
})

describe('seals of others travel through this client', () => {
  const seal = (data: string): Seal => ({ dialect: 'anthropic-messages', provider: 'a', data })
  const gemini: Seal = { dialect: 'gemini', provider: 'g', data: 'sig' }
  const events = answer(
    [
      { kind: 'reasoning', form: 'full' },
      { type: 'reasoning-delta', text: 'plain ' },
    ],
    [
      { kind: 'reasoning', form: 'full' },
      { type: 'reasoning-delta', text: 'one' },
      { type: 'seal-delta', seal: seal('s1') },
    ],
    [{ kind: 'reasoning', form: 'redacted', seal: seal('s2') }],
    [
      { kind: 'reasoning', form: 'summary' },
      { type: 'reasoning-delta', text: 'two' },
      { type: 'seal-delta', seal: seal('s3') },
    ],
    [
      { kind: 'text', seal: gemini },
      { type: 'text-delta', text: 'Hi' },
    ],
    [
      { kind: 'tool-call', id: 'c', name: 'n', executor: 'client', seal: gemini },
      { type: 'args-delta', json: '{}' },
    ],
    [
      { kind: 'tool-call', id: 'd', name: 'n', executor: 'client' },
      { type: 'seal-delta', seal: gemini },
    ],
  )
  const wanted = [
    { kind: 'reasoning', form: 'full', text: 'plain ' },
    { kind: 'reasoning', form: 'full', text: 'one', seal: seal('s1') },
    { kind: 'reasoning', form: 'redacted', text: '', seal: seal('s2') },
    { kind: 'reasoning', form: 'summary', text: 'two', seal: seal('s3') },
    { kind: 'text', text: 'Hi', seal: gemini },
    { kind: 'tool-call', id: 'c', name: 'n', args: '{}', executor: 'client', seal: gemini },
    { kind: 'tool-call', id: 'd', name: 'n', args: '', executor: 'client', seal: gemini },
  ]

  function sentBack(message: JsonObject): unknown {
    const body = { model: 'm', messages: [{ role: 'user', content: 'x' }, message] }
    const result = client.decodeRequest({ body }, context())
    if (!result.ok) throw new Error(result.failure.message)
    return result.value.messages[1]?.parts
  }

  test('in a whole answer', () => {
    const { body, losses } = whole(events)
    expect(losses).toEqual([])
    const [choice] = body['choices'] as readonly JsonObject[]
    expect(sentBack(choice?.['message'] as JsonObject)).toEqual(wanted)
  })

  test('in a stream whose deltas the client joined', () => {
    const message: Record<string, unknown> = {
      role: 'assistant',
      content: '',
      reasoning_content: '',
      reasoning_details: [],
    }
    const calls: Record<number, { id: string; type: string; function: { name: string; arguments: string } }> = {}
    for (const delta of deltas(stream(events)) as JsonObject[]) {
      message['content'] += (delta['content'] as string) ?? ''
      message['reasoning_content'] += (delta['reasoning_content'] as string) ?? ''
      ;(message['reasoning_details'] as unknown[]).push(...((delta['reasoning_details'] as unknown[]) ?? []))
      for (const call of (delta['tool_calls'] as JsonObject[]) ?? []) {
        const index = call['index'] as number
        const fn = call['function'] as { name?: string; arguments: string }
        calls[index] ??= {
          id: call['id'] as string,
          type: 'function',
          function: { name: fn.name ?? '', arguments: '' },
        }
        calls[index].function.arguments += fn.arguments
      }
    }
    expect(sentBack({ ...message, tool_calls: Object.values(calls) } as unknown as JsonObject)).toEqual(wanted)
  })

  test('in the list alone, where the client asked in the way of OpenRouter', () => {
    const { body } = whole(events, requestOf({ reasoning: { effort: 'low' } }))
    const [choice] = body['choices'] as readonly JsonObject[]
    const { reasoning, ...message } = (choice?.['message'] ?? {}) as JsonObject
    expect(reasoning).toBe('plain onetwo')
    const told = (message['reasoning_details'] as JsonObject[]).map(({ text }) => text ?? '')
    expect(told).toEqual(['one', '', 'two', ''])
    expect(sentBack(message)).toEqual(wanted.filter((part) => part.text !== 'plain '))
  })

  test('and a seal whose text did not come back whole is left out', () => {
    const { body } = whole(events)
    const [choice] = body['choices'] as readonly JsonObject[]
    const message = { ...(choice?.['message'] as JsonObject), reasoning_content: 'plain ' }
    const parts = sentBack(message) as readonly JsonObject[]
    expect(parts.filter((part) => part['kind'] === 'reasoning')).toEqual([
      { kind: 'reasoning', form: 'full', text: 'plain ' },
    ])
  })
})

describe('seals of this dialect', () => {
  const detail = { type: 'reasoning.text', text: 'hm', signature: 's', format: 'f', index: 0 }
  const message = { role: 'assistant', content: 'x', reasoning: 'hm', reasoning_details: [detail] }
  const body = { id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] }

  test('go out and come back as they were', () => {
    const out = whole(decodeWhole(body)).body
    expect(out).toMatchObject({ choices: [{ message: { reasoning: 'hm', reasoning_details: [detail] } }] })
    const request = requestOf({ messages: [{ role: 'user', content: 'x' }, message] })
    const options = { quirks: provider.defaultQuirks, context: context() }
    expect(JSON.parse(JSON.stringify(provider.encodeRequest(request, options, () => undefined)))).toMatchObject({
      messages: [{}, { reasoning: 'hm', reasoning_details: [detail] }],
    })
  })

  test('and only to the provider that made them', () => {
    const parts = collect(decodeWhole(body)).choices[0]?.parts ?? []
    const request: GenerateRequest = { ...requestOf(), messages: [{ role: 'assistant', parts }] }
    const send = (name: string): string =>
      JSON.stringify(
        provider.encodeRequest(
          request,
          { quirks: provider.defaultQuirks, context: { ...context(), provider: name } },
          () => undefined,
        ),
      )
    expect(send('p')).toContain('"signature":"s"')
    expect(send('q')).not.toContain('"signature"')
  })

  test('a call signed beside its function keeps its signature', () => {
    const extra = { extra_content: { google: { thought_signature: 'z' } } }
    const call = { id: 'a', type: 'function', function: { name: 'n', arguments: '{}' }, ...extra }
    const answered = {
      ...body,
      choices: [{ index: 0, message: { role: 'assistant', tool_calls: [call] }, finish_reason: 'stop' }],
    }
    expect(whole(decodeWhole(answered)).body).toMatchObject({ choices: [{ message: { tool_calls: [call] } }] })
    const request = requestOf({
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', tool_calls: [call] },
      ],
    })
    const options = { quirks: provider.defaultQuirks, context: context() }
    expect(provider.encodeRequest(request, options, () => undefined)).toMatchObject({
      messages: [{}, { tool_calls: [call] }],
    })
  })
})

/** Answers of other dialects, as a client of this one gets them. */
import { describe, expect, test } from 'bun:test'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { createTestContext, encodeStream, encodeWhole, plainRequest } from '@sluice/testkit/run-codecs.ts'
import type { PartHead, StreamEvent } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, asString } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { collect } from '../../ir/response.ts'
import { wrapSeal } from '../../ir/seal.ts'
import { client } from './index.ts'

type Said = readonly [head: PartHead, ...deltas: readonly object[]]

/** Events of one choice whose parts follow each other. */
function answer(parts: readonly Said[], finish: object = {}): readonly StreamEvent[] {
  const events: StreamEvent[] = [{ type: 'start', id: 'chatcmpl-1', model: 'm' }]
  for (const [part, [head, ...deltas]] of parts.entries()) {
    events.push({ type: 'part-start', choice: 0, part, head })
    for (const delta of deltas) events.push({ choice: 0, part, ...delta } as StreamEvent)
    events.push({ type: 'part-end', choice: 0, part })
  }
  events.push({ type: 'finish', choice: 0, reason: 'stop', raw: null, ...finish })
  return [
    ...events,
    { type: 'usage', usage: { input: 3, cacheRead: 1, cacheWrite: 2, output: 4, reasoning: undefined } },
    { type: 'end' },
  ]
}

const text = (said: string): Said => [{ kind: 'text' }, { type: 'text-delta', text: said }]
const call = (name: string, args: string, more: object = {}): Said => [
  { kind: 'tool-call', id: `call_${name}`, name, executor: 'client', ...more } as PartHead,
  { type: 'args-delta', json: args },
]

interface Given {
  readonly events: readonly JsonObject[]
  readonly types: readonly string[]
  readonly output: readonly JsonObject[]
  readonly final: JsonObject
  readonly losses: readonly string[]
}

function give(events: readonly StreamEvent[], more: Partial<GenerateRequest> = {}): Given {
  const request = { ...plainRequest, ...more }
  const { value, losses } = encodeStream(client, events, request)
  const sent = readFramesOfText(value, 'sse').map(({ data }) => JSON.parse(data) as JsonObject)
  const final = asObject(sent.at(-1)?.['response']) ?? {}
  return {
    events: sent,
    types: sent.map((event) => String(event['type']).replace('response.', '')),
    output: asObjects(final['output']),
    final,
    losses: losses.map(({ path }) => path),
  }
}

describe('the events of a stream', () => {
  test('come in the order of the API, numbered from 0, each named', () => {
    const events = answer([
      [
        { kind: 'reasoning', form: 'full' },
        { type: 'reasoning-delta', text: 'Hm' },
      ],
      text('Hello'),
      call('look', '{"a":1}'),
    ])
    const { value } = encodeStream(client, events)
    const frames = readFramesOfText(value, 'sse')
    expect(frames.map(({ event }) => event)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ])
    const sent = frames.map(({ data }) => JSON.parse(data))
    expect(sent.map((each) => each.sequence_number)).toEqual(frames.map((_, index) => index))
    expect(sent.map((each) => each.type)).toEqual(frames.map(({ event }) => event))
  })

  test('name an item alike from its announcement to the final response', () => {
    const { events, output } = give(answer([text('a'), call('f', '{}')]))
    const announced = events
      .filter(({ type }) => type === 'response.output_item.added')
      .map(({ item }) => asObject(item)?.['id'])
    const finished = events
      .filter(({ type }) => type === 'response.output_item.done')
      .map(({ item }) => asObject(item)?.['id'])
    expect(announced).toEqual(finished)
    expect(output.map(({ id }) => id)).toEqual(announced)
    expect(asString(output[0]?.['id'])).toStartWith('msg_')
    expect(asString(output[1]?.['id'])).toStartWith('fc_')
  })

  test('say the same as the whole answer', () => {
    const events = answer([text('a'), text('b'), call('f', '')])
    const whole = encodeWhole(client, collect(events)).value
    expect(give(events).final).toEqual(whole)
    expect(whole).toMatchObject({
      id: 'resp_chatcmpl-1',
      object: 'response',
      status: 'completed',
      output: [
        { type: 'message', role: 'assistant', status: 'completed', content: [{ text: 'a' }, { text: 'b' }] },
        { type: 'function_call', call_id: 'call_f', arguments: '{}', status: 'completed' },
      ],
      usage: {
        input_tokens: 3,
        input_tokens_details: { cached_tokens: 1, cache_write_tokens: 2 },
        output_tokens: 4,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 7,
      },
    })
  })
})

describe('the response object', () => {
  test('repeats what the request asked for', () => {
    const read = client.decodeRequest(
      {
        body: {
          model: 'm',
          instructions: 'Be brief.',
          input: 'Hi',
          tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }],
          tool_choice: { type: 'function', name: 'f' },
          text: { format: { type: 'json_object' }, verbosity: 'low' },
          reasoning: { effort: 'low', summary: 'concise' },
          metadata: { a: 'b' },
          temperature: 0.2,
          max_output_tokens: 50,
          parallel_tool_calls: false,
          max_tool_calls: 2,
          truncation: 'auto',
          user: 'u',
        },
      },
      createTestContext(),
    )
    if (!read.ok) throw new Error(read.failure.message)
    expect(give(answer([text('a')]), read.value).final).toMatchObject({
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }],
      tool_choice: { type: 'function', name: 'f' },
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      reasoning: { effort: 'low', summary: 'concise' },
      metadata: { a: 'b' },
      temperature: 0.2,
      max_output_tokens: 50,
      parallel_tool_calls: false,
      max_tool_calls: 2,
      truncation: 'auto',
      user: 'u',
      store: false,
      previous_response_id: null,
    })
  })

  test.each([
    ['length', 'incomplete', 'max_output_tokens'],
    ['content-filter', 'incomplete', 'content_filter'],
    ['refusal', 'incomplete', 'content_filter'],
    ['paused', 'incomplete', 'pause_turn'],
    ['tool-calls', 'completed', undefined],
    ['stop-sequence', 'completed', undefined],
  ])('ends %s as %s', (reason, status, detail) => {
    const { final, types } = give(answer([text('a')], { reason, raw: 'pause_turn' }))
    expect(types.at(-1)).toBe(status)
    expect([final['status'], asObject(final['incomplete_details'])?.['reason']]).toEqual([status, detail])
  })

  test('of a refusal is complete', () => {
    const { final, types } = give(
      answer([[{ kind: 'refusal' }, { type: 'text-delta', text: 'No.' }]], { reason: 'refusal' }),
    )
    expect(types).toContain('refusal.done')
    expect(final).toMatchObject({ status: 'completed', output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }] })
  })

  test('of a reason without a word says so', () => {
    expect(give(answer([text('a')], { reason: 'other', raw: 'weird' })).losses).toEqual(['finish'])
    expect(give(answer([text('a')], { reason: 'other', raw: null })).losses).toEqual([])
  })
})

describe('reasoning', () => {
  const thought: Said = [
    { kind: 'reasoning', form: 'full' },
    { type: 'reasoning-delta', text: 'Hm' },
  ]

  test('stands where every client shows it, and is still known as thinking when it comes back', () => {
    const digest: Said = [
      { kind: 'reasoning', form: 'summary' },
      { type: 'reasoning-delta', text: 'In short' },
    ]
    const { output } = give(answer([thought, digest]))
    expect(output).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }] },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'In short' }] },
    ])
    const read = client.decodeRequest({ body: { model: 'm', input: output } }, createTestContext())
    expect(read.ok && read.value.messages[0]?.parts).toMatchObject([
      { kind: 'reasoning', form: 'full', text: 'Hm' },
      { kind: 'reasoning', form: 'summary', text: 'In short' },
    ])
  })

  test('of our own dialect stays where its source had it', () => {
    const events = answer([thought]).map((event) =>
      event.type === 'part-start' ? { ...event, ext: { 'openai-responses': { $item: { id: 'rs_1' } } } } : event,
    )
    expect(give(events).output).toMatchObject([
      { id: 'rs_1', type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] },
    ])
  })

  const anthropic = { dialect: 'anthropic-messages', provider: 'a', data: 'sig' } as const

  test('carries its seal wrapped, our own as it is', () => {
    const own = { dialect: 'openai-responses', provider: 'o', data: 'gAAA', id: 'rs_1' } as const
    const sealed = (seal: object): Said => [...thought, { type: 'seal-delta', seal }]
    expect(give(answer([sealed(anthropic)])).output[0]?.['encrypted_content']).toBe(wrapSeal(anthropic))
    expect(give(answer([sealed(own)])).output[0]?.['encrypted_content']).toBe('gAAA')
    expect(give(answer([[{ kind: 'reasoning', form: 'redacted', seal: anthropic }]])).output).toMatchObject([
      { type: 'reasoning', summary: [], encrypted_content: wrapSeal(anthropic) },
    ])
  })

  test('of gemini is sealed on texts and calls, and comes back to them', () => {
    const gemini = { dialect: 'gemini', provider: 'g', data: 'sig' } as const
    const { output } = give(
      answer([
        [
          { kind: 'text', seal: gemini },
          { type: 'text-delta', text: 'a' },
        ],
        text('b'),
        call('f', '{}', { seal: gemini }),
      ]),
    )
    const read = client.decodeRequest(
      {
        body: {
          model: 'm',
          input: [...output, { type: 'function_call_output', call_id: output.at(-1)?.['call_id'], output: 'r' }],
        },
      },
      createTestContext(),
    )
    expect(read.ok && read.value.messages).toMatchObject([
      {
        parts: [
          { kind: 'text', text: 'a', seal: gemini },
          { kind: 'text', text: 'b' },
          { kind: 'tool-call', id: 'call_f', seal: gemini },
        ],
      },
      { parts: [{ kind: 'tool-result', callId: 'call_f' }] },
    ])
  })
})

describe('calls', () => {
  test('of free-form tools are text, also when the model only knows functions', () => {
    const tools = [{ kind: 'custom', name: 'patch' }] as const
    const native = give(answer([call('patch', '*** Begin', { form: 'text' })]), { tools })
    const standIn = give(answer([call('patch', '{"input":"*** Begin"}')]), { tools })
    for (const { output, types } of [native, standIn]) {
      expect(output).toMatchObject([
        { type: 'custom_tool_call', name: 'patch', call_id: 'call_patch', input: '*** Begin' },
      ])
      expect(types.slice(2, -1)).toEqual([
        'output_item.added',
        'custom_tool_call_input.delta',
        'custom_tool_call_input.done',
        'output_item.done',
      ])
    }
  })

  test('of namespaced tools get their namespace back', () => {
    const read = client.decodeRequest(
      {
        body: {
          model: 'm',
          input: 'x',
          tools: [{ type: 'namespace', name: 'mcp__docs__', tools: [{ type: 'function', name: 'search' }] }],
        },
      },
      createTestContext(),
    )
    if (!read.ok) throw new Error(read.failure.message)
    const [tool] = read.value.tools
    const name = tool && 'name' in tool ? tool.name : ''
    expect(name).toBe('mcp__docs__search')
    expect(give(answer([call(name, '{}')]), read.value).output).toMatchObject([
      { type: 'function_call', namespace: 'mcp__docs__', name: 'search' },
    ])
  })

  test('that run side by side end in the order they began', () => {
    const at = (part: number): { readonly choice: 0; readonly part: number } => ({ choice: 0, part })
    const head = (name: string): PartHead => ({ kind: 'tool-call', id: name, name, executor: 'client' })
    const { events, output } = give([
      { type: 'start', id: 'x', model: 'm' },
      { type: 'part-start', ...at(0), head: head('a') },
      { type: 'part-start', ...at(1), head: head('b') },
      { type: 'args-delta', ...at(1), json: '{}' },
      { type: 'part-end', ...at(1) },
      { type: 'args-delta', ...at(0), json: '{}' },
      { type: 'part-end', ...at(0) },
      { type: 'finish', choice: 0, reason: 'tool-calls', raw: null },
      { type: 'end' },
    ])
    const ends = events.filter(({ type }) => type === 'response.output_item.done')
    expect(ends.map(({ output_index }) => output_index)).toEqual([0, 1])
    expect(output.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('that the provider ran itself are items of their own where there is one', () => {
    const { output, losses, types } = give(
      answer([
        call('web_search', '{"query":"q"}', { executor: 'provider' }),
        call('code_execution', '{"code":"1+1"}', { executor: 'provider' }),
        call('memory', '{}', { executor: 'provider' }),
      ]),
    )
    expect(output).toMatchObject([
      { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'q' } },
      { type: 'code_interpreter_call', status: 'completed', code: '1+1' },
    ])
    expect(types).toContain('web_search_call.searching')
    expect(losses).toEqual(['parts'])
  })
})

describe('everything else', () => {
  test('citations are annotations, of the whole text where there is no range', () => {
    const cite = (citation: object): object => ({ type: 'citation', citation })
    const url = { kind: 'url', url: 'https://a.test', title: 'A' }
    const { events, output, losses } = give(
      answer([
        [
          { kind: 'text' },
          { type: 'text-delta', text: 'Hel' },
          cite({ source: url }),
          cite({ source: url, span: [0, 2] }),
          { type: 'text-delta', text: 'lo' },
          cite({ source: { kind: 'other' } }),
        ],
      ]),
    )
    const placed = { type: 'url_citation', start_index: 0, end_index: 2, url: 'https://a.test', title: 'A' }
    expect(asArray(output[0]?.['content'])?.[0]).toMatchObject({ annotations: [placed, { ...placed, end_index: 5 }] })
    const told = events.filter(({ type }) => type === 'response.output_text.annotation.added')
    expect(told.map(({ annotation_index }) => annotation_index)).toEqual([0, 1])
    expect(losses).toEqual(['parts.citations'])
  })

  test('log probabilities stand in the event of their text', () => {
    const token = (said: string): object => ({
      type: 'logprobs',
      tokens: [{ token: said, logprob: -1, top: [{ token: 'x', logprob: -2 }] }],
    })
    const { events } = give(
      answer([
        [
          { kind: 'text' },
          { type: 'text-delta', text: 'a' },
          token('a'),
          { type: 'text-delta', text: 'b' },
          token('b'),
        ],
      ]),
      { logprobs: { top: 1 } },
    )
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta')
    expect(deltas).toMatchObject([
      { delta: 'a', logprobs: [{ token: 'a', logprob: -1, top_logprobs: [{ token: 'x', logprob: -2 }] }] },
      { delta: 'b', logprobs: [{ token: 'b' }] },
    ])
  })

  test('an image is an image generation call, a sound its transcript', () => {
    const { output, losses } = give(
      answer([
        [
          { kind: 'media', mediaType: 'image/png' },
          { type: 'media-delta', base64: 'AAAA' },
        ],
        [
          { kind: 'media', mediaType: 'audio/wav' },
          { type: 'media-delta', base64: 'BBBB', transcript: 'Hi' },
        ],
      ]),
    )
    expect(output).toMatchObject([
      { type: 'image_generation_call', status: 'completed', result: 'AAAA', output_format: 'png' },
      { type: 'message', content: [{ type: 'output_text', text: 'Hi' }] },
    ])
    expect(losses).toEqual(['parts'])
  })

  test('what only another dialect knows, and a second choice, is reported', () => {
    const events: readonly StreamEvent[] = [
      ...answer([[{ kind: 'opaque', dialect: 'gemini', value: { type: 'x' } }]]).slice(0, -1),
      { type: 'opaque', dialect: 'gemini', value: { type: 'y' } },
      { type: 'part-start', choice: 1, part: 0, head: { kind: 'text' } },
      { type: 'part-end', choice: 1, part: 0 },
      { type: 'end' },
    ]
    expect(give(events).losses).toEqual(['parts', 'stream', 'choices'])
  })
})

describe('an error', () => {
  const failure: Failure = { kind: 'overloaded', message: 'Busy.', retry: 'other-target' }

  test('ends a stream with the events of the API and nothing else', () => {
    const begun = answer([text('a')]).slice(0, 3)
    const { events, types, final } = give([...begun, { type: 'error', failure }, ...answer([])])
    expect(types.slice(-2)).toEqual(['error', 'failed'])
    expect(types).not.toContain('completed')
    expect(events.at(-2)).toMatchObject({ code: 'server_is_overloaded', message: 'Busy.', error: { message: 'Busy.' } })
    expect(final).toMatchObject({ status: 'failed', error: { code: 'server_is_overloaded', message: 'Busy.' } })
    expect(events.map((each) => each['sequence_number'])).toEqual(events.map((_, index) => index))
  })

  test('before the first event is an error all the same', () => {
    expect(give([{ type: 'error', failure }]).types).toEqual(['error', 'failed'])
  })

  test('makes a whole answer a failed one', () => {
    const broken = collect([...answer([text('a')]).slice(0, 4), { type: 'error', failure }])
    expect(encodeWhole(client, broken).value).toMatchObject({ status: 'failed', error: { message: 'Busy.' } })
  })
})

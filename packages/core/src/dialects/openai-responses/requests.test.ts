import { describe, expect, test } from 'bun:test'
import { arbitraryRequest } from '@sluice/testkit/arbitrary-request.ts'
import { hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { createTestContext, testOptions } from '@sluice/testkit/run-codecs.ts'
import fc from 'fast-check'
import { loseForeign } from '../../ir/foreign.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { wrapSeal } from '../../ir/seal.ts'
import { client, provider } from './index.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

function read(body: JsonObject): GenerateRequest {
  const result = client.decodeRequest({ body }, createTestContext())
  if (!result.ok) throw new Error(`${result.failure.param}: ${result.failure.message}`)
  return result.value
}

function refusalOf(body: JsonObject): string | undefined {
  const result = client.decodeRequest({ body }, createTestContext())
  return result.ok ? undefined : result.failure.param
}

interface Written {
  readonly body: JsonObject
  readonly losses: readonly string[]
}

function write(request: GenerateRequest, quirks: JsonObject = {}): Written {
  const losses: string[] = []
  const body = provider.encodeRequest(
    request,
    { ...testOptions(provider, quirks), quirks: { ...provider.defaultQuirks, ...quirks } },
    ({ path }) => losses.push(path),
  )
  return { body, losses }
}

/** Absent, null and an empty list mean the same to the API. */
function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === null || asArray(value)?.length === 0
}

/** Paths of what `whole` lacks or says otherwise than `part`. */
function missingFrom(whole: Json | undefined, part: Json | undefined, at = ''): readonly string[] {
  if (isNothing(part) && isNothing(whole)) return []
  const list = asArray(part)
  if (list) {
    const ours = asArray(whole) ?? []
    const extra = ours.length > list.length ? [`${at} has ${ours.length} instead of ${list.length}`] : []
    return [...extra, ...list.flatMap((each, index) => missingFrom(ours[index], each, `${at}[${index}]`))]
  }
  const object = asObject(part)
  if (!object) return whole === part ? [] : [`${at}: ${JSON.stringify(part)} became ${JSON.stringify(whole)}`]
  return Object.entries(object).flatMap(([key, value]) => missingFrom(asObject(whole)?.[key], value, `${at}.${key}`))
}

const recorded = loadRecordings(({ dialect }) => dialect === 'openai-responses')
  .map(({ path, request }) => ({ path, body: asObject(request.body) }))
  .filter((each): each is { path: string; body: JsonObject } => each.body !== undefined)

describe.if(hasRecordings())('recorded requests', () => {
  test.each(recorded.map(({ path, body }) => [path, body] as const))('%s comes back as it was', (_, body) => {
    const request = read(body)
    const { body: again, losses } = write(request, { isStateless: false, minOutputTokens: 1 })
    expect(missingFrom(again, body)).toEqual([])
    expect(read(again)).toEqual(request)
    expect(losses).toEqual([])
  })
})

const everything: JsonObject = {
  model: 'gpt-5',
  instructions: 'Be brief.',
  input: [
    { role: 'user', content: 'Hi' },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'Look', prompt_cache_breakpoint: { mode: 'explicit' } },
        { type: 'input_image', image_url: 'https://a.test/b.png', detail: 'high' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'original' },
        { type: 'input_image', file_id: 'file-1' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' },
        { type: 'input_file', file_url: 'https://a.test/c.pdf' },
        { type: 'input_audio', input_audio: { data: 'CCCC', format: 'mp3' } },
        { type: 'input_future', what: 1 },
      ],
    },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [
        { type: 'summary_text', text: 'a' },
        { type: 'summary_text', text: 'b' },
      ],
      encrypted_content: 'gAAA',
    },
    { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      phase: 'commentary',
      content: [
        {
          type: 'output_text',
          text: 'one',
          annotations: [{ type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0, end_index: 3 }],
        },
        { type: 'refusal', refusal: 'no' },
      ],
    },
    { role: 'assistant', content: 'two' },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"a":1}', status: 'completed' },
    { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'patch', input: '*** Begin' },
    { type: 'function_call', call_id: 'call_3', name: 'search', namespace: 'mcp__docs__', arguments: '{}' },
    {
      type: 'function_call_output',
      call_id: 'call_1',
      output: [
        { type: 'input_text', text: 'seen' },
        { type: 'input_image', image_url: 'data:image/png;base64,DDDD' },
      ],
    },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: 'done' },
    { type: 'function_call_output', call_id: 'call_3', output: [{ type: 'input_text', text: 'x' }] },
    { type: 'local_shell_call_output', call_id: 'call_4', output: 'ok' },
    { type: 'item_reference', id: 'msg_9' },
    { type: 'compaction', encrypted_content: 'zzz' },
    { role: 'developer', content: [{ type: 'input_text', text: 'Now.' }] },
  ],
  tools: [
    { type: 'function', name: 'look', description: 'd', parameters: { type: 'object' }, strict: true },
    { type: 'function', name: 'see', parameters: { type: 'object' } },
    { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: x' } },
    { type: 'web_search_preview', search_context_size: 'low', user_location: { type: 'approximate', city: 'Rome' } },
    { type: 'web_search', filters: { allowed_domains: ['a.test'] } },
    { type: 'code_interpreter', container: { type: 'auto' } },
    { type: 'code_interpreter', container: 'cntr_1' },
    { type: 'file_search', vector_store_ids: ['vs_1'] },
    { type: 'mcp', server_label: 's', server_url: 'https://a.test' },
    {
      type: 'namespace',
      name: 'mcp__docs__',
      description: 'Docs.',
      tools: [
        { type: 'function', name: 'search', parameters: { type: 'object' }, defer_loading: true },
        { type: 'function', name: 'open', parameters: { type: 'object' } },
      ],
    },
    { type: 'tool_search' },
    { type: 'local_shell' },
  ],
  tool_choice: {
    type: 'allowed_tools',
    mode: 'required',
    tools: [
      { type: 'function', name: 'look' },
      { type: 'custom', name: 'patch' },
    ],
  },
  text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
  reasoning: { effort: 'high', summary: 'detailed', context: 'all_turns' },
  include: ['reasoning.encrypted_content', 'message.output_text.logprobs', 'web_search_call.action.sources'],
  top_logprobs: 3,
  truncation: 'auto',
  max_tool_calls: 4,
  max_output_tokens: 100,
  parallel_tool_calls: false,
  temperature: 0.5,
  top_p: 0.9,
  prompt: { id: 'pmpt_1' },
  prompt_cache_key: 'k',
  prompt_cache_retention: '24h',
  safety_identifier: 's',
  service_tier: 'flex',
  store: false,
  background: false,
  previous_response_id: 'resp_1',
  conversation: 'conv_1',
  metadata: { a: 'b' },
  user: 'u',
  client_metadata: { 'x-codex': '1' },
  stream_options: { include_obfuscation: false },
  stream: true,
  some_future_field: { deep: [1] },
}

test('what was written once is written the same for ever', () => {
  fc.assert(
    fc.property(arbitraryRequest, (request) => {
      const once = read(write(request).body)
      const twice = write(once)
      expect(read(twice.body)).toEqual(once)
      expect(twice.losses).toEqual([])
    }),
    { numRuns: 200 },
  )
})

describe('a request with everything', () => {
  test('is written as it was read', () => {
    const { body, losses } = write(read(everything))
    expect(missingFrom(body, everything)).toEqual([])
    expect(Object.keys(body).filter((key) => everything[key] === undefined)).toEqual([])
    expect(losses).toEqual([])
  })

  test('is made of messages any dialect knows', () => {
    const { messages, tools } = read(everything)
    expect(messages.map(({ role, parts }) => `${role}: ${parts.map(({ kind }) => kind).join(' ')}`)).toEqual([
      'system: text',
      'user: text',
      'user: text media media media media media media opaque',
      'assistant: reasoning reasoning opaque text refusal text tool-call tool-call tool-call',
      'tool: tool-result tool-result tool-result opaque',
      'assistant: opaque opaque',
      'developer: text',
    ])
    expect(tools.map((tool) => ('name' in tool ? tool.name : tool.kind))).toEqual([
      'look',
      'see',
      'patch',
      'web-search',
      'web-search',
      'code-execution',
      'provider',
      'provider',
      'provider',
      'mcp__docs__search',
      'mcp__docs__open',
      'provider',
      'provider',
    ])
  })

  test('loses to another dialect only what has no word', () => {
    const lost: string[] = []
    loseForeign(read(everything), 'gemini', 'p', ({ path }) => lost.push(path))
    expect(lost.filter((path) => path.includes('$'))).toEqual([])
    expect(lost).toEqual([
      'truncation',
      'max_tool_calls',
      'prompt',
      'previous_response_id',
      'conversation',
      'some_future_field',
      'reasoning',
      'tools[3].search_context_size',
      'tools[5].container',
      'tools[6]',
      'tools[7]',
      'tools[8]',
      'tools[9].defer_loading',
      'tools[11]',
      'tools[12]',
      'messages[2].parts[2].detail',
      'messages[2].parts[3]',
      'messages[2].parts[7]',
      'messages[3].parts[1].seal',
      'messages[3].parts[2]',
      'messages[4].parts[3]',
      'messages[5].parts[0]',
      'messages[5].parts[1]',
    ])
  })
})

describe('instructions', () => {
  const system: GenerateRequest = {
    model: 'm',
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 'A' }] },
      { role: 'developer', parts: [{ kind: 'text', text: 'B', cache: {} }] },
      { role: 'user', parts: [{ kind: 'text', text: 'C' }] },
    ],
    tools: [],
    stop: [],
    stream: false,
  }

  test('are the first system message of another dialect', () => {
    const { body, losses } = write(system)
    expect(body['instructions']).toBe('A')
    expect(body['input']).toMatchObject([{ role: 'developer' }, { role: 'user' }])
    expect(losses).toEqual([])
  })

  test('are all leading system text where the provider insists on them', () => {
    const { body } = write(system, { needsInstructions: true })
    expect(body['instructions']).toBe('A\n\nB')
    expect(body['input']).toMatchObject([{ role: 'user' }])
  })

  test('do not leave the input empty', () => {
    const { body } = write({ ...system, messages: system.messages.slice(0, 1) })
    expect(body['input']).toMatchObject([{ role: 'system' }])
  })
})

describe('settings without a place', () => {
  const base: GenerateRequest = { model: 'm', messages: [], tools: [], stop: [], stream: false }

  test('are reported when they ask for something', () => {
    const { losses } = write({
      ...base,
      seed: 1,
      topK: 2,
      stop: ['x'],
      frequencyPenalty: 1,
      presencePenalty: -1,
      choices: 2,
      modalities: ['text', 'audio'],
      maxOutputTokens: 5,
      reasoning: { budgetTokens: 4000 },
    })
    expect(losses).toEqual([
      'seed',
      'topK',
      'stop',
      'frequencyPenalty',
      'presencePenalty',
      'choices',
      'audio',
      'reasoning.budgetTokens',
      'maxOutputTokens',
    ])
  })

  test('are not reported when they repeat a default', () => {
    const { losses } = write({ ...base, frequencyPenalty: 0, presencePenalty: 0, choices: 1, modalities: ['text'] })
    expect(losses).toEqual([])
  })

  test('become what comes near', () => {
    const { body } = write({
      ...base,
      reasoning: { budgetTokens: 4000, show: 'full' },
      modalities: ['text', 'image'],
      maxOutputTokens: 5,
    })
    expect(body).toMatchObject({
      reasoning: { effort: 'medium', summary: 'auto' },
      tools: [{ type: 'image_generation' }],
      max_output_tokens: 16,
      store: false,
      include: ['reasoning.encrypted_content'],
    })
  })

  test('are left out where a provider refuses them', () => {
    const { body, losses } = write(
      { ...base, temperature: 1, promptCacheKey: 'k' },
      { refusedFields: ['temperature', 'prompt_cache_key'] },
    )
    expect(body['temperature']).toBeUndefined()
    expect(body['prompt_cache_key']).toBeUndefined()
    expect(losses).toEqual(['temperature'])
  })
})

describe('seals', () => {
  const sealed = { dialect: 'openai-responses', provider: 'upstream', data: 'gAAA', id: 'rs_7' } as const
  const turn = (parts: GenerateRequest['messages'][0]['parts']): GenerateRequest => ({
    model: 'm',
    messages: [
      { role: 'user', parts: [{ kind: 'text', text: 'q' }] },
      { role: 'assistant', parts },
    ],
    tools: [],
    stop: [],
    stream: false,
  })

  test('go back to their maker with the thoughts that stood before them', () => {
    const { body, losses } = write(
      turn([
        { kind: 'reasoning', form: 'full', text: 'a' },
        { kind: 'reasoning', form: 'full', text: 'b', seal: sealed },
        { kind: 'text', text: 'x' },
      ]),
    )
    expect(asArray(body['input'])?.[1]).toEqual({
      type: 'reasoning',
      id: 'rs_7',
      summary: [
        { type: 'summary_text', text: 'a' },
        { type: 'summary_text', text: 'b' },
      ],
      encrypted_content: 'gAAA',
    })
    expect(body['include']).toEqual(['reasoning.encrypted_content'])
    expect(losses).toEqual([])
  })

  test('of another provider are left out, and so is their text where only sealed reasoning is taken', () => {
    const parts = [
      { kind: 'reasoning', form: 'full', text: 'a', seal: { ...sealed, provider: 'else' } },
      { kind: 'text', text: 'x' },
    ] as const
    const { body, losses } = write(turn(parts))
    expect(JSON.stringify(body)).not.toContain('gAAA')
    expect(asArray(body['input'])?.length).toBe(2)
    expect(losses).toEqual(['messages[1].parts[0]'])
    const plain = write(turn(parts), { takesPlainReasoning: true })
    expect(asArray(plain.body['input'])?.[1]).toEqual({
      type: 'reasoning',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'a' }],
    })
    expect(plain.losses).toEqual([])
  })

  test('that a client brings back wrapped are unwrapped', () => {
    const text = { dialect: 'gemini', provider: 'g', data: 'sig', id: 'text' } as const
    const thought = { dialect: 'anthropic-messages', provider: 'a', data: 'sig2' } as const
    const call = { dialect: 'gemini', provider: 'g', data: 'sig3' } as const
    const { messages } = read({
      model: 'm',
      input: [
        {
          type: 'reasoning',
          id: 'rs_sluice_1',
          summary: [{ type: 'summary_text', text: 't' }],
          encrypted_content: wrapSeal(thought),
        },
        { role: 'assistant', content: 'hello' },
        { type: 'reasoning', id: 'rs_sluice_2', summary: [], encrypted_content: wrapSeal(text) },
        { type: 'function_call', call_id: `call_1-${wrapSeal(call)}`, name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: `call_1-${wrapSeal(call)}`, output: 'r' },
      ],
    })
    expect(messages).toMatchObject([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 't', seal: thought },
          { kind: 'text', text: 'hello', seal: { dialect: 'gemini', provider: 'g', data: 'sig' } },
          { kind: 'tool-call', id: 'call_1', seal: call },
        ],
      },
      { role: 'tool', parts: [{ callId: 'call_1' }] },
    ])
    expect(messages[0]?.parts.length).toBe(3)
  })

  test('and reasoning made by this gateway never reach a provider as a stored item', () => {
    const made = read({
      model: 'm',
      input: [
        { type: 'reasoning', id: 'rs_sluice_1', summary: [{ type: 'summary_text', text: 't' }] },
        { role: 'user', content: 'q' },
      ],
    })
    expect(JSON.stringify(write(made).body)).not.toContain('rs_sluice')
    expect(write(made).losses).toEqual(['messages[0].parts[0]'])
    expect(write(made, { takesPlainReasoning: true }).body['input']).toMatchObject([
      { type: 'reasoning', summary: [{ text: 't' }] },
      { role: 'user' },
    ])
  })
})

describe('tools of other dialects', () => {
  const base: GenerateRequest = { model: 'm', messages: [], tools: [], stop: [], stream: false }

  test('are never made strict behind their back', () => {
    const { body } = write({ ...base, tools: [{ kind: 'function', name: 'f', parameters: {} }] })
    expect(body['tools']).toEqual([{ type: 'function', name: 'f', parameters: {}, strict: false }])
  })

  test('are functions where free-form tools are unknown, and so are their calls and outputs', () => {
    const request: GenerateRequest = {
      ...base,
      tools: [{ kind: 'custom', name: 'patch' }],
      messages: [
        { role: 'user', parts: [{ kind: 'text', text: 'q' }] },
        {
          role: 'assistant',
          parts: [{ kind: 'tool-call', id: 'c1', name: 'patch', args: 'x', form: 'text', executor: 'client' }],
        },
        {
          role: 'tool',
          parts: [
            { kind: 'tool-result', callId: 'c1', name: '', content: [{ kind: 'text', text: 'ok' }], isError: false },
          ],
        },
      ],
    }
    const plain = write(request, { hasCustomTools: false }).body
    expect(plain['tools']).toMatchObject([{ type: 'function', name: 'patch' }])
    expect(asArray(plain['input'])?.slice(1)).toEqual([
      { type: 'function_call', call_id: 'c1', name: 'patch', arguments: '{"input":"x"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'ok' },
    ])
    expect(asArray(write(request).body['input'])?.slice(1)).toEqual([
      { type: 'custom_tool_call', call_id: 'c1', name: 'patch', input: 'x' },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' },
    ])
  })

  test('keep their ids under the limit, alike in call and output', () => {
    const id = `toolu_${'x'.repeat(200)}`
    const { body } = write({
      ...base,
      messages: [
        { role: 'assistant', parts: [{ kind: 'tool-call', id, name: 'f', args: '', executor: 'client' }] },
        { role: 'tool', parts: [{ kind: 'tool-result', callId: id, name: '', content: [], isError: false }] },
      ],
    })
    const [call, output] = (asArray(body['input']) ?? []).map((each) => asObject(each)?.['call_id'])
    expect(call).toBe(output)
    expect(String(call).length).toBeLessThanOrEqual(64)
  })

  test('report an error mark, which an output cannot carry', () => {
    const { losses } = write({
      ...base,
      messages: [{ role: 'tool', parts: [{ kind: 'tool-result', callId: 'c', name: '', content: [], isError: true }] }],
    })
    expect(losses).toEqual(['messages[0].parts[0].isError'])
  })
})

describe('what is wrong is named as the API names it', () => {
  const cases: readonly (readonly [string, JsonObject])[] = [
    ['model', { input: 'x' }],
    ['input', { model: 'm' }],
    ['input', { model: 'm', input: 3 }],
    ['input[0]', { model: 'm', input: ['x'] }],
    ['input[0].role', { model: 'm', input: [{ content: 'x' }] }],
    ['input[0].role', { model: 'm', input: [{ role: 'tool', content: 'x' }] }],
    ['input[0].content[0].text', { model: 'm', input: [{ role: 'user', content: [{ type: 'input_text' }] }] }],
    ['input[0].content[0].image_url', { model: 'm', input: [{ role: 'user', content: [{ type: 'input_image' }] }] }],
    ['input[0].call_id', { model: 'm', input: [{ type: 'function_call', name: 'f', arguments: '' }] }],
    ['input[0].output', { model: 'm', input: [{ type: 'function_call_output', call_id: 'c' }] }],
    ['tools[0].name', { model: 'm', input: 'x', tools: [{ type: 'function' }] }],
    ['tool_choice', { model: 'm', input: 'x', tool_choice: 4 }],
    ['temperature', { model: 'm', input: 'x', temperature: Number.POSITIVE_INFINITY }],
    ['max_output_tokens', { model: 'm', input: 'x', max_output_tokens: 1.5 }],
    ['text.format.name', { model: 'm', input: 'x', text: { format: { type: 'json_schema', schema: {} } } }],
    ['stream', { model: 'm', input: 'x', stream: 'yes' }],
    ['include', { model: 'm', input: 'x', include: 'all' }],
  ]
  test.each(cases)('%s', (param, body) => {
    expect(refusalOf(body)).toBe(param)
  })

  test('and what is right is taken', () => {
    expect(refusalOf({ model: 'm', previous_response_id: 'resp_1' })).toBeUndefined()
    expect(refusalOf({ model: 'm', input: 'x', temperature: null, tools: null })).toBeUndefined()
  })
})

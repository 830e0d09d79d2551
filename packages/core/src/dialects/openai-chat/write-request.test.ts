import { describe, expect, test } from 'bun:test'
import type { CodecContext } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Part } from '../../ir/part.ts'
import { asObjects } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { client, type OpenAiChatQuirks, provider } from './index.ts'

const context: CodecContext = { provider: 'p', createdAt: 1, newId: (prefix) => `${prefix}0` }
const user = { role: 'user', parts: [{ kind: 'text', text: 'x' }] } as const
const plain: GenerateRequest = { model: 'm', messages: [user], tools: [], stop: [], stream: false }

/** What a request of another dialect becomes, and the paths of what it lost. */
function write(
  request: Partial<GenerateRequest>,
  quirks: Partial<OpenAiChatQuirks> = {},
): { body: JsonObject; lost: string[] } {
  const lost: string[] = []
  const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context }
  const body = provider.encodeRequest({ ...plain, ...request }, options, ({ path }) => void lost.push(path))
  return { body: JSON.parse(JSON.stringify(body)), lost }
}

const assistant = (...parts: readonly Part[]): Partial<GenerateRequest> => ({
  messages: [user, { role: 'assistant', parts }],
})
const customTool = { kind: 'custom', name: 'sh', format: { type: 'grammar' } } as const
const functionTool = { kind: 'function', name: 'f', parameters: {} } as const
const schema = { kind: 'json-schema', name: '', schema: { type: 'object' }, strict: true } as const
const thought: Part = { kind: 'reasoning', form: 'full', text: 'hm' }
const freeCall: Part = { kind: 'tool-call', id: 'a', name: 'sh', args: 'ls', form: 'text', executor: 'client' }

type Case = readonly [string, Partial<GenerateRequest>, Partial<OpenAiChatQuirks>, object, readonly string[]]

describe('each quirk', () => {
  const cases: readonly Case[] = [
    ['maxTokens as-sent', { maxOutputTokens: 5 }, {}, { max_completion_tokens: 5 }, []],
    ['maxTokens', { maxOutputTokens: 5 }, { maxTokens: 'max_tokens' }, { max_tokens: 5 }, []],
    [
      'systemRole',
      { messages: [{ ...user, role: 'developer' }] },
      { systemRole: 'system' },
      { messages: [{ role: 'system' }] },
      [],
    ],
    ['streamOptions', { stream: true }, {}, { stream_options: { include_usage: true } }, []],
    ['seedField', { seed: 1 }, { seedField: 'random_seed' }, { random_seed: 1 }, []],
    [
      'requiredToolChoice',
      { tools: [functionTool], toolChoice: { mode: 'required' } },
      { requiredToolChoice: 'any' },
      { tool_choice: 'any' },
      [],
    ],
    [
      'allowedTools: only those are sent',
      {
        tools: [functionTool, { ...functionTool, name: 'g' }],
        toolChoice: { mode: 'subset', names: ['g'], must: true },
      },
      { allowedTools: false },
      { tools: [{ function: { name: 'g' } }], tool_choice: 'required' },
      [],
    ],
    [
      'customTools: a function stands in',
      { tools: [customTool] },
      { customTools: false },
      { tools: [{ type: 'function', function: { name: 'sh' } }] },
      ['tools[0].format'],
    ],
    [
      'customTools: so do its calls',
      assistant(freeCall),
      { customTools: false },
      { messages: [{}, { tool_calls: [{ type: 'function', function: { name: 'sh', arguments: '{"input":"ls"}' } }] }] },
      [],
    ],
    [
      'jsonSchema',
      { format: schema },
      { jsonSchema: false },
      { response_format: { type: 'json_object' } },
      ['format.schema'],
    ],
    ['a schema without a name', { format: schema }, {}, { response_format: { json_schema: { name: 'response' } } }, []],
    ['reasoningControl: an effort', { reasoning: { effort: 'low' } }, {}, { reasoning_effort: 'low' }, []],
    [
      'reasoningControl: a budget',
      { reasoning: { budgetTokens: 5000 } },
      {},
      { reasoning_effort: 'medium' },
      ['reasoning.budgetTokens'],
    ],
    [
      'reasoningControl: an object',
      { reasoning: { budgetTokens: 5000, show: 'hidden' } },
      { reasoningControl: 'reasoning' },
      { reasoning: { max_tokens: 5000, exclude: true } },
      [],
    ],
    [
      'reasoningControl: a switch',
      { reasoning: { effort: 'none' } },
      { reasoningControl: 'thinking' },
      { thinking: { type: 'disabled' } },
      [],
    ],
    [
      'reasoningControl: another switch',
      { reasoning: { effort: 'high', budgetTokens: 9 } },
      { reasoningControl: 'enable_thinking' },
      { enable_thinking: true, thinking_budget: 9 },
      ['reasoning.effort'],
    ],
    ['reasoningControl: none', { reasoning: { effort: 'low' } }, { reasoningControl: 'none' }, {}, ['reasoning']],
    [
      'replayReasoning: none',
      assistant(thought, freeCall),
      {},
      { messages: [{}, { content: null }] },
      ['messages[1].parts[0]'],
    ],
    [
      'replayReasoning: a field',
      assistant(thought),
      { replayReasoning: 'reasoning_content' },
      { messages: [{}, { content: null, reasoning_content: 'hm' }] },
      [],
    ],
    [
      'replayReasoning: a chunk of content',
      assistant(thought, { kind: 'text', text: 'x' }),
      { replayReasoning: 'thinking' },
      {
        messages: [
          {},
          {
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
              { type: 'text', text: 'x' },
            ],
          },
        ],
      },
      [],
    ],
    [
      'cacheMarks: none',
      { messages: [{ ...user, parts: [{ kind: 'text', text: 'x', cache: {} }] }] },
      {},
      { messages: [{ content: 'x' }] },
      ['cache'],
    ],
    [
      'cacheMarks',
      { messages: [{ ...user, parts: [{ kind: 'text', text: 'x', cache: { ttl: '1h' } }] }] },
      { cacheMarks: 'cache_control' },
      { messages: [{ content: [{ cache_control: { type: 'ephemeral', ttl: '1h' } }] }] },
      [],
    ],
    [
      'webSearch: a field',
      { tools: [{ kind: 'web-search', userLocation: { city: 'Bern' }, maxUses: 2 }] },
      { webSearch: 'options' },
      { web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Bern' } } } },
      ['tools[0].maxUses'],
    ],
    [
      'webSearch: a tool',
      { tools: [{ kind: 'web-search', maxUses: 2, blockedDomains: ['a.b'] }] },
      { webSearch: 'tool', webSearchTool: 'x:web_search' },
      { tools: [{ type: 'x:web_search', parameters: { max_uses: 2, excluded_domains: ['a.b'] } }] },
      [],
    ],
    ['webSearch: none', { tools: [{ kind: 'web-search' }] }, {}, {}, ['tools[0]']],
    ['unsupported', { topK: 3, topP: 1 }, {}, { top_p: 1 }, ['topK']],
    ['maxStops', { stop: ['a', 'b', 'c', 'd', 'e'] }, {}, { stop: ['a', 'b', 'c', 'd'] }, ['stop']],
    ['metadata goes with stored answers', { metadata: { a: 'b' } }, {}, {}, ['metadata']],
    [
      'a store nobody asked for is not mentioned',
      { store: false, serviceTier: 'standard' },
      {},
      { service_tier: 'default' },
      [],
    ],
  ]
  for (const [name, request, quirks, wanted, losses] of cases) {
    test(name, () => {
      const { body, lost } = write(request, quirks)
      expect(body).toMatchObject(wanted)
      expect(lost).toEqual([...losses])
    })
  }

  test('fields that are left out are not there at all', () => {
    expect(Object.keys(write({ topK: 3, store: false, metadata: {}, toolChoice: { mode: 'auto' } }).body)).toEqual([
      'model',
      'messages',
      'stream',
    ])
    expect(write({ stream: true }, { streamOptions: false }).body['stream_options']).toBeUndefined()
  })
})

describe('results of tools', () => {
  const image: Part = { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'AAAA' } }
  const result = (callId: string, ...content: readonly Part[]): Part => ({
    kind: 'tool-result',
    callId,
    name: '',
    content,
    isError: false,
  })
  const messages: GenerateRequest['messages'] = [
    user,
    { role: 'assistant', parts: [freeCall, { ...freeCall, id: 'b' }] },
    {
      role: 'user',
      parts: [result('a', image), result('b', { kind: 'text', text: 'ok' }), { kind: 'text', text: 'go on' }],
    },
  ]
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }

  test('stand together, and what they cannot hold follows in one user message', () => {
    expect(write({ messages }).body['messages']).toMatchObject([
      {},
      {},
      { role: 'tool', tool_call_id: 'a', content: 'The result is attached below.' },
      { role: 'tool', tool_call_id: 'b', content: 'ok' },
      { role: 'user', content: [{ type: 'text' }, picture, { type: 'text', text: 'go on' }] },
    ])
  })

  test('hold images where the host takes them', () => {
    expect(write({ messages }, { toolResultMedia: true }).body['messages']).toMatchObject([
      {},
      {},
      { role: 'tool', content: [picture] },
      {},
      { role: 'user', content: 'go on' },
    ])
  })

  test('of one run are not torn apart by what follows them', () => {
    const apart = [
      messages[0]!,
      messages[1]!,
      ...['a', 'b'].map((id) => ({ role: 'tool', parts: [result(id, image)] }) as const),
    ]
    const roles = (write({ messages: apart }).body['messages'] as readonly JsonObject[]).map((each) => each['role'])
    expect(roles).toEqual(['user', 'assistant', 'tool', 'tool', 'user'])
  })

  test('keep the id of their call, whatever the host allows', () => {
    const long = 'x'.repeat(60)
    const pair = [
      user,
      { role: 'assistant', parts: [{ ...freeCall, id: long }] },
      { role: 'tool', parts: [result(long)] },
    ] as const
    for (const [toolCallIds, shape] of [
      ['at-most-40', /^.{1,40}$/],
      ['nine-alphanumeric', /^[A-Za-z0-9]{9}$/],
      ['any', /^x{60}$/],
    ] as const) {
      const [, call, answer] = write({ messages: pair }, { toolCallIds }).body['messages'] as readonly JsonObject[]
      const id = asObjects(call?.['tool_calls'])[0]?.['id']
      expect(id).toMatch(shape)
      expect(answer?.['tool_call_id']).toEqual(id!)
    }
  })
})

describe('a request that is wrong', () => {
  const ok = { role: 'user', content: 'x' }
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{ messages: [ok] }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [{ model: 'm', messages: 'x' }, 'messages'],
    [{ model: 'm', messages: [{ content: 'x' }] }, 'messages[0].role'],
    [{ model: 'm', messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    [{ model: 'm', messages: [ok, { role: 'user' }] }, 'messages[1].content'],
    [{ model: 'm', messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ model: 'm', messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages[0].content[0].type'],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'messages[0].content[0].image_url.url',
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] },
      'messages[0].content[0].file.file_id',
    ],
    [{ model: 'm', messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [
      { model: 'm', messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'n' } }] }] },
      'messages[0].tool_calls[0].id',
    ],
    [{ model: 'm', messages: [ok], temperature: 'hot' }, 'temperature'],
    [{ model: 'm', messages: [ok], temperature: JSON.parse('1e999') }, 'temperature'],
    [{ model: 'm', messages: [ok], max_tokens: -1 }, 'max_tokens'],
    [{ model: 'm', messages: [ok], max_completion_tokens: '4096' }, 'max_completion_tokens'],
    [{ model: 'm', messages: [ok], n: 0 }, 'n'],
    [{ model: 'm', messages: [ok], stream: 'yes' }, 'stream'],
    [{ model: 'm', messages: [ok], stop: [1] }, 'stop'],
    [{ model: 'm', messages: [ok], tools: [{ type: 'function' }] }, 'tools[0].function'],
    [{ model: 'm', messages: [ok], tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ model: 'm', messages: [ok], tool_choice: 'perhaps' }, 'tool_choice'],
    [{ model: 'm', messages: [ok], response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ model: 'm', messages: [ok], stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
  ]
  for (const [body, param] of cases) {
    test(`names ${param}: ${JSON.stringify(body).slice(0, 90)}`, () => {
      expect(client.decodeRequest({ body }, context)).toMatchObject({
        ok: false,
        failure: { kind: 'invalid-request', param },
      })
    })
  }

  test('of two caps the lower holds', () => {
    const body = { model: 'm', messages: [ok], max_tokens: 5, max_completion_tokens: 9 }
    expect(client.decodeRequest({ body }, context)).toMatchObject({ value: { maxOutputTokens: 5 } })
  })
})

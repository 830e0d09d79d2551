/** Requests of this dialect come back as they were sent; requests of others become ones the API takes. */
import { describe, expect, test } from 'bun:test'
import { arbitraryRequest } from '@sluice/testkit/arbitrary-request.ts'
import { hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { createTestContext } from '@sluice/testkit/run-codecs.ts'
import fc from 'fast-check'
import { loseForeign } from '../../ir/foreign.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { wrapSeal } from '../../ir/seal.ts'
import { client, countWire, provider, readCountRequest, writeCountAnswer } from './index.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

function read(body: JsonObject): GenerateRequest {
  const result = client.decodeRequest({ body }, createTestContext())
  if (!result.ok) throw new Error(result.failure.message)
  return result.value
}

function refuse(body: JsonObject): string | undefined {
  const result = client.decodeRequest({ body }, createTestContext())
  return result.ok ? undefined : result.failure.param
}

function write(
  request: GenerateRequest,
  quirks: Partial<AnthropicMessagesQuirks> = {},
): { body: JsonObject; lost: readonly string[] } {
  const lost: string[] = []
  const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context: createTestContext('claude') }
  const body = provider.encodeRequest(request, options, ({ path }) => lost.push(path))
  return { body: JSON.parse(JSON.stringify(body)), lost }
}

/** Everything in `wire` that is not in `copy`. Null, an empty list, and false where it is the default are absence. */
function missing(wire: Json | undefined, copy: Json | undefined, at = ''): readonly string[] {
  const [object, list] = [asObject(wire), asArray(wire)]
  if (wire === null || wire === undefined || (/is_error|stream/.test(at) && wire === false)) return []
  if (list?.length === 0 && copy === undefined) return []
  if (list) {
    const others = asArray(copy)
    if (others?.length !== list.length) return [`${at}: ${JSON.stringify(wire)} became ${JSON.stringify(copy)}`]
    return list.flatMap((each, index) => missing(each, others[index], `${at}[${index}]`))
  }
  if (object) return Object.keys(object).flatMap((key) => missing(object[key], asObject(copy)?.[key], `${at}.${key}`))
  return wire === copy ? [] : [`${at}: ${JSON.stringify(wire)} became ${JSON.stringify(copy)}`]
}

const recorded = loadRecordings(
  ({ dialect, operation, status }) =>
    (dialect === 'anthropic-messages' || operation === 'messages.count_tokens') && status < 400,
).flatMap(({ path, request, operation }): { path: string; body: JsonObject }[] => {
  const body = asObject(request.body)
  if (!body || !Array.isArray(body['messages'])) return []
  return [
    { path, body: { model: 'in-the-url', ...body, ...(operation === 'messages.count_tokens' && { max_tokens: 10 }) } },
  ]
})

describe.if(hasRecordings())('recorded requests', () => {
  test('there are some', () => expect(recorded.length).toBeGreaterThan(40))

  test.each(recorded.map(({ path, body }) => [path, body] as const))('%s keeps every field', (_path, body) => {
    const version = typeof body['anthropic_version'] === 'string' ? { versionInBody: body['anthropic_version'] } : {}
    const written = write(read(body), version)
    const { model, ...rest } = body
    expect(missing('versionInBody' in version ? rest : body, written.body)).toEqual([])
    expect(written.lost).toEqual([])
    expect(model).toBeString()
  })

  test('reading, writing and reading again changes nothing', () => {
    for (const { body } of recorded) {
      const once = read(body)
      expect(read({ model: once.model, ...write(once).body })).toEqual(once)
    }
  })
})

/** One of everything a client of this dialect can say. */
const everything: JsonObject = {
  model: 'claude-x',
  max_tokens: 4000,
  system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral', ttl: '1h', scope: 'global' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look', cache_control: { type: 'ephemeral' } },
        { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'UklGRg==' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' }, transformations: { crop: 1 } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
          title: 'A',
          context: 'old',
          citations: { enabled: true },
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain' }, title: null },
        { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
        { type: 'document', source: { type: 'file', file_id: 'file_2' } },
        { type: 'document', source: { type: 'content', content: 'one string' } },
        {
          type: 'document',
          source: {
            type: 'content',
            content: [
              { type: 'text', text: 'cut' },
              { type: 'text', text: ' here' },
            ],
          },
        },
        {
          type: 'search_result',
          source: 'kb-7',
          title: 'Found',
          content: [{ type: 'text', text: 'fact' }],
          citations: { enabled: true },
        },
        { type: 'container_upload', file_id: 'file_3' },
        { type: 'from_the_future', x: { y: 1 } },
      ],
    },
    { role: 'user', content: 'A second message of the same role.' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'cmVk' },
        {
          type: 'text',
          text: 'cited',
          citations: [
            {
              type: 'char_location',
              cited_text: 'a',
              document_index: 0,
              document_title: 'A',
              start_char_index: 0,
              end_char_index: 1,
            },
            {
              type: 'page_location',
              cited_text: 'b',
              document_index: 1,
              document_title: null,
              start_page_number: 1,
              end_page_number: 2,
            },
            {
              type: 'content_block_location',
              cited_text: 'c',
              document_index: 2,
              document_title: 'C',
              start_block_index: 0,
              end_block_index: 1,
            },
            {
              type: 'search_result_location',
              cited_text: 'd',
              source: 'kb-7',
              title: 'Found',
              search_result_index: 0,
              start_block_index: 0,
              end_block_index: 1,
            },
            {
              type: 'search_result_location',
              cited_text: 'd',
              source: 'https://e.org',
              title: null,
              search_result_index: 1,
              start_block_index: 0,
              end_block_index: 1,
            },
            {
              type: 'web_search_result_location',
              cited_text: 'e',
              url: 'https://e.org',
              title: 'E',
              encrypted_index: 'ZQ==',
            },
          ],
        },
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
        { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [], caller: { type: 'direct' } },
        { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'ask', server_name: 'wiki', input: {} },
        { type: 'mcp_tool_result', tool_use_id: 'mcptoolu_1', is_error: false, content: [{ type: 'text', text: 'r' }] },
        { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 }, caller: { type: 'direct' } },
        {
          type: 'tool_use',
          id: 'toolu_2',
          name: 'roll',
          input: {},
          caller: { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' },
        },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          content: 'a string',
          cache_control: { type: 'ephemeral', ttl: '5m' },
        },
        {
          type: 'tool_result',
          tool_use_id: 'toolu_2',
          is_error: true,
          toolset_name: 'dice',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'tool_reference', tool_name: 'look' },
          ],
        },
        { type: 'text', text: 'and now?' },
      ],
    },
    { role: 'system', content: 'Mind the gap.', clear_at: 'never' },
    { role: 'assistant', content: 'Well' },
  ],
  tools: [
    {
      name: 'look',
      description: 'd',
      input_schema: { type: 'object' },
      strict: true,
      defer_loading: true,
      cache_control: { type: 'ephemeral' },
    },
    {
      type: 'web_search_20260209',
      name: 'web_search',
      max_uses: 2,
      allowed_domains: ['e.org'],
      user_location: { type: 'approximate', city: 'Ulm' },
    },
    { type: 'code_execution_20260120', name: 'code_execution', allowed_callers: ['direct'] },
    { type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 1 },
    { type: 'bash_20250124', name: 'bash' },
    { type: 'mcp_toolset', mcp_server_name: 'wiki' },
  ],
  tool_choice: { type: 'tool', name: 'look', disable_parallel_tool_use: true },
  thinking: { type: 'adaptive', display: 'omitted' },
  output_config: {
    effort: 'xhigh',
    format: { type: 'json_schema', schema: { type: 'object' } },
    task_budget: { total: 9 },
  },
  stop_sequences: ['END'],
  stream: true,
  temperature: 1,
  top_p: 0.97,
  top_k: 3,
  metadata: { user_id: 'u', more: 'm' },
  service_tier: 'standard_only',
  container: { id: 'c', skills: [] },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  mcp_servers: [{ type: 'url', name: 'wiki', url: 'https://example.com' }],
  cache_control: { type: 'ephemeral' },
  unheard_of: [1, { two: null }],
}

describe('a request of this dialect', () => {
  test('keeps everything it said, and says it the same way', () => {
    const { body, lost } = write(read(everything))
    expect(missing(everything, body)).toEqual([])
    expect(missing(body, everything)).toEqual([])
    expect(lost).toEqual([])
  })

  test.each<[string, JsonObject]>([
    ['disabled beside an effort', { thinking: { type: 'disabled' }, output_config: { effort: 'low' } }],
    ['an effort alone', { output_config: { effort: 'low' } }],
    [
      'a budget',
      { thinking: { type: 'enabled', budget_tokens: 5000, display: 'summarized' }, tool_choice: { type: 'any' } },
    ],
    ['a mode we do not know', { thinking: { type: 'between_tools' }, output_config: { effort: 'ultra' } }],
    ['the older format field', { output_format: { type: 'json_schema', schema: { type: 'object' } } }],
    ['a choice we do not know', { tool_choice: { type: 'some', names: ['a'] } }],
    ['a temperature the API refuses', { temperature: 1.5, top_p: 0.2 }],
    ['a tier we do not know', { service_tier: 'gold' }],
  ])('keeps %s as it is', (_name, fields) => {
    const wire = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'x' }], ...fields }
    expect(write(read(wire))).toEqual({ body: wire, lost: [] })
  })

  test('is read into the words of the language', () => {
    const request = read(everything)
    expect(request).toMatchObject({
      maxOutputTokens: 4000,
      reasoning: { effort: 'xhigh', budgetTokens: -1, show: 'hidden' },
      toolChoice: { mode: 'tool', name: 'look' },
      parallelToolCalls: false,
      format: { kind: 'json-schema', schema: { type: 'object' } },
      endUser: 'u',
      serviceTier: 'default',
    })
    expect(request.messages.map(({ role }) => role)).toEqual([
      ...['system', 'user', 'user', 'assistant', 'tool', 'user', 'system', 'assistant'],
    ] as GenerateRequest['messages'][number]['role'][])
    expect(request.tools.map(({ kind }) => kind)).toEqual([
      ...['function', 'web-search', 'code-execution', 'provider', 'provider', 'provider'],
    ] as GenerateRequest['tools'][number]['kind'][])
  })

  test('loses nothing to another dialect but what only this one has', () => {
    const wire = {
      model: 'm',
      max_tokens: 100,
      system: 'Be kind.',
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 't', name: 'n', input: {}, caller: { type: 'direct' } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'r' }] },
      ],
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    }
    const lost: string[] = []
    loseForeign(read(wire), 'openai-chat', 'other', ({ path }) => lost.push(path))
    expect(lost).toEqual([])
  })

  test('leaves out empty text, which the API refuses', () => {
    const content = [
      { type: 'text', text: '' },
      { type: 'text', text: 'x' },
    ]
    const { body } = write(read({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content }] }))
    expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'x' }] }])
  })
})

describe('a wrong request is refused at its field', () => {
  const good = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }
  test.each<[string, JsonObject]>([
    ['model', { model: null }],
    ['max_tokens', { max_tokens: null }],
    ['max_tokens', { max_tokens: 1.5 }],
    ['temperature', JSON.parse('{"temperature":1e999}')],
    ['messages', { messages: null }],
    ['messages', { messages: 'hello' }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ text: 'x' }] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text', text: 7 }] }] }],
    ['messages[0].content[0].source', { messages: [{ role: 'user', content: [{ type: 'image' }] }] }],
    ['messages[0].content[0].tool_use_id', { messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tools[0].input_schema', { tools: [{ name: 'a' }] }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled' } }],
    ['tool_choice.name', { tool_choice: { type: 'tool' } }],
    ['stop_sequences', { stop_sequences: 'END' }],
  ])('%s', (param, fields) => {
    expect(refuse({ ...good, ...fields })).toBe(param)
  })

  test('and a right one is not', () => expect(refuse(good)).toBeUndefined())
})

describe('a request of another dialect', () => {
  const ask: GenerateRequest = {
    model: 'm',
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'x' }] }],
    tools: [],
    stop: [],
    stream: false,
  }

  test('reads back as it was written', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const { body } = write(request)
        expect(write(read(body)).body).toEqual(body)
      }),
      { numRuns: 100 },
    )
  })

  test.each<[string, Partial<GenerateRequest>, JsonObject, readonly string[]]>([
    ['no limit', {}, { max_tokens: 32_000 }, []],
    [
      'an effort',
      { reasoning: { effort: 'minimal', show: 'summary' } },
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
      [],
    ],
    [
      'a budget',
      { reasoning: { budgetTokens: 2000 }, maxOutputTokens: 4000 },
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
      [],
    ],
    [
      'too small a budget',
      { reasoning: { budgetTokens: 20 } },
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
      ['reasoning.budgetTokens'],
    ],
    [
      'a budget over the limit',
      { reasoning: { budgetTokens: 9000 }, maxOutputTokens: 4000 },
      { thinking: { type: 'enabled', budget_tokens: 3999 } },
      ['reasoning.budgetTokens'],
    ],
    [
      'a budget over the default limit',
      { reasoning: { budgetTokens: 40_000 } },
      { max_tokens: 72_000, thinking: { type: 'enabled', budget_tokens: 40_000 } },
      [],
    ],
    [
      'a budget and a forced tool',
      { reasoning: { budgetTokens: 2000 }, toolChoice: { mode: 'required' } },
      { max_tokens: 32_000 },
      ['reasoning'],
    ],
    ['no thinking', { reasoning: { effort: 'none' } }, { thinking: { type: 'disabled' } }, []],
    [
      'thinking and sampling',
      { reasoning: { effort: 'high' }, temperature: 0.5, topK: 4 },
      { output_config: { effort: 'high' } },
      ['temperature', 'topK'],
    ],
    ['a hot temperature', { temperature: 1.7 }, { temperature: 1 }, ['temperature']],
    ['two ways to sample', { temperature: 0.5, topP: 0.5 }, { temperature: 0.5 }, ['topP']],
    ['verbosity', { verbosity: 'low' }, { output_config: { effort: 'low' } }, []],
    ['JSON mode', { format: { kind: 'json' } }, {}, ['format']],
    [
      'parallel calls off',
      { parallelToolCalls: false, tools: [{ kind: 'function', name: 'a', parameters: {} }] },
      {
        tools: [{ name: 'a', input_schema: { type: 'object' } }],
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      },
      [],
    ],
    [
      'a choice among tools',
      {
        toolChoice: { mode: 'subset', names: ['a'], must: true },
        tools: ['a', 'b'].map((name) => ({ kind: 'function', name, parameters: { type: 'object' } })),
      },
      { tools: [{ name: 'a', input_schema: { type: 'object' } }], tool_choice: { type: 'any' } },
      [],
    ],
    ['a custom tool', { tools: [{ kind: 'custom', name: 'a', format: { type: 'grammar' } }] }, {}, ['tools[0].format']],
    [
      'web search',
      { tools: [{ kind: 'web-search', maxUses: 3 }] },
      { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }] },
      [],
    ],
    ['tiers', { serviceTier: 'flex' }, {}, ['serviceTier']],
    ['an end user', { safetyIdentifier: 'u' }, { metadata: { user_id: 'u' } }, []],
    [
      'what has no place',
      {
        choices: 2,
        seed: 1,
        presencePenalty: 1,
        logprobs: { top: 1 },
        store: true,
        metadata: { a: 'b' },
        promptCacheKey: 'k',
      },
      {},
      ['choices', 'seed', 'presencePenalty', 'logprobs', 'store', 'metadata', 'promptCacheKey'],
    ],
    [
      'what needs no place',
      { choices: 1, store: false, modalities: ['text'], metadata: {}, presencePenalty: 0 },
      {},
      [],
    ],
  ])('%s', (_name, fields, expected, losses) => {
    const { body, lost } = write({ ...ask, ...fields })
    expect(body).toMatchObject(expected)
    expect(lost).toEqual([...losses])
    if (losses.includes('reasoning')) expect(body['thinking']).toBeUndefined()
  })

  test('an answer format is told in the schema the API takes', () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 1, description: 'count' }, o: { type: 'object', properties: {} } },
    }
    const { body, lost } = write({ ...ask, format: { kind: 'json-schema', name: 'N', schema, strict: false } })
    expect(asObject(asObject(body['output_config'])?.['format'])?.['schema']).toEqual({
      title: 'N',
      type: 'object',
      properties: {
        n: { type: 'integer', description: 'count\n\n{minimum: 1}' },
        o: { type: 'object', properties: {}, additionalProperties: false },
      },
      additionalProperties: false,
    })
    expect(lost).toEqual(['format.schema'])
  })

  test('its conversation is put in the order the API asks for', () => {
    const call = (id: string) => ({ kind: 'tool-call', id, name: 'n', args: '', executor: 'client' }) as const
    const result = (callId: string) =>
      ({ kind: 'tool-result', callId, name: '', content: [{ kind: 'text', text: callId }], isError: false }) as const
    const { body, lost } = write({
      ...ask,
      messages: [
        { role: 'developer', parts: [{ kind: 'text', text: 'first' }] },
        { role: 'user', parts: [{ kind: 'text', text: 'go' }] },
        { role: 'assistant', parts: [call('a.1'), { kind: 'reasoning', form: 'full', text: 'unsigned' }] },
        { role: 'assistant', parts: [call('a:1')] },
        { role: 'user', parts: [{ kind: 'text', text: 'between' }] },
        { role: 'tool', parts: [result('a:1')] },
        { role: 'system', parts: [{ kind: 'text', text: 'late' }] },
        { role: 'tool', parts: [result('a.1')] },
        {
          role: 'assistant',
          parts: [
            { kind: 'text', text: 'so' },
            { kind: 'text', text: '\n' },
            { kind: 'text', text: 'on  ' },
            { kind: 'text', text: '  ' },
          ],
        },
      ],
    })
    expect(body['system']).toEqual([
      { type: 'text', text: 'first' },
      { type: 'text', text: 'late' },
    ])
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'go' }] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a_1', name: 'n', input: {} },
          { type: 'tool_use', id: 'a_1_2', name: 'n', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a_1', content: [{ type: 'text', text: 'a.1' }] },
          { type: 'tool_result', tool_use_id: 'a_1_2', content: [{ type: 'text', text: 'a:1' }] },
          { type: 'text', text: 'between' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'so\non' }] },
    ])
    expect(lost).toEqual(['messages[2].parts[1]', 'messages[6]'])
  })

  test('a tool loop that began without signed thinking gets no budget', () => {
    const { body, lost } = write({
      ...ask,
      reasoning: { budgetTokens: 2000 },
      messages: [
        ...ask.messages,
        { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'n', args: '', executor: 'client' }] },
        { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', name: '', content: [], isError: false }] },
      ],
    })
    expect([body['thinking'], lost]).toEqual([undefined, ['reasoning']])
  })

  test('of too many cache marks the last four are kept', () => {
    const marked = (text: string) => ({ kind: 'text', text, cache: { ttl: '1h' } }) as const
    const { body, lost } = write({
      ...ask,
      tools: [{ kind: 'function', name: 'a', parameters: {}, cache: {} }],
      messages: [
        { role: 'system', parts: [marked('s')] },
        { role: 'user', parts: ['1', '2', '3', '4'].map(marked) },
      ],
    })
    const kept = JSON.stringify(body).matchAll(/"text":"([^"]+)","cache_control"/g)
    expect(Array.from(kept, ([, text]) => text)).toEqual(['1', '2', '3', '4'])
    expect([lost, JSON.stringify(body).split('cache_control').length - 1]).toEqual([['cache'], 4])
  })

  test('a system prompt alone is sent as a message', () => {
    const { body, lost } = write({ ...ask, messages: [{ role: 'system', parts: [{ kind: 'text', text: 's' }] }] })
    expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 's' }] }])
    expect([body['system'], lost]).toEqual([undefined, ['messages']])
  })

  test.each<[string, Partial<AnthropicMessagesQuirks>, Partial<GenerateRequest>, JsonObject]>([
    [
      'thinking: adaptive',
      { thinking: 'adaptive' },
      { reasoning: { budgetTokens: 16_000 } },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
    ],
    [
      'thinking: budget',
      { thinking: 'budget' },
      { reasoning: { effort: 'low' } },
      { thinking: { type: 'enabled', budget_tokens: 6400 } },
    ],
    [
      'takesTopPWithTemperature',
      { takesTopPWithTemperature: true },
      { temperature: 0.5, topP: 0.5 },
      { temperature: 0.5, top_p: 0.5 },
    ],
    [
      'needsUserFirst',
      { needsUserFirst: true },
      { messages: [{ role: 'assistant', parts: [{ kind: 'text', text: 'Hi' }] }] },
      { messages: [{ role: 'user' }, { role: 'assistant' }] },
    ],
    ['versionInBody', { versionInBody: 'vertex-2023-10-16' }, {}, { anthropic_version: 'vertex-2023-10-16' }],
    ['defaultMaxTokens', { defaultMaxTokens: 77 }, {}, { max_tokens: 77 }],
  ])('quirk %s', (_name, quirks, fields, expected) => {
    expect(write({ ...ask, ...fields }, quirks).body).toMatchObject(expected)
  })

  test('quirks that take something away', () => {
    const { body, lost } = write(
      { ...ask, temperature: 0.5, tools: [{ kind: 'web-search' }, { kind: 'code-execution' }] },
      { takesSampling: false, webSearchType: '', codeExecutionType: '' },
    )
    expect([body['temperature'], body['tools'], lost.toSorted()]).toEqual([
      undefined,
      undefined,
      ['temperature', 'tools[0]', 'tools[1]'],
    ])
  })
})

describe('seals in a request', () => {
  const foreign = { dialect: 'gemini', provider: 'g', data: 'Zw==' } as const
  const own = { dialect: 'anthropic-messages', provider: 'claude', data: 'c2ln' } as const
  const wire = (content: Json) => ({ model: 'm', max_tokens: 9, messages: [{ role: 'assistant', content }] })

  test('a wrapped one is unwrapped, wherever it rode', () => {
    const request = read(
      wire([
        { type: 'thinking', thinking: 't', signature: wrapSeal(foreign) },
        { type: 'redacted_thinking', data: wrapSeal(foreign) },
        { type: 'tool_use', id: `c1-${wrapSeal(foreign)}`, name: 'n', input: {} },
        { type: 'thinking', thinking: 'native', signature: 'bmF0' },
      ]),
    )
    expect(request.messages[0]?.parts).toMatchObject([
      { kind: 'reasoning', form: 'summary', text: 't', seal: foreign },
      { kind: 'reasoning', form: 'redacted', seal: foreign },
      { kind: 'tool-call', id: 'c1', seal: foreign },
      { kind: 'reasoning', form: 'full', seal: { dialect: 'anthropic-messages', data: 'bmF0' } },
    ])
  })

  test('goes only to the provider that made it', () => {
    const parts = [own, { ...own, provider: 'another' }, foreign].map(
      (seal) => ({ kind: 'reasoning', form: 'full', text: 't', seal }) as const,
    )
    const ask = {
      model: 'm',
      messages: [{ role: 'assistant', parts: [...parts, { kind: 'text', text: 'x' }] }],
    } as const
    const { body, lost } = write({ ...ask, tools: [], stop: [], stream: false })
    expect(body['messages']).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 't', signature: 'c2ln' },
          { type: 'text', text: 'x' },
        ],
      },
    ])
    expect(lost).toEqual(['messages[0].parts[1]', 'messages[0].parts[2]'])
  })
})

describe('token counting', () => {
  test('takes the same body without a limit, and asks without what only an answer needs', () => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'x' }], system: 's', thinking: { type: 'adaptive' } }
    const request = readCountRequest({ body })
    if (!request.ok) throw new Error(request.failure.message)
    const options = { quirks: provider.defaultQuirks, context: createTestContext() }
    const answerBody = provider.encodeRequest(request.value, options, () => undefined)
    expect(countWire.asCountBody(answerBody, 'm')).toEqual(body)
    expect(writeCountAnswer(7)).toEqual({ input_tokens: 7 })
  })
})

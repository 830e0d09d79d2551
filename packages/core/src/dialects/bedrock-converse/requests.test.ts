import { describe, expect, test } from 'bun:test'
import { arbitraryRequest } from '@sluice/testkit/arbitrary-request.ts'
import { createTestContext } from '@sluice/testkit/run-codecs.ts'
import { checkBedrockConverse } from '@sluice/testkit/strict/bedrock-converse.ts'
import fc from 'fast-check'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part } from '../../ir/part.ts'
import type { GenerateRequest, Message, Tool } from '../../ir/request.ts'
import { provider } from './index.ts'
import type { BedrockConverseQuirks } from './quirks.ts'

const plain: GenerateRequest = { model: 'm', messages: [], tools: [], stop: [], stream: false }
const claude: Partial<BedrockConverseQuirks> = { modelFields: 'claude' }

interface Written {
  readonly body: JsonObject
  /** `path: why` of everything that was lost. */
  readonly lost: readonly string[]
}

function write(request: Partial<GenerateRequest>, quirks: Partial<BedrockConverseQuirks> = {}): Written {
  const lost: string[] = []
  const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context: createTestContext() }
  const said = { ...plain, messages: [says('user', 'Hi.')], ...request }
  const body = provider.encodeRequest(said, options, ({ path, why }) => void lost.push(`${path}: ${why}`))
  return { body, lost }
}

function says(role: Message['role'], ...parts: readonly (Part | string)[]): Message {
  return { role, parts: parts.map((part) => (typeof part === 'string' ? { kind: 'text', text: part } : part)) }
}

function calls(id: string, args = '{}'): Part {
  return { kind: 'tool-call', id, name: 'look', args, executor: 'client' }
}

function answers(callId: string, ...content: readonly Part[]): Part {
  return { kind: 'tool-result', callId, name: 'look', content, isError: false }
}

const look: Tool = { kind: 'function', name: 'look', parameters: { type: 'object', properties: {} } }
const hi = { role: 'user', content: [{ text: 'Hi.' }] }
const pixel: MediaPart = { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'iVBORw0KGgo=' } }

describe('messages', () => {
  test('a conversation with a system prompt, calls and results with an image', () => {
    const { body, lost } = write({
      messages: [
        says('developer', 'Be brief.'),
        says('user', 'What is up there?'),
        says('assistant', 'I will ', 'look.', calls('c1'), calls('c2', '{"at":"sky"}')),
        says('tool', answers('c1', { kind: 'text', text: 'clouds' }, pixel)),
        says('tool', { ...answers('c2'), isError: true } as Part),
        says('user', 'And?'),
      ],
      tools: [look],
    })
    expect(lost).toEqual([])
    expect(body['system']).toEqual([{ text: 'Be brief.' }])
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ text: 'What is up there?' }] },
      {
        role: 'assistant',
        content: [
          { text: 'I will look.' },
          { toolUse: { toolUseId: 'c1', name: 'look', input: {} } },
          { toolUse: { toolUseId: 'c2', name: 'look', input: { at: 'sky' } } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            toolResult: {
              toolUseId: 'c1',
              content: [{ text: 'clouds' }, { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } }],
            },
          },
          { toolResult: { toolUseId: 'c2', content: [{ text: '(empty)' }], status: 'error' } },
          { text: 'And?' },
        ],
      },
    ])
  })

  test('results move to right after their calls, and the user begins', () => {
    const { body } = write({
      messages: [says('assistant', calls('a')), says('user', 'wait'), says('tool', answers('a'))],
      tools: [look],
    })
    expect(body['messages']).toMatchObject([
      { role: 'user', content: [{ text: '(start)' }] },
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'a' } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'a' } }, { text: 'wait' }] },
    ])
  })

  test('ids no longer than the API takes, and none twice', () => {
    const long = `call_${'x'.repeat(80)}`
    const turn = [says('assistant', calls(long)), says('tool', answers(long))]
    const { body } = write({ messages: [says('user', 'a'), ...turn, ...turn], tools: [look] })
    const ids = [...JSON.stringify(body).matchAll(/"toolUseId":"([^"]+)"/g)].map((each) => each[1] ?? '')
    expect(ids).toHaveLength(4)
    expect([ids[0], ids[2]]).toEqual([ids[1], ids[3]])
    expect(ids[0]).not.toBe(ids[2])
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,64}$/)
  })

  test('text of white space is left out, and with it a message that says nothing else', () => {
    const { body } = write({ messages: [says('user', 'a', ' '), says('assistant', '\n'), says('user', 'b')] })
    expect(body['messages']).toEqual([{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }])
  })

  test('a system prompt that cannot stand where it stands is told', () => {
    expect(write({ messages: [says('user', 'a'), says('system', 'b')] })).toMatchObject({
      body: { system: [{ text: 'b' }], messages: [{ role: 'user' }] },
      lost: ['messages[1]: a system message cannot stand between others here; it moves to the front'],
    })
    const alone = write({ messages: [says('system', 'b')] })
    expect(alone.body).toEqual({ messages: [{ role: 'user', content: [{ text: 'b' }] }] })
    expect(alone.lost).toHaveLength(1)
    const refused = write({ messages: [says('system', 'b'), says('user', 'a')] }, { takesSystem: false })
    expect(refused.body).toEqual({ messages: [{ role: 'user', content: [{ text: 'b' }, { text: 'a' }] }] })
    expect(refused.lost).toEqual(['messages: this model takes no system prompt; the system prompt was sent as one'])
  })

  test('thinking goes back with the signature this provider gave it, and with no other', () => {
    const own = { dialect: 'bedrock-converse', provider: 'upstream', data: 'sig' } as const
    const thought = { kind: 'reasoning', form: 'full', text: 'Hm.' } as const
    const kept = write({
      messages: [
        says('user', 'a'),
        says(
          'assistant',
          { ...thought, seal: own },
          { kind: 'reasoning', form: 'redacted', text: '', seal: { ...own, data: 'cmVk' } },
          'b',
        ),
        says('user', 'c'),
      ],
    })
    expect(kept.lost).toEqual([])
    expect(kept.body['messages']).toMatchObject([
      {},
      {
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
          { reasoningContent: { redactedContent: 'cmVk' } },
          { text: 'b' },
        ],
      },
      {},
    ])
    for (const seal of [undefined, { ...own, provider: 'other' }, { ...own, dialect: 'gemini' } as const]) {
      const part = { ...thought, ...(seal && { seal }) }
      const { body, lost } = write({ messages: [says('user', 'a'), says('assistant', part, 'b'), says('user', 'c')] })
      expect(JSON.stringify(body)).not.toContain('reasoningContent')
      expect(lost).toEqual(['messages[1].parts[0]: thinking that this provider did not sign'])
    }
  })

  test('only citations the API made go back', () => {
    const wire = { title: 't', location: { documentChar: { documentIndex: 0, start: 0, end: 3 } } }
    const source = { kind: 'document', index: 0 } as const
    const cited = (ext?: JsonObject): Part => ({
      kind: 'text',
      text: 'said',
      citations: [{ source, ...(ext && { ext: { 'bedrock-converse': ext } }) }],
    })
    const own = write({ messages: [says('user', 'a'), says('assistant', cited(wire))] })
    expect(own.body['messages']).toMatchObject([
      {},
      { content: [{ citationsContent: { content: [{ text: 'said' }], citations: [wire] } }] },
    ])
    expect(write({ messages: [says('user', 'a'), says('assistant', cited())] }).lost).toEqual([
      'messages[1].parts[0].citations: the API takes back only citations it made',
    ])
  })
})

describe('media', () => {
  test.each([
    ['image/jpg', 'x', { image: { format: 'jpeg', source: { bytes: 'x' } } }],
    ['image/*', 'R0lGODlh', { image: { format: 'gif', source: { bytes: 'R0lGODlh' } } }],
    ['image/*', 'UklGRgAA', { image: { format: 'webp', source: { bytes: 'UklGRgAA' } } }],
    ['audio/*', 'UklGRgAA', { audio: { format: 'wav', source: { bytes: 'UklGRgAA' } } }],
    ['video/3gpp', 'x', { video: { format: 'three_gp', source: { bytes: 'x' } } }],
    ['audio/mpeg', 'x', { audio: { format: 'mp3', source: { bytes: 'x' } } }],
    ['application/*', 'JVBERi0x', { document: { format: 'pdf', name: 'Document', source: { bytes: 'JVBERi0x' } } }],
    ['application/json', 'e30=', { document: { format: 'txt', name: 'Document', source: { bytes: 'e30=' } } }],
    ['text/csv; charset=utf-8', 'YQ==', { document: { format: 'csv', name: 'Document', source: { bytes: 'YQ==' } } }],
  ])('%s (%s)', (mediaType, data, block) => {
    const { body, lost } = write({
      messages: [says('user', 'see', { kind: 'media', mediaType, source: { from: 'base64', data } })],
    })
    expect(body['messages']).toEqual([{ role: 'user', content: [{ text: 'see' }, block] }])
    expect(lost).toEqual([])
  })

  test('text is bytes, and a document has some text beside it', () => {
    const source = { from: 'text', text: 'ü' } as const
    const { body } = write({ messages: [says('user', { kind: 'media', mediaType: 'text/plain', source })] })
    const document = { document: { format: 'txt', name: 'Document', source: { bytes: 'w7w=' } } }
    expect(body['messages']).toEqual([{ role: 'user', content: [{ text: '(document)' }, document] }])
  })

  test('an object in S3 is named, what lies on the web or in a strange format is lost', () => {
    const at = (url: string, mediaType = 'image/png'): Message =>
      says('user', 'a', { kind: 'media', mediaType, source: { from: 'url', url } })
    expect(write({ messages: [at('s3://bucket/a.png')] }).body['messages']).toMatchObject([
      { content: [{}, { image: { source: { s3Location: { uri: 's3://bucket/a.png' } } } }] },
    ])
    expect(write({ messages: [at('https://e.com/a.png')] })).toEqual({
      body: { messages: [{ role: 'user', content: [{ text: 'a' }] }] },
      lost: ['messages[0].parts[1]: the API takes the bytes or an s3:// address, none of the web'],
    })
    expect(write({ messages: [at('s3://b/a', 'image/tiff')] }).lost).toEqual([
      'messages[0].parts[1]: the API takes no image/tiff',
    ])
  })

  test('documents have plain names, no two alike', () => {
    const named = (filename: string): Part => ({ ...pixel, mediaType: 'application/pdf', filename })
    const { body } = write({
      messages: [says('user', 'a', named('my_report  (final).pdf'), named('My report (final).pdf'), named('日本.pdf'))],
    })
    const names = [...JSON.stringify(body).matchAll(/"name":"([^"]+)"/g)].map((each) => each[1])
    expect(names).toEqual(['my report (final)', 'My report (final) 2', 'Document'])
  })
})

describe('tools', () => {
  const one = (tool: Tool, more: Partial<GenerateRequest> = {}, quirks: Partial<BedrockConverseQuirks> = {}): Written =>
    write({ tools: [tool], ...more }, quirks)

  test('functions, strict ones with a closed schema', () => {
    const parameters = { type: 'object', properties: { a: { type: 'string', minLength: 2 } } }
    const { body, lost } = one({ kind: 'function', name: 'f', description: 'd', parameters, strict: true })
    const property = { type: 'string', description: '{minLength: 2}' }
    const json = { type: 'object', properties: { a: property }, additionalProperties: false }
    expect(body['toolConfig']).toEqual({
      tools: [{ toolSpec: { name: 'f', description: 'd', inputSchema: { json }, strict: true } }],
    })
    expect(lost).toEqual(['tools[0].parameters: told to the model but not enforced: minLength'])
  })

  test.each([
    [{ mode: 'auto' }, 'all', { auto: {} }, 0],
    [{ mode: 'required' }, 'all', { any: {} }, 0],
    [{ mode: 'tool', name: 'look' }, 'all', { tool: { name: 'look' } }, 0],
    [{ mode: 'tool', name: 'look' }, 'any', { any: {} }, 0],
    [{ mode: 'subset', names: ['look'], must: true }, 'all', { any: {} }, 0],
    [{ mode: 'required' }, 'auto', undefined, 1],
    [{ mode: 'tool', name: 'look' }, 'none', undefined, 1],
    [{ mode: 'auto' }, 'none', undefined, 0],
  ] as const)('the choice %j where %s may be said', (toolChoice, quirk, wire, losses) => {
    const other: Tool = { kind: 'function', name: 'other', parameters: {} }
    const { body, lost } = write({ tools: [look, other], toolChoice }, { toolChoice: quirk })
    expect((body['toolConfig'] as JsonObject)['toolChoice']).toEqual(wire as never)
    expect(lost).toHaveLength(losses)
    // Where a tool cannot be named, it is the only one offered.
    const isNarrowed = toolChoice.mode === 'subset' || (toolChoice.mode === 'tool' && quirk === 'any')
    expect(JSON.stringify(body).includes('"other"')).toBe(!isNarrowed)
  })

  test('a model that may call nothing is told of nothing, if the history lets it be', () => {
    expect(one(look, { toolChoice: { mode: 'none' } })).toEqual({ body: { messages: [hi] }, lost: [] })
    const messages = [says('user', 'a'), says('assistant', calls('c')), says('tool', answers('c'))]
    const kept = one(look, { messages, toolChoice: { mode: 'none' } })
    expect(kept.body['toolConfig']).toMatchObject({ tools: [{}] })
    expect(kept.lost).toEqual(['toolChoice: the history needs its tools, and no choice forbids them'])
    const bare = write({ messages })
    expect(bare.body['toolConfig']).toEqual({
      tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }],
    })
    expect(bare.lost).toHaveLength(1)
  })

  test('one call at a time is a field of Claude', () => {
    const auto = one(look, { parallelToolCalls: false }, claude)
    expect(auto.body['additionalModelRequestFields']).toEqual({
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    })
    const forced = one(look, { parallelToolCalls: false, toolChoice: { mode: 'required' } }, claude)
    expect(forced.body['additionalModelRequestFields']).toEqual({ tool_choice: { disable_parallel_tool_use: true } })
    expect(one(look, { parallelToolCalls: false }).lost).toHaveLength(1)
    expect(one(look, { parallelToolCalls: true }).lost).toEqual([])
  })

  test('system tools where the model has them', () => {
    const search: Tool = { kind: 'web-search', maxUses: 2 }
    expect(one(search).lost).toEqual(['tools[0]: this model searches no web'])
    const nova = one(search, {}, { webSearchTool: 'nova_grounding' })
    expect(nova.body['toolConfig']).toEqual({ tools: [{ systemTool: { name: 'nova_grounding' } }] })
    expect(nova.lost).toEqual(['tools[0].maxUses: a system tool takes no options'])
    expect(one({ kind: 'code-execution' }, {}, { codeExecutionTool: 'run' }).body['toolConfig']).toEqual({
      tools: [{ systemTool: { name: 'run' } }],
    })
  })

  test('a custom tool is a function, its call too', () => {
    const messages = [says('user', 'a'), says('assistant', { ...calls('c', 'ls -l'), form: 'text' } as Part)]
    const { body } = one({ kind: 'custom', name: 'look' }, { messages })
    expect(JSON.stringify(body)).toContain('"input":{"input":"ls -l"}')
  })
})

describe('caching', () => {
  const cache = { ttl: '1h' } as const
  const marked: Partial<GenerateRequest> = {
    tools: [{ ...look, cache: {} } as Tool],
    messages: [
      says('system', { kind: 'text', text: 's', cache }),
      says('user', { kind: 'text', text: 'u', cache: { ttl: '5m' } }),
    ],
  }

  test('a mark is a block of its own after what it marks', () => {
    const { body, lost } = write(marked)
    const point = { cachePoint: { type: 'default' } }
    expect(body).toMatchObject({
      system: [{ text: 's' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      messages: [{ content: [{ text: 'u' }, point] }],
      toolConfig: { tools: [{}, point] },
    })
    expect(lost).toEqual([])
  })

  test('where models cache less, that is told', () => {
    expect(write(marked, { cachePoints: 'messages' }).lost).toEqual(['tools[0].cache: this model caches no tools'])
    const none = write(marked, { cachePoints: 'none' })
    expect(JSON.stringify(none.body)).not.toContain('cachePoint')
    expect(none.lost).toHaveLength(3)
  })

  test('of more than four the first go', () => {
    const parts = [1, 2, 3, 4, 5, 6].map((n): Part => ({ kind: 'text', text: `${n}`, cache: {} }))
    const { body, lost } = write({ messages: [says('user', ...parts)] })
    const content = JSON.stringify(body).replaceAll('{"cachePoint":{"type":"default"}}', '|').match(/[|\d]/g)
    expect(content?.join('')).toBe('123|4|5|6|')
    expect(lost).toEqual(['cache: 4 cache points at most; the first 2 were left out'])
  })
})

describe('thinking', () => {
  const think = (reasoning: GenerateRequest['reasoning'], quirks: Partial<BedrockConverseQuirks>, more = {}): Written =>
    write({ ...(reasoning && { reasoning }), ...more }, quirks)

  test.each([
    [{ effort: 'high' }, claude, { thinking: { type: 'adaptive' } }, 'high'],
    [{ effort: 'minimal', show: 'summary' }, claude, { thinking: { type: 'adaptive', display: 'summarized' } }, 'low'],
    [{ budgetTokens: 2_000 }, claude, { thinking: { type: 'enabled', budget_tokens: 2_000 } }, undefined],
    [{ budgetTokens: -1 }, claude, { thinking: { type: 'adaptive' } }, undefined],
    [{ effort: 'none' }, claude, { thinking: { type: 'disabled' } }, undefined],
    [
      { effort: 'low' },
      { ...claude, thinking: 'budget' },
      { thinking: { type: 'enabled', budget_tokens: 6_400 } },
      undefined,
    ],
    [
      { effort: 'low' },
      { modelFields: 'nova' },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
      undefined,
    ],
    [{ effort: 'none' }, { modelFields: 'nova' }, { reasoningConfig: { type: 'disabled' } }, undefined],
    [{ effort: 'high' }, { modelFields: 'gpt-oss' }, { reasoning_effort: 'high' }, undefined],
  ] as const)('%j for %j', (reasoning, quirks, fields, effort) => {
    const { body, lost } = think(reasoning, quirks)
    expect(body['additionalModelRequestFields']).toEqual(fields)
    expect(body['outputConfig']).toEqual((effort && { effort }) as never)
    expect(lost).toEqual([])
  })

  test.each([
    [{ effort: 'high' }, {}, {}, 'reasoning: how this model is asked to think is not known'],
    [{ effort: 'high' }, { thinking: 'none' }, {}, 'reasoning: this model does not think'],
    [
      { effort: 'max' },
      { modelFields: 'gpt-oss' },
      {},
      "reasoning.effort: this model knows low, medium and high; 'high'",
    ],
    [
      { effort: 'high' },
      { modelFields: 'nova' },
      { maxOutputTokens: 9 },
      "reasoning.effort: 'high' goes with no limit",
    ],
    [{ budgetTokens: 5_000 }, { ...claude, thinking: 'adaptive' }, {}, "reasoning.budgetTokens: became effort 'low'"],
    [{ budgetTokens: 5_000 }, claude, { maxOutputTokens: 3_000 }, 'reasoning.budgetTokens: must be 1024 to maxTokens'],
    [{ budgetTokens: 5_000 }, claude, { maxOutputTokens: 900 }, 'reasoning: maxTokens leaves no room'],
    [
      { budgetTokens: 5_000 },
      claude,
      { tools: [look], toolChoice: { mode: 'required' } },
      'reasoning: a budget cannot go with a forced tool',
    ],
  ] as const)('%j for %j, with %j, is told', (reasoning, quirks, more, words) => {
    const { lost } = think(reasoning, quirks, more)
    expect(lost).toHaveLength(1)
    expect(lost[0]).toContain(words)
  })

  test('a budget waits until a call without signed thinking is answered', () => {
    const messages = [says('user', 'a'), says('assistant', calls('c')), says('tool', answers('c'))]
    const { lost } = think({ budgetTokens: 2_000 }, claude, { messages, tools: [look] })
    expect(lost).toEqual(['reasoning: the tool call being answered came without signed thinking'])
  })

  test('Claude thinks at its own temperature', () => {
    const more = { temperature: 0.3, topP: 0.5, topK: 4 }
    const { body, lost } = think({ effort: 'low' }, claude, more)
    expect(body['inferenceConfig']).toBeUndefined()
    expect(lost.map((each) => each.split(':')[0])).toEqual(['temperature', 'topP', 'topK'])
  })
})

describe('the rest', () => {
  test('sampling and limits', () => {
    const asked = { temperature: 0.5, topP: 0.9, maxOutputTokens: 10, stop: ['END'], topK: 3 }
    const { body, lost } = write(asked, claude)
    expect(body).toEqual({
      messages: [hi],
      inferenceConfig: { maxTokens: 10, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
      additionalModelRequestFields: { top_k: 3 },
      additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
    })
    expect(lost).toEqual([])
    expect(write({ topK: 3 }, { modelFields: 'nova' }).body['additionalModelRequestFields']).toEqual({
      inferenceConfig: { topK: 3 },
    })
    expect(write({ topK: 3, temperature: 1.5 }).lost).toHaveLength(2)
    expect(write({ topP: 0.5, temperature: 1 }, { takesTopPWithTemperature: false }).lost).toHaveLength(1)
    expect(write({ stop: ['\n', 'a'] }, claude).body['inferenceConfig']).toEqual({ stopSequences: ['a'] })
  })

  test('a schema for the answer is text', () => {
    const format = { kind: 'json-schema', name: 'n', schema: { type: 'object', properties: {} }, strict: true } as const
    const { body } = write({ format })
    const schema = '{"type":"object","properties":{},"additionalProperties":false}'
    const structure = { jsonSchema: { schema, name: 'n' } }
    expect(body['outputConfig']).toEqual({ textFormat: { type: 'json_schema', structure } })
    expect(write({ format }, { takesSchema: false }).lost).toHaveLength(1)
    expect(write({ format: { kind: 'json' } }).lost).toHaveLength(1)
  })

  test('pairs for the log of calls', () => {
    const { body, lost } = write({ metadata: { team: 'a', n: 3, odd: 'a{b}' }, endUser: 'u-1', safetyIdentifier: 's' })
    expect(body['requestMetadata']).toEqual({ team: 'a', n: '3', user: 'u-1', safety_identifier: 's' })
    expect(lost).toEqual(['metadata.odd: the API takes 16 pairs of 256 plain characters at most'])
  })

  test.each([
    ['flex', { type: 'flex' }],
    ['standard_only', { type: 'default' }],
    ['auto', undefined],
  ])('the tier %s', (serviceTier, tier) => {
    expect(write({ serviceTier }).body['serviceTier']).toEqual(tier as never)
  })

  test('fields of the provider stand in every request, and those of the request win', () => {
    const addedFields = {
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { team: 'all', site: 'x' },
      additionalModelRequestFields: { anthropic_beta: ['b'] },
    }
    const { body } = write({ metadata: { team: 'a' }, topK: 2 }, { ...claude, addedFields })
    expect(body).toMatchObject({
      guardrailConfig: addedFields.guardrailConfig,
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { team: 'a', site: 'x' },
      additionalModelRequestFields: { anthropic_beta: ['b'], top_k: 2 },
    })
  })

  test('what there is no place for is told', () => {
    const { lost } = write({
      choices: 2,
      seed: 1,
      frequencyPenalty: 1,
      presencePenalty: 1,
      logprobs: { top: 1 },
      modalities: ['text', 'audio', 'image'],
      store: true,
      promptCacheKey: 'k',
      promptCacheRetention: '24h',
      verbosity: 'low',
      serviceTier: 'scale',
      messages: [{ ...says('user', 'a'), name: 'bob' }],
    })
    expect(lost.map((each) => each.split(':')[0]).toSorted()).toEqual([
      'choices',
      'frequencyPenalty',
      'logprobs',
      'messages[0].name',
      'modalities',
      'modalities',
      'presencePenalty',
      'promptCacheKey',
      'promptCacheRetention',
      'seed',
      'serviceTier',
      'store',
      'verbosity',
    ])
  })
})

test.each([
  ['an id', 'us.amazon.nova-lite-v1:0', '/model/us.amazon.nova-lite-v1%3A0/converse'],
  [
    'an ARN',
    'arn:aws:bedrock:us-east-1:1:inference-profile/a',
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fa/converse',
  ],
])('the path of %s is one segment', (_, model, path) => {
  expect(provider.endpoint(model, false)).toEqual({ path, headers: {} })
  expect(provider.endpoint(model, true)).toMatchObject({
    path: `${path}-stream`,
    headers: { accept: 'application/vnd.amazon.eventstream' },
  })
})

const families: readonly Partial<BedrockConverseQuirks>[] = [
  claude,
  { ...claude, thinking: 'budget', takesTopPWithTemperature: false },
  { modelFields: 'nova', cachePoints: 'messages', takesSchema: false },
  { modelFields: 'gpt-oss', toolChoice: 'any', cachePoints: 'none', takesToolStatus: false },
  { toolChoice: 'none', takesSystem: false, thinking: 'none' },
]

test.each(families)('whatever the conversation, the API takes it for %j', (quirks) => {
  fc.assert(
    fc.property(arbitraryRequest, (request) => {
      const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context: createTestContext() }
      const body = provider.encodeRequest(request, options, () => undefined)
      expect(checkBedrockConverse(JSON.parse(JSON.stringify(body)))?.message ?? 'taken').toBe('taken')
    }),
  )
})

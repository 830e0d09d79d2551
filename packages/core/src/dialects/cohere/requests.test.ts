import { describe, expect, test } from 'bun:test'
import { createTestContext } from '@sluice/testkit/run-codecs.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateRequest, Message } from '../../ir/request.ts'
import { provider } from './index.ts'
import type { CohereQuirks } from './quirks.ts'

const plain: GenerateRequest = { model: 'command-a', messages: [], tools: [], stop: [], stream: false }

interface Written {
  readonly body: JsonObject
  /** `path: why` of everything that was lost. */
  readonly lost: readonly string[]
}

function write(request: Partial<GenerateRequest>, quirks: Partial<CohereQuirks> = {}): Written {
  const lost: string[] = []
  const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context: createTestContext() }
  const body = provider.encodeRequest(
    { ...plain, ...request },
    options,
    ({ path, why }) => void lost.push(`${path}: ${why}`),
  )
  return { body, lost }
}

function says(role: Message['role'], text: string): Message {
  return { role, parts: [{ kind: 'text', text }] }
}

const call = { kind: 'tool-call', id: 'c1', name: 'look', args: '', executor: 'client' } as const
const look = { kind: 'function', name: 'look', parameters: {} } as const
const strictLook = {
  kind: 'function',
  name: 'look',
  strict: true,
  parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
} as const

describe('messages', () => {
  test('a conversation with thinking, calls and results', () => {
    const { body, lost } = write({
      messages: [
        says('developer', 'Be brief.'),
        says('user', 'What is up there?'),
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', form: 'full', text: 'Hm.' },
            { kind: 'text', text: 'I will ' },
            { kind: 'text', text: 'look.' },
            call,
          ],
        },
        {
          role: 'tool',
          parts: [
            {
              kind: 'tool-result',
              callId: 'c1',
              name: 'look',
              isError: false,
              content: [{ kind: 'text', text: 'sky' }],
            },
          ],
        },
        says('assistant', 'The sky.'),
      ],
    })
    expect(lost).toEqual([])
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is up there?' },
      {
        role: 'assistant',
        content: [{ type: 'thinking', thinking: 'Hm.' }],
        tool_plan: 'I will look.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sky' },
      { role: 'assistant', content: [{ type: 'text', text: 'The sky.' }] },
    ])
  })

  test('images stay, text files become documents, other files are told', () => {
    const { body, lost } = write({
      messages: [
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'See.' },
            { kind: 'media', mediaType: 'image/*', source: { from: 'base64', data: '/9j/4AAQ' }, detail: 'low' },
            { kind: 'media', mediaType: 'text/plain', source: { from: 'text', text: 'Facts.' }, filename: 'facts.txt' },
            { kind: 'media', mediaType: 'text/csv', source: { from: 'base64', data: btoa('a,b') } },
            { kind: 'media', mediaType: 'application/pdf', source: { from: 'base64', data: 'JVBERi' } },
          ],
        },
      ],
    })
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See.' },
          { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/4AAQ', detail: 'low' } },
        ],
      },
    ])
    expect(body['documents']).toEqual([
      { id: 'doc:0', data: { title: 'facts.txt', text: 'Facts.' } },
      { id: 'doc:1', data: { text: 'a,b' } },
    ])
    expect(lost).toEqual(['messages[0].parts[4]: the API takes images and text, but no application/pdf'])
  })

  test('results stand together; their files are documents, their images follow', () => {
    const content = [
      { kind: 'text', text: 'Two things.' },
      { kind: 'media', mediaType: 'text/plain', source: { from: 'text', text: 'One.' }, filename: 'one.txt' },
    ] as const
    const image = {
      kind: 'media',
      mediaType: 'image/png',
      source: { from: 'url', url: 'https://x.example/a.png' },
    } as const
    const { body, lost } = write({
      messages: [
        { role: 'assistant', parts: [call, { ...call, id: 'c2' }] },
        { role: 'tool', parts: [{ kind: 'tool-result', callId: 'c1', name: 'look', isError: true, content: [image] }] },
        { role: 'tool', parts: [{ kind: 'tool-result', callId: 'c2', name: '', isError: false, content }] },
        says('user', 'Well?'),
      ],
    })
    expect(body['messages']).toEqual([
      expect.anything(),
      { role: 'tool', tool_call_id: 'c1', content: 'The result is attached below.' },
      {
        role: 'tool',
        tool_call_id: 'c2',
        content: [
          { type: 'text', text: 'Two things.' },
          { type: 'document', document: { data: { title: 'one.txt', text: 'One.' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Attached to the result of look:' },
          { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
          { type: 'text', text: 'Well?' },
        ],
      },
    ])
    expect(lost).toEqual(['messages[1].parts[0].isError: no field says that a tool failed; its text still does'])
  })

  test('earlier thinking stays away where the operator says so', () => {
    const messages = [{ role: 'assistant', parts: [{ kind: 'reasoning', form: 'full', text: 'Hm.' }] }] as const
    const { body, lost } = write({ messages }, { replayThinking: false })
    expect(body['messages']).toEqual([])
    expect(lost).toEqual(['messages[0].parts[0]: this provider takes no earlier thinking back'])
  })
})

describe('tools', () => {
  test.each([
    [{ mode: 'auto' }, undefined],
    [{ mode: 'none' }, 'NONE'],
    [{ mode: 'required' }, 'REQUIRED'],
    [{ mode: 'tool', name: 'look' }, 'REQUIRED'],
    [{ mode: 'subset', names: ['look'], must: false }, undefined],
    [{ mode: 'subset', names: ['look'], must: true }, 'REQUIRED'],
  ] as const)('a choice of %p is %p', (toolChoice, word) => {
    const { body, lost } = write({ tools: [look, { ...look, name: 'listen' }], toolChoice })
    expect(body['tool_choice']).toEqual(word)
    const isAll = toolChoice.mode !== 'tool' && toolChoice.mode !== 'subset'
    expect(body['tools']).toHaveLength(isAll ? 2 : 1)
    expect(lost).toEqual([])
  })

  test('strictness is for all of them or none', () => {
    expect(write({ tools: [strictLook] }).body['strict_tools']).toBe(true)
    for (const tools of [[strictLook, look], [{ ...look, strict: true }]]) {
      const { body, lost } = write({ tools })
      expect(body['strict_tools']).toBeUndefined()
      expect(lost).toEqual(['tools[0].strict: strict is for all tools or none, each with a required parameter'])
    }
  })

  test('what the provider would have to run is told', () => {
    const { body, lost } = write({
      tools: [{ kind: 'web-search' }, { kind: 'custom', name: 'type' }],
      parallelToolCalls: false,
    })
    expect(body['tools']).toHaveLength(1)
    expect(lost).toEqual([
      'tools[0]: the API runs no web-search',
      'parallelToolCalls: the API cannot forbid several calls at once',
    ])
  })
})

describe('the rest', () => {
  test('numbers go under their names, within the bounds of the API', () => {
    const { body, lost } = write({ temperature: 2, topP: 1, topK: 9, seed: 4, presencePenalty: -1, maxOutputTokens: 7 })
    expect(body).toMatchObject({ temperature: 2, p: 0.99, k: 9, seed: 4, presence_penalty: 0, max_tokens: 7 })
    expect(lost).toEqual([
      'topP: the API takes 0.01 to 0.99; 0.99 was sent',
      'presencePenalty: the API takes 0 to 1; 0 was sent',
    ])
  })

  test('five stop sequences at most', () => {
    const { body, lost } = write({ stop: ['a', 'b', 'c', 'd', 'e', 'f'] })
    expect(body['stop_sequences']).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(lost).toEqual(['stop: the API takes 5 stop sequences'])
  })

  test.each([
    [{ effort: 'none' }, { type: 'disabled' }],
    [{ budgetTokens: 0 }, { type: 'disabled' }],
    [{ budgetTokens: 500 }, { type: 'enabled', token_budget: 500 }],
    [{ effort: 'low' }, { type: 'enabled', token_budget: 6400 }],
    [{ effort: 'max' }, { type: 'enabled' }],
    [{ budgetTokens: -1 }, { type: 'enabled' }],
    [{ show: 'summary' }, undefined],
  ] as const)('reasoning %p is thinking %p', (reasoning, thinking) => {
    expect(write({ reasoning }).body['thinking']).toEqual(thinking)
  })

  test('models that do not think are not asked to', () => {
    const { body, lost } = write({ reasoning: { effort: 'high' } }, { takesThinking: false })
    expect(body['thinking']).toBeUndefined()
    expect(lost).toEqual(['reasoning: the models of this provider do not think'])
  })

  test('a format stands alone: beside tools the API refuses it', () => {
    const format = { kind: 'json-schema', name: 'bird', schema: { type: 'object' }, strict: true } as const
    expect(write({ format }).body['response_format']).toEqual({
      type: 'json_object',
      json_schema: { title: 'bird', type: 'object' },
    })
    expect(write({ format: { kind: 'json' } }).body['response_format']).toEqual({ type: 'json_object' })
    expect(write({ format, tools: [look] }).lost).toEqual(['format: no answer format beside tools or documents'])
  })

  test('what the operator set for all calls', () => {
    const quirks = { safetyMode: 'STRICT', citations: 'OFF' } as const
    expect(write({}, quirks).body).toMatchObject({ safety_mode: 'STRICT', citation_options: { mode: 'OFF' } })
    expect(write({ tools: [look] }, quirks).body['safety_mode']).toBeUndefined()
  })

  test('whatever has no place is told', () => {
    const { lost } = write({
      choices: 2,
      verbosity: 'low',
      modalities: ['text', 'audio', 'image'],
      store: true,
      metadata: { a: 1 },
      endUser: 'u',
      safetyIdentifier: 's',
      promptCacheKey: 'k',
      promptCacheRetention: '24h',
      serviceTier: 'priority',
      logprobs: { top: 3 },
      reasoning: { show: 'hidden' },
      messages: [{ role: 'user', name: 'n', parts: [{ kind: 'text', text: 'x', cache: {} }] }],
    })
    const paths = lost.map((each) => each.split(':', 1)[0]).toSorted()
    expect(paths).toEqual(
      ['cache', 'choices', 'endUser', 'logprobs.top', 'messages[0].name', 'metadata', 'modalities', 'modalities']
        .concat(['promptCacheKey', 'promptCacheRetention', 'reasoning.show', 'safetyIdentifier', 'serviceTier'])
        .concat(['store', 'verbosity'])
        .toSorted(),
    )
  })
})

describe('the older API', () => {
  test('a conversation: what came last apart, calls without ids, flat tools', () => {
    const { body, lost } = write(
      {
        messages: [
          says('system', 'Be brief.'),
          says('user', 'What is up there?'),
          {
            role: 'assistant',
            parts: [
              { kind: 'text', text: 'I will look.' },
              { ...call, args: '{"at":"up"}' },
            ],
          },
          {
            role: 'tool',
            parts: [
              { kind: 'tool-result', callId: 'c1', name: '', isError: false, content: [{ kind: 'text', text: 'sky' }] },
            ],
          },
        ],
        tools: [{ ...strictLook, description: 'Looks.' }],
        toolChoice: { mode: 'required' },
        temperature: 1,
        stop: ['x'],
      },
      { api: 'v1', citations: 'FAST' },
    )
    const made = { name: 'look', parameters: { at: 'up' } }
    expect(body).toEqual({
      model: 'command-a',
      preamble: 'Be brief.',
      chat_history: [
        { role: 'USER', message: 'What is up there?' },
        { role: 'CHATBOT', message: 'I will look.', tool_calls: [made] },
      ],
      message: '',
      tool_results: [{ call: made, outputs: [{ result: 'sky' }] }],
      tools: [{ name: 'look', description: 'Looks.', parameter_definitions: { at: { type: 'str', required: true } } }],
      citation_quality: 'fast',
      temperature: 1,
      stop_sequences: ['x'],
      stream: false,
    })
    expect(lost).toEqual([
      'toolChoice: the older API has no such field',
      'tools[].strict: the older API has no such field',
    ])
  })

  test('a question with a file and a format', () => {
    const file = { kind: 'media', mediaType: 'text/plain', source: { from: 'text', text: 'Facts.' } } as const
    const format = { kind: 'json-schema', name: '', schema: { type: 'object' }, strict: true } as const
    const asked = { role: 'user', parts: [{ kind: 'text', text: 'Hi' }, file] } as const
    expect(
      write({ messages: [says('user', 'Hm'), says('assistant', 'Yes?'), asked] }, { api: 'v1' }).body,
    ).toMatchObject({
      message: 'Hi',
      documents: [{ id: 'doc:0', text: 'Facts.' }],
      chat_history: [
        { role: 'USER', message: 'Hm' },
        { role: 'CHATBOT', message: 'Yes?' },
      ],
    })
    const { body } = write({ messages: [says('user', 'Hi')], format }, { api: 'v1' })
    expect(body['response_format']).toEqual({ type: 'json_object', schema: { type: 'object' } })
  })

  test('what it does not take is told', () => {
    const nested = { type: 'object', properties: { at: { type: 'array', items: { type: 'string' } } } }
    const { body, lost } = write(
      {
        messages: [
          { role: 'assistant', parts: [{ kind: 'reasoning', form: 'full', text: 'Hm.' }] },
          {
            role: 'user',
            parts: [{ kind: 'media', mediaType: 'image/png', source: { from: 'url', url: 'https://x/' } }],
          },
        ],
        tools: [{ ...look, parameters: nested }],
        reasoning: { effort: 'max' },
        logprobs: { top: 0 },
      },
      { api: 'v1' },
    )
    expect(body['tools']).toEqual([
      { name: 'look', description: '', parameter_definitions: { at: { type: 'list', required: false } } },
    ])
    expect(lost.map((each) => each.split(':', 1)[0])).toEqual([
      'messages',
      'messages',
      'reasoning',
      'logprobs',
      'tools[0].parameters.at',
    ])
  })
})

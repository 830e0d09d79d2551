import { describe, expect, test } from 'bun:test'
import { createTestContext } from '@sluice/testkit/run-codecs.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { provider } from './index.ts'
import type { OllamaQuirks } from './quirks.ts'

const plain: GenerateRequest = { model: 'm', messages: [], tools: [], stop: [], stream: false }

interface Written {
  readonly body: JsonObject
  /** `path: why` of everything that was lost. */
  readonly lost: readonly string[]
}

function write(request: Partial<GenerateRequest>, quirks: Partial<OllamaQuirks> = {}): Written {
  const lost: string[] = []
  const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context: createTestContext() }
  const body = provider.encodeRequest({ ...plain, ...request }, options, ({ path, why }) =>
    lost.push(`${path}: ${why}`),
  )
  return { body, lost }
}

const call = { kind: 'tool-call', id: 'c1', name: 'look', args: '{"at":"sky"}', executor: 'client' } as const
const look = { kind: 'function', name: 'look', parameters: {} } as const
const png = { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'iVBORw0KGgo' } } as const

describe('messages', () => {
  test('a conversation with thinking, calls, results and images', () => {
    const { body, lost } = write({
      messages: [
        { role: 'developer', parts: [{ kind: 'text', text: 'Be brief.' }] },
        { role: 'user', parts: [{ kind: 'text', text: 'One.' }, { kind: 'text', text: 'Two.' }, png] },
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
              name: '',
              isError: true,
              content: [{ kind: 'text', text: 'sky' }, png],
            },
          ],
        },
      ],
    })
    expect(lost).toEqual(['messages[3].parts[0].isError: no field says that a tool failed; its text still does'])
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One.\n\nTwo.', images: ['iVBORw0KGgo'] },
      {
        role: 'assistant',
        content: 'I will look.',
        thinking: 'Hm.',
        tool_calls: [{ id: 'c1', function: { name: 'look', arguments: { at: 'sky' } } }],
      },
      { role: 'tool', content: 'sky', tool_name: 'look', tool_call_id: 'c1' },
      { role: 'user', content: 'Attached to the result of look:', images: ['iVBORw0KGgo'] },
    ])
  })

  test('text files are text; addresses and other files are told', () => {
    const url = { from: 'url', url: 'https://x.example/a.png' } as const
    const { body, lost } = write({
      messages: [
        {
          role: 'user',
          parts: [
            { kind: 'media', mediaType: 'text/plain', source: { from: 'text', text: 'Facts.' }, filename: 'f.txt' },
            { kind: 'media', mediaType: 'image/png', source: url },
            { kind: 'media', mediaType: 'application/pdf', source: { from: 'base64', data: 'JVBERi' } },
          ],
        },
      ],
    })
    expect(body['messages']).toEqual([{ role: 'user', content: 'f.txt:\nFacts.' }])
    expect(lost).toEqual([
      'messages[0].parts[1]: the server takes the bytes of an image, not its address',
      'messages[0].parts[2]: no place for application/pdf',
    ])
  })

  test('arguments that are no object are handed over under one name', () => {
    const { body, lost } = write({ messages: [{ role: 'assistant', parts: [{ ...call, args: '{"at":' }] }] })
    expect(body['messages']).toMatchObject([{ tool_calls: [{ function: { arguments: { input: '{"at":' } } }] }])
    expect(lost).toEqual(['messages[0].parts[0].args: no JSON object; sent as text under `input`'])
  })
})

test.each([
  [undefined, 2, 0],
  [{ mode: 'auto' }, 2, 0],
  [{ mode: 'none' }, 0, 0],
  [{ mode: 'required' }, 2, 1],
  [{ mode: 'tool', name: 'look' }, 1, 1],
  [{ mode: 'subset', names: ['look'], must: false }, 1, 0],
] as const)('a tool choice of %p offers %p tools and loses %p', (toolChoice, offered, losses) => {
  const tools = [look, { ...look, name: 'listen' }]
  const { body, lost } = write({ tools, ...(toolChoice && { toolChoice }) })
  expect(Array.isArray(body['tools']) ? body['tools'].length : 0).toBe(offered)
  expect(lost).toHaveLength(losses)
})

test.each([
  [{ effort: 'none' }, false],
  [{ effort: 'minimal' }, 'low'],
  [{ effort: 'xhigh' }, 'max'],
  [{ budgetTokens: 0 }, false],
  [{ budgetTokens: -1 }, true],
  [{ show: 'summary' }, undefined],
] as const)('reasoning %p is think %p', (reasoning, think) => {
  expect(write({ reasoning })).toMatchObject({ lost: [] })
  expect(write({ reasoning }).body['think']).toBe(think)
})

test('numbers are options, and so is what the operator set', () => {
  const asked = { maxOutputTokens: 7, temperature: 1, topP: 1, topK: 9, seed: 4, stop: ['x'], presencePenalty: -1 }
  const { body, lost } = write(
    { ...asked, frequencyPenalty: 2, logprobs: { top: 3 } },
    { contextTokens: 8192, keepAlive: '-1' },
  )
  expect(body).toMatchObject({
    options: {
      num_ctx: 8192,
      num_predict: 7,
      temperature: 1,
      top_p: 1,
      top_k: 9,
      seed: 4,
      stop: ['x'],
      presence_penalty: -1,
      frequency_penalty: 2,
    },
    keep_alive: '-1',
    logprobs: true,
    top_logprobs: 3,
  })
  expect(lost).toEqual([])
})

test('a format is a schema or plain JSON', () => {
  const schema = { kind: 'json-schema', name: 'bird', schema: { type: 'object' }, strict: true } as const
  expect(write({ format: schema }).body['format']).toEqual({ title: 'bird', type: 'object' })
  expect(write({ format: { kind: 'json' } }).body['format']).toBe('json')
  expect(write({ format: { kind: 'text' } }).body['format']).toBeUndefined()
})

test('what has no place is told', () => {
  const { lost } = write({
    choices: 2,
    store: true,
    endUser: 'u',
    reasoning: { budgetTokens: 100, show: 'hidden' },
    tools: [{ kind: 'web-search' }, { ...look, strict: true }],
    parallelToolCalls: false,
    messages: [{ role: 'user', name: 'n', parts: [{ kind: 'text', text: 'x', cache: {} }] }],
  })
  expect(lost.map((each) => each.split(':', 1)[0]).toSorted()).toEqual(
    ['cache', 'choices', 'endUser', 'messages[0].name', 'parallelToolCalls', 'reasoning.budgetTokens', 'reasoning.show']
      .concat(['store', 'tools[0]', 'tools[1].strict'])
      .toSorted(),
  )
})

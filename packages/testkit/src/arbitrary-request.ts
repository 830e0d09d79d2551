import type { MediaPart, Part, ToolCallPart, ToolResultPart } from '@sluice/core/ir/part.ts'
import type { FunctionTool, GenerateRequest, Message, ToolChoice } from '@sluice/core/ir/request.ts'
import fc from 'fast-check'

const words = fc.oneof(
  fc.constantFrom('Hello', 'What is the weather in Zürich?', '🙂', '"quoted" \\ and\nbroken', '{"json": true}', 'x'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== ''),
)

const text: fc.Arbitrary<Part> = words.map((said) => ({ kind: 'text', text: said }))

/** A white pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=='

const image: fc.Arbitrary<MediaPart> = fc.constantFrom<MediaPart>(
  { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: pixel } },
  { kind: 'media', mediaType: 'image/png', source: { from: 'url', url: 'https://example.com/a.png' } },
)

const schemas: readonly FunctionTool['parameters'][] = [
  { type: 'object', properties: {} },
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      city: { type: 'string', minLength: 1 },
      days: { type: ['integer', 'null'], exclusiveMinimum: 0 },
      unit: { enum: ['c', 'f'] },
      level: { type: 'integer', enum: [1, 2] },
      kind: { const: 'daily' },
    },
    required: ['city'],
    additionalProperties: false,
  },
  {
    type: 'object',
    $defs: { node: { type: 'object', properties: { name: { type: 'string' } } } },
    properties: { list: { type: 'array', items: { $ref: '#/$defs/node' } }, any: { anyOf: [{ type: 'string' }, {}] } },
  },
]

const tool = fc.record({
  kind: fc.constant('function' as const),
  name: fc.constantFrom('look', 'listen', 'get_weather'),
  description: words,
  parameters: fc.constantFrom(...schemas),
})

/** Ids as the four dialects make them, and longer than some allow. */
const callId = fc.oneof(
  fc.constantFrom(
    'call_abc123',
    'toolu_01AbCdEfGhIj',
    `call_${'x'.repeat(60)}`,
    'chatcmpl-tool-7f3a9b2c1d',
    'fc_1|item:2',
  ),
  fc.uuid(),
)

interface Exchange {
  readonly calls: readonly { readonly id: string; readonly name: string; readonly args: string }[]
  readonly said: string | undefined
  readonly results: readonly string[]
  readonly hasImage: boolean
  readonly isError: boolean
}

const exchange: fc.Arbitrary<Exchange> = fc.record({
  calls: fc.uniqueArray(
    fc.record({
      id: callId,
      name: fc.constantFrom('look', 'listen', 'get_weather'),
      args: fc.constantFrom('', '{}', '{"city":"Zürich","days":[1,2]}'),
    }),
    { minLength: 1, maxLength: 3, selector: ({ id }) => id },
  ),
  said: fc.option(words, { nil: undefined }),
  results: fc.array(words, { minLength: 3, maxLength: 3 }),
  hasImage: fc.boolean(),
  isError: fc.boolean(),
})

type Turn =
  | { readonly kind: 'talk'; readonly parts: readonly Part[]; readonly answer: string }
  | ({ readonly kind: 'tools' } & Exchange)

const turn: fc.Arbitrary<Turn> = fc.oneof(
  fc.record({
    kind: fc.constant('talk' as const),
    parts: fc.array(fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: image }), {
      minLength: 1,
      maxLength: 3,
    }),
    answer: words,
  }),
  exchange.map((each) => ({ kind: 'tools' as const, ...each })),
)

/** Sampling and the like, in ranges every dialect can take or clamp. */
const settings: fc.Arbitrary<Partial<GenerateRequest>> = fc.record(
  {
    maxOutputTokens: fc.integer({ min: 16, max: 100_000 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
    topK: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(1_000),
    stop: fc.array(fc.constantFrom('END', '###', 'a', 'b', 'c', 'd'), { maxLength: 6 }),
    frequencyPenalty: fc.double({ min: -2, max: 2, noNaN: true }),
    endUser: fc.constant('user-7'),
    metadata: fc.constant({ team: 'a' }),
    reasoning: fc.constantFrom(
      { effort: 'low' as const },
      { effort: 'high' as const, show: 'summary' as const },
      { effort: 'none' as const },
      { budgetTokens: 2_000 },
    ),
    logprobs: fc.constant({ top: 2 }),
    verbosity: fc.constantFrom('low' as const, 'high' as const),
    format: fc.constantFrom(
      { kind: 'json' as const },
      { kind: 'json-schema' as const, name: 'n', schema: schemas[1] ?? {}, strict: true },
    ),
  },
  { requiredKeys: [] },
)

const choice: fc.Arbitrary<ToolChoice> = fc.constantFrom(
  { mode: 'auto' as const },
  { mode: 'none' as const },
  { mode: 'required' as const },
  { mode: 'tool' as const, name: 'look' },
)

/**
 * Any conversation a well-behaved client may send, in no dialect: talk, parallel tool calls with all their results,
 * images, system text in front, and settings no single dialect has all of. Translated anywhere, the target must take it.
 */
export const arbitraryRequest: fc.Arbitrary<GenerateRequest> = fc
  .record({
    system: fc.option(words, { nil: undefined }),
    turns: fc.array(turn, { maxLength: 4 }),
    question: words,
    tools: fc.uniqueArray(tool, { maxLength: 3, selector: ({ name }) => name }),
    settings,
    toolChoice: fc.option(choice, { nil: undefined }),
    parallel: fc.option(fc.boolean(), { nil: undefined }),
    stream: fc.boolean(),
  })
  .map(({ system, turns, question, tools, settings: set, toolChoice, parallel, stream }) => {
    const needsTools = turns.some(({ kind }) => kind === 'tools')
    const offered = needsTools || tools.length > 0 ? allTools(tools) : []
    return {
      model: 'm',
      stop: [],
      stream,
      ...set,
      tools: offered,
      messages: [
        ...(system === undefined
          ? []
          : [{ role: 'system' as const, parts: [{ kind: 'text' as const, text: system }] }]),
        ...turns.flatMap(messagesOf),
        { role: 'user' as const, parts: [{ kind: 'text' as const, text: question }] },
      ],
      ...(toolChoice && offered.length > 0 && { toolChoice }),
      ...(parallel !== undefined && offered.length > 0 && { parallelToolCalls: parallel }),
    }
  })

/** Every tool that history or a tool choice may name. */
function allTools(tools: readonly FunctionTool[]): readonly FunctionTool[] {
  const missing = ['look', 'listen', 'get_weather'].filter((name) => !tools.some((each) => each.name === name))
  return [...tools, ...missing.map((name) => ({ kind: 'function' as const, name, parameters: schemas[0] ?? {} }))]
}

function messagesOf(each: Turn): readonly Message[] {
  if (each.kind === 'talk') {
    return [
      { role: 'user', parts: each.parts },
      { role: 'assistant', parts: [{ kind: 'text', text: each.answer }] },
    ]
  }
  const calls = each.calls.map((call): ToolCallPart => ({ kind: 'tool-call', executor: 'client', ...call }))
  const said: readonly Part[] = each.said === undefined ? [] : [{ kind: 'text', text: each.said }]
  return [
    { role: 'user', parts: [{ kind: 'text', text: 'use your tools' }] },
    { role: 'assistant', parts: [...said, ...calls] },
    { role: 'tool', parts: each.calls.map(({ id, name }, index) => resultOf(each, { id, name, index })) },
  ]
}

function resultOf(
  { results, hasImage, isError }: Exchange,
  { id, name, index }: { readonly id: string; readonly name: string; readonly index: number },
): ToolResultPart {
  const content: Part[] = [{ kind: 'text', text: results[index] ?? 'nothing' }]
  if (hasImage && index === 0)
    content.push({ kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: pixel } })
  return { kind: 'tool-result', callId: id, name, content, isError: isError && index === 0 }
}

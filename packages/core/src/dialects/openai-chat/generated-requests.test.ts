import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { CodecContext } from '../../ir/dialect.ts'
import type { Part } from '../../ir/part.ts'
import type { GenerateRequest, Message, Tool } from '../../ir/request.ts'
import { client, type OpenAiChatQuirks, provider } from './index.ts'

const quirks: OpenAiChatQuirks = {
  ...provider.defaultQuirks,
  cacheMarks: 'cache_control',
  toolCallIds: 'any',
  reasoningControl: 'reasoning',
  streamOptions: false,
  unsupported: [],
}

function context(): CodecContext {
  let count = 0
  return { provider: 'p', createdAt: 1, newId: (prefix) => `${prefix}${count++}` }
}

function again(request: GenerateRequest): { request: GenerateRequest; losses: string[] } {
  const losses: string[] = []
  const body = provider.encodeRequest(request, { quirks, context: context() }, ({ path }) => losses.push(path))
  const result = client.decodeRequest({ body: JSON.parse(JSON.stringify(body)) }, context())
  if (!result.ok) throw new Error(JSON.stringify([result.failure, body]))
  return { request: result.value, losses }
}

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/)
const text = fc.string({ minLength: 1, maxLength: 20 })
const base64 = fc.uint8Array({ maxLength: 12 }).map((bytes) => btoa(String.fromCharCode(...bytes)))
const cache = fc.constantFrom({}, { cache: {} }, { cache: { ttl: '1h' as const } })

const textPart = fc.tuple(text, cache).map(([value, mark]): Part => ({ kind: 'text', text: value, ...mark }))
const imagePart = fc.tuple(base64, fc.constantFrom('image/png', 'image/jpeg'), cache).map(
  ([data, mediaType, mark]): Part => ({
    kind: 'media',
    mediaType,
    source: { from: 'base64', data },
    detail: 'low',
    ...mark,
  }),
)
const soundPart = base64.map(
  (data): Part => ({ kind: 'media', mediaType: 'audio/wav', source: { from: 'base64', data } }),
)
const filePart = fc.tuple(base64, word).map(
  ([data, name]): Part => ({
    kind: 'media',
    mediaType: 'application/pdf',
    source: { from: 'base64', data },
    filename: `${name}.pdf`,
  }),
)
const callPart = fc.tuple(word, word, fc.boolean(), text).map(([id, name, isCustom, input]): Part => {
  const head = { kind: 'tool-call', id, name, executor: 'client' } as const
  return isCustom ? { ...head, args: input, form: 'text' } : { ...head, args: JSON.stringify({ input }) }
})

const message: fc.Arbitrary<Message> = fc.oneof(
  fc
    .tuple(fc.constantFrom('system', 'developer', 'user'), fc.array(textPart, { minLength: 1, maxLength: 3 }))
    .map(([role, parts]): Message => ({ role: role as Message['role'], parts })),
  fc
    .array(fc.oneof(textPart, imagePart, soundPart, filePart), { minLength: 1, maxLength: 3 })
    .map((parts): Message => ({ role: 'user', parts })),
  fc
    .tuple(fc.array(textPart, { maxLength: 2 }), fc.array(callPart, { minLength: 1, maxLength: 2 }))
    .map(([said, calls]): Message => ({ role: 'assistant', parts: [...said, ...calls] })),
  fc.tuple(word, text).map(
    ([callId, value]): Message => ({
      role: 'tool',
      parts: [{ kind: 'tool-result', callId, name: '', content: [{ kind: 'text', text: value }], isError: false }],
    }),
  ),
)

const tool: fc.Arbitrary<Tool> = fc.oneof(
  word.map((name): Tool => ({ kind: 'function', name, parameters: { type: 'object' }, strict: true })),
  word.map((name): Tool => ({ kind: 'custom', name, description: 'd', format: { type: 'text' } })),
)

const settings = fc.record(
  {
    temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0),
    topP: fc.constantFrom(0.1, 1),
    topK: fc.nat(50),
    seed: fc.nat(),
    frequencyPenalty: fc.constantFrom(-1, 0.5),
    presencePenalty: fc.constantFrom(-1, 0.5),
    choices: fc.integer({ min: 1, max: 4 }),
    maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
    logprobs: fc.nat(5).map((top) => ({ top })),
    parallelToolCalls: fc.boolean(),
    verbosity: fc.constantFrom('low' as const, 'high' as const),
    modalities: fc.constant(['text', 'audio'] as const),
    audio: fc.constant({ voice: 'alloy', format: 'wav' }),
    endUser: word,
    safetyIdentifier: word,
    metadata: fc.dictionary(word, text),
    store: fc.boolean(),
    promptCacheKey: word,
    serviceTier: word,
    toolChoice: fc.oneof(
      fc.constantFrom({ mode: 'auto' as const }, { mode: 'none' as const }, { mode: 'required' as const }),
      word.map((name) => ({ mode: 'tool' as const, name })),
      fc.tuple(fc.array(word), fc.boolean()).map(([names, must]) => ({ mode: 'subset' as const, names, must })),
    ),
    format: fc.oneof(
      fc.constantFrom({ kind: 'text' as const }, { kind: 'json' as const }),
      word.map((name) => ({ kind: 'json-schema' as const, name, schema: { type: 'object' }, strict: true })),
    ),
  },
  { requiredKeys: [] },
)

const request: fc.Arbitrary<GenerateRequest> = fc
  .tuple(fc.array(message, { minLength: 1, maxLength: 4 }), fc.array(tool, { maxLength: 3 }), settings, fc.boolean())
  .map(([messages, tools, more, stream]) => ({
    model: 'm',
    messages,
    tools,
    stop: ['x'],
    stream,
    ...withChoice(more, tools),
  }))

/** Without tools nothing is said of a choice among them. */
function withChoice(more: Partial<GenerateRequest>, tools: readonly Tool[]): Partial<GenerateRequest> {
  const { toolChoice: _, parallelToolCalls: __, store, metadata, ...others } = more
  const stored = store ? { store, ...(metadata && { metadata }) } : {}
  const { store: ___, metadata: ____, ...all } = more
  const noted = store ? { ext: { 'openai-chat': { $account: true } } } : {}
  return { ...(tools.length > 0 ? all : others), ...stored, ...noted }
}

describe('generated requests', () => {
  test('read as they were written, with nothing lost', () => {
    fc.assert(
      fc.property(request, (given) => {
        const { request: read, losses } = again(given)
        expect(read).toEqual(plainCache(given))
        expect(losses).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})

/** `-0` is written as `0`. */
function plainCache(given: GenerateRequest): GenerateRequest {
  return JSON.parse(JSON.stringify(given))
}

const foreignSeal = { dialect: 'gemini', provider: 'g', data: 'abc' } as const
const foreignParts: readonly Part[] = [
  { kind: 'reasoning', form: 'full', text: 'thought', seal: foreignSeal },
  { kind: 'reasoning', form: 'redacted', text: '', seal: foreignSeal },
  { kind: 'opaque', dialect: 'gemini', value: { type: 'x' } },
  { kind: 'media', mediaType: 'text/plain', source: { from: 'text', text: 'words' }, filename: 'a.txt' },
  { kind: 'media', mediaType: 'application/pdf', source: { from: 'url', url: 'https://example.org/a.pdf' } },
  { kind: 'media', mediaType: 'audio/mpeg', source: { from: 'url', url: 'https://example.org/a.mp3' } },
  { kind: 'media', mediaType: 'video/mp4', source: { from: 'url', url: 'https://example.org/a.mp4' } },
  { kind: 'media', mediaType: 'image/png', source: { from: 'file', dialect: 'gemini', id: 'f' } },
  { kind: 'tool-call', id: 'srv', name: 'search', args: '{}', executor: 'provider' },
  { kind: 'text', text: '', seal: foreignSeal },
  {
    kind: 'tool-result',
    callId: 'c',
    name: 'n',
    isError: true,
    content: [{ kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'AAAA' } }],
  },
]

describe('requests of other dialects', () => {
  const anyMessage = fc
    .tuple(
      fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool'),
      fc.array(fc.oneof(textPart, imagePart, callPart, fc.constantFrom(...foreignParts)), { maxLength: 4 }),
    )
    .map(([role, parts]): Message => ({ role: role as Message['role'], parts }))

  test('settle after one writing', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 4 }), (messages) => {
        const user: Message = { role: 'user', parts: [{ kind: 'text', text: 'x' }] }
        const given = { model: 'm', messages: [user, ...messages], tools: [], stop: [], stream: false }
        const once = again(given).request
        expect(again(once).request).toEqual(once)
      }),
      { numRuns: 150 },
    )
  })
})

import { describe, expect, test } from 'bun:test'
import { arbitraryRequest } from '@sluice/testkit/arbitrary-request.ts'
import { hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { createTestContext, encodeWhole } from '@sluice/testkit/run-codecs.ts'
import { checkGemini } from '@sluice/testkit/strict/gemini.ts'
import fc from 'fast-check'
import { loseForeign } from '../../ir/foreign.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { Part } from '../../ir/part.ts'
import { asArray, asObject, asObjects, parseObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { holdsWrapped } from '../../ir/seal.ts'
import { client, provider } from './index.ts'
import type { GeminiQuirks } from './quirks.ts'
import { skipSignatureCheck, writeSignature } from './signature.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

function read(body: JsonObject, model = 'm'): GenerateRequest {
  const result = client.decodeRequest({ body, model, stream: true }, createTestContext())
  if (!result.ok) throw new Error(`${result.failure.param}: ${result.failure.message}`)
  return result.value
}

function refusalOf(body: JsonObject, model: string | undefined = 'm'): string | undefined {
  const result = client.decodeRequest({ body, ...(model !== undefined && { model }) }, createTestContext())
  return result.ok ? undefined : result.failure.param
}

interface Written {
  readonly body: JsonObject
  readonly losses: readonly string[]
}

function write(request: GenerateRequest, quirks: Partial<GeminiQuirks> = {}): Written {
  const losses: string[] = []
  const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context: createTestContext() }
  const written = provider.encodeRequest(request, options, ({ path }) => losses.push(path))
  return { body: parseObject(JSON.stringify(written)) ?? {}, losses }
}

/** A request of another dialect with these parts as what the user says. */
function foreign(request: Partial<GenerateRequest>, ...parts: readonly Part[]): GenerateRequest {
  const said = parts.length > 0 ? parts : [{ kind: 'text' as const, text: 'Hi' }]
  return { model: 'm', messages: [{ role: 'user', parts: said }], tools: [], stop: [], stream: false, ...request }
}

function partsOf(body: JsonObject): readonly JsonObject[] {
  return asObjects(body['contents']).flatMap((content) => asObjects(content['parts']))
}

const data = new Set(['args', 'response', 'parameters', 'parametersJsonSchema', 'responseSchema', 'responseJsonSchema'])

/**
 * The spelling that a round trip may choose: camelCase names, upper-case enums, standard base64, no nulls, `model` and
 * the system instruction's role gone, one part instead of a list of one, and adjacent contents of one role as one, with
 * no empty text of the model.
 */
function normal(value: Json | undefined, key = ''): Json {
  if (typeof value === 'string') return normalText(value, key)
  const list = asArray(value)
  if (list) return list.map((each) => normal(each, key))
  const object = asObject(value)
  if (!object) return value ?? null
  if (data.has(key)) return object
  const entries = Object.entries(object)
    .map(([name, each]) => [toCamel(name), each] as const)
    .filter(([name, each]) => each !== null && !(name === 'thought' && each === false))
    .map(([name, each]) => [name, normal(each, name)] as const)
  return Object.fromEntries(entries)
}

function normalText(text: string, key: string): string {
  if (key === 'data' || key === 'thoughtSignature')
    return text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '')
  return key === 'thinkingLevel' || key === 'mode' ? text.toUpperCase() : text
}

function toCamel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function normalBody(body: JsonObject): JsonObject {
  const { model: _, ...normalized } = asObject(normal(body)) ?? {}
  const system = asObject(normalized['systemInstruction'])
  const parts = asObject(system?.['parts']) ? [system?.['parts'] ?? {}] : system?.['parts']
  return {
    ...normalized,
    ...(system && { systemInstruction: { parts: parts ?? [] } }),
    contents: joinRoles(asObjects(normalized['contents'])),
    tools: asObjects(normalized['tools'])
      .flatMap(splitTool)
      .toSorted((left, right) => Number('functionDeclarations' in right) - Number('functionDeclarations' in left)),
  }
}

function joinRoles(contents: readonly JsonObject[]): JsonObject[] {
  const joined: { role: string; parts: Json[] }[] = []
  for (const content of contents) {
    const role = content['role'] === 'model' ? 'model' : 'user'
    const last = joined.at(-1)
    if (last?.role === role) last.parts.push(...asObjects(content['parts']))
    else joined.push({ role, parts: [...asObjects(content['parts'])] })
  }
  return joined
}

/** Every function and every server tool by itself. */
function splitTool(tool: JsonObject): JsonObject[] {
  const functions = asObjects(tool['functionDeclarations']).map((each) => ({ functionDeclarations: [each] }))
  const others = Object.entries(tool).filter(([key]) => key !== 'functionDeclarations')
  return [...functions, ...others.map(([key, value]) => ({ [key]: value }))]
}

/** Paths of what `whole` lacks or says otherwise than `part`. */
function missingFrom(whole: Json | undefined, part: Json | undefined, at = ''): readonly string[] {
  const list = asArray(part)
  if (list) {
    const ours = asArray(whole) ?? []
    const extra = ours.length === list.length ? [] : [`${at} has ${ours.length} instead of ${list.length}`]
    return [...extra, ...list.flatMap((each, index) => missingFrom(ours[index], each, `${at}[${index}]`))]
  }
  const object = asObject(part)
  if (!object) return whole === part ? [] : [`${at}: ${JSON.stringify(part)} became ${JSON.stringify(whole)}`]
  if (Object.keys(object).length === 0) return []
  return Object.entries(object).flatMap(([key, value]) => missingFrom(asObject(whole)?.[key], value, `${at}.${key}`))
}

const recorded = loadRecordings(({ dialect }) => dialect === 'gemini')
  .map(({ path, request }) => ({ path, body: asObject(request.body) }))
  .filter((each): each is { path: string; body: JsonObject } => each.body !== undefined)

describe('a recorded request', () => {
  test('keeps every field on its way through', () => {
    const broken = recorded.flatMap(({ path, body }) =>
      missingFrom(normalBody(write(read(body)).body), normalBody(body)).map((each) => `${path} ${each}`),
    )
    expect(broken).toEqual([])
  })

  test('loses nothing on its way through', () => {
    const losses = recorded.flatMap(({ path, body }) => write(read(body)).losses.map((each) => `${path} ${each}`))
    expect(losses).toEqual([])
  })

  test('reads the same after it was written', () => {
    for (const { body } of recorded) {
      const once = read(body)
      expect(read(write(once).body)).toEqual(once)
    }
  })

  test('is taken by the API when written', () => {
    const refused = recorded.flatMap(({ path, body }) => {
      const problem = checkGemini(write(read(body)).body)
      return problem ? [`${path} ${problem.message}`] : []
    })
    expect(refused).toEqual([])
  })
})

describe('any request', () => {
  const quirks: fc.Arbitrary<Partial<GeminiQuirks>> = fc.record({
    schemas: fc.constantFrom('json-schema', 'open-api'),
    thinking: fc.constantFrom('level', 'budget'),
    hasCallIds: fc.boolean(),
    hasMediaResults: fc.boolean(),
    hasValidatedMode: fc.boolean(),
    unsignedCalls: fc.constantFrom('as-is', 'skip-check'),
  })

  test('is taken by the API, whatever the quirks', () => {
    fc.assert(
      fc.property(arbitraryRequest, quirks, (request, some) => {
        expect(checkGemini(write(request, some).body)).toBeUndefined()
      }),
    )
  })

  test('reads the same once it was written', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const once = read(write(request).body)
        expect(read(write(once).body)).toEqual(once)
      }),
    )
  })

  test('keeps its conversation', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const back = read(write(request).body)
        expect(textsOf(back)).toEqual(textsOf(request))
        expect(back.tools.map((tool) => 'name' in tool && tool.name)).toEqual(
          request.tools.map((tool) => 'name' in tool && tool.name),
        )
      }),
    )
  })
})

function textsOf({ messages }: GenerateRequest): readonly string[] {
  return messages
    .flatMap(({ parts }) => parts)
    .map((part) => {
      if (part.kind === 'tool-call') return `${part.id} ${part.name} ${part.args === '' ? '{}' : part.args}`
      if (part.kind === 'tool-result') {
        const inner = part.content.map((each) => (each.kind === 'text' ? compact(each.text) : each.kind))
        return `${part.callId} ${part.name} ${part.isError} ${inner.join()}`
      }
      return part.kind === 'text' ? part.text : part.kind
    })
}

function compact(text: string): string {
  const object = text.trimStart().startsWith('{') ? parseObject(text) : undefined
  return object ? JSON.stringify(object) : text
}

describe('both spellings', () => {
  test('read as one', () => {
    const camel = {
      contents: [
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' }, mediaResolution: {} }] },
      ],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: { maxOutputTokens: 5, topK: 3, thinkingConfig: { thinkingBudget: 7, includeThoughts: true } },
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      tools: [
        { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] },
        { googleSearch: {} },
      ],
    }
    const snake = {
      contents: [
        { role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'AA==' }, media_resolution: {} }] },
      ],
      system_instruction: { parts: { text: 'Be brief.' } },
      generation_config: {
        max_output_tokens: 5,
        top_k: 3,
        thinking_config: { thinking_budget: 7, include_thoughts: true },
      },
      tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['f'] } },
      tools: [
        { function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object' } }], google_search: {} },
      ],
    }
    expect(read(snake)).toEqual(read(camel))
    expect(read(snake)).toMatchObject({
      maxOutputTokens: 5,
      reasoning: { budgetTokens: 7, show: 'summary' },
      toolChoice: { mode: 'tool', name: 'f' },
      tools: [{ kind: 'function', name: 'f' }, { kind: 'web-search' }],
    })
  })

  test('names inside data are left alone', () => {
    const args = { user_name: 'x', list: [{ a_b: 1 }] }
    const body = { contents: [{ role: 'model', parts: [{ function_call: { name: 'f', args } }] }] }
    expect(partsOf(write(read(body)).body)).toEqual([{ functionCall: { name: 'f', args } }])
  })
})

describe('a call and its result', () => {
  const call = (name: string): JsonObject => ({ functionCall: { name, args: {} } })
  const result = (name: string, output: string): JsonObject => ({ functionResponse: { name, response: { output } } })

  test('without ids find each other by name and order, and stay without', () => {
    const contents = [
      { role: 'user', parts: [{ text: 'Go' }] },
      { role: 'model', parts: [call('a'), call('b'), call('a')] },
      { role: 'user', parts: [result('a', '1'), result('a', '3'), result('b', '2'), { text: 'And?' }] },
    ]
    const request = read({ contents })
    expect(request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user'])
    expect(request.messages[1]?.parts.map((part) => 'id' in part && part.id)).toEqual([
      'gemini-call-0',
      'gemini-call-1',
      'gemini-call-2',
    ])
    expect(request.messages[2]?.parts.map((part) => 'callId' in part && part.callId)).toEqual([
      'gemini-call-0',
      'gemini-call-2',
      'gemini-call-1',
    ])
    expect(write(request).body['contents']).toEqual(contents)
  })

  test.each([
    ['plain', { output: 'plain' }],
    ['', { output: '' }],
    ['{"a":1}', { a: 1 }],
    ['{"output":"{}"}', { output: '{}' }],
    ['[1]', { output: '[1]' }],
    ['{"n":12345678901234567890}', { output: '{"n":12345678901234567890}' }],
  ])('the text %p is the response %p', (text, response) => {
    const toolResult: Part = {
      kind: 'tool-result',
      callId: 'c',
      name: 'f',
      content: [{ kind: 'text', text }],
      isError: false,
    }
    const { body } = write(foreign({}, toolResult))
    expect(partsOf(body)).toEqual([{ functionResponse: { id: 'c', name: 'f', response } }])
    expect(read(body).messages[0]?.parts).toEqual([toolResult])
  })

  test('an error is told as one', () => {
    const toolResult: Part = {
      kind: 'tool-result',
      callId: 'c',
      name: 'f',
      content: [{ kind: 'text', text: '{"a":1}' }],
      isError: true,
    }
    const { body } = write(foreign({}, toolResult))
    expect(partsOf(body)).toEqual([{ functionResponse: { id: 'c', name: 'f', response: { error: '{"a":1}' } } }])
    expect(read(body).messages[0]?.parts).toEqual([toolResult])
  })

  test('results without a name take that of their call; results of one turn stand in one content', () => {
    const messages: GenerateRequest['messages'] = [
      { role: 'user', parts: [{ kind: 'text', text: 'Go' }] },
      {
        role: 'assistant',
        parts: ['x', 'y'].map((id) => ({ kind: 'tool-call', id, name: `f_${id}`, args: '', executor: 'client' })),
      },
      ...['x', 'y'].map((callId) => ({
        role: 'tool' as const,
        parts: [{ kind: 'tool-result' as const, callId, name: '', content: [], isError: false }],
      })),
    ]
    const contents = asObjects(write(foreign({ messages })).body['contents'])
    expect(contents.map(({ role }) => role)).toEqual(['user', 'model', 'user'])
    expect(asObjects(contents[2]?.['parts']).map((part) => asObject(part['functionResponse'])?.['name'])).toEqual([
      'f_x',
      'f_y',
    ])
  })

  test('results stand in the order of their calls where ids cannot tell', () => {
    const messages: GenerateRequest['messages'] = [
      {
        role: 'assistant',
        parts: ['x', 'y'].map((id) => ({ kind: 'tool-call', id, name: 'f', args: '', executor: 'client' })),
      },
      ...['y', 'x'].map((callId) => ({
        role: 'tool' as const,
        parts: [
          {
            kind: 'tool-result' as const,
            callId,
            name: 'f',
            content: [{ kind: 'text' as const, text: callId }],
            isError: false,
          },
        ],
      })),
    ]
    expect(partsOf(write(foreign({ messages }), { hasCallIds: false }).body).slice(2)).toEqual([
      { functionResponse: { name: 'f', response: { output: 'x' } } },
      { functionResponse: { name: 'f', response: { output: 'y' } } },
    ])
  })

  test('media of a result stand inside it, or beside it for older models', () => {
    const image: Part = { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'AAAA' } }
    const toolResult: Part = { kind: 'tool-result', callId: 'c', name: 'f', content: [image], isError: false }
    const inlineData = { mimeType: 'image/png', data: 'AAAA' }
    const functionResponse = { id: 'c', name: 'f', response: {} }
    expect(partsOf(write(foreign({}, toolResult)).body)).toEqual([
      { functionResponse: { ...functionResponse, parts: [{ inlineData }] } },
    ])
    expect(partsOf(write(foreign({}, toolResult), { hasMediaResults: false }).body)).toEqual([
      { functionResponse },
      { inlineData },
    ])
  })

  test('arguments that are no object are told and shown', () => {
    const part: Part = { kind: 'tool-call', id: 'c', name: 'f', args: '{"a":', executor: 'client' }
    const { body, losses } = write(foreign({}, part))
    expect(partsOf(body)).toEqual([{ functionCall: { id: 'c', name: 'f', args: { arguments: '{"a":' } } }])
    expect(losses).toEqual(['messages[0].parts[0].args'])
  })
})

describe('a seal', () => {
  const own = { dialect: 'gemini' as const, data: 'c2lnbmVk' }
  const theirs = { dialect: 'anthropic-messages' as const, provider: 'elsewhere', data: 'EqQB/+==' }

  test('of this dialect comes back as it was', () => {
    const contents = [{ role: 'model', parts: [{ text: '', thoughtSignature: 'c2lnbmVk' }] }]
    expect(read({ contents }).messages[0]?.parts).toEqual([{ kind: 'text', text: '', seal: own }])
    expect(write(read({ contents })).body['contents']).toEqual(contents)
  })

  test('of another provider does not go up', () => {
    const part: Part = {
      kind: 'tool-call',
      id: 'c',
      name: 'f',
      args: '',
      executor: 'client',
      seal: { ...own, provider: 'elsewhere' },
    }
    expect(partsOf(write(foreign({}, part)).body)).toEqual([{ functionCall: { id: 'c', name: 'f' } }])
  })

  test.each(['full', 'summary', 'redacted'] as const)(
    'of another dialect comes back with its text and form: %s',
    (form) => {
      const thoughtSignature = writeSignature(theirs, form)
      expect(thoughtSignature).toMatch(/^[A-Za-z0-9+/]+=*$/)
      expect(holdsWrapped(JSON.stringify({ thoughtSignature }))).toBe(true)
      const thought =
        form === 'redacted'
          ? []
          : [
              { text: 'I ', thought: true },
              { text: 'think', thought: true },
            ]
      const contents = [
        { role: 'user', parts: [{ text: 'Go' }] },
        ...thought.map((part) => ({ role: 'model', parts: [part] })),
        { role: 'model', parts: [{ text: '', thought: true, thoughtSignature }, { text: 'Done.' }] },
      ]
      expect(read({ contents }).messages.slice(1)).toEqual([
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', form, text: form === 'redacted' ? '' : 'I think', seal: theirs },
            { kind: 'text', text: 'Done.' },
          ],
        },
      ])
    },
  )

  const returns: Readonly<Record<string, (part: JsonObject) => readonly JsonObject[]>> = {
    'with the thought': (part) => [part],
    'without it': (part) => (part['thought'] === true ? [] : [part]),
    'with its text in pieces': (part) =>
      part['thought'] === true ? [...String(part['text'])].map((text) => ({ text, thought: true })) : [part],
  }

  test.each(Object.entries(returns))('carried by a call comes back once, %s', (_, sendBack) => {
    const thought = { kind: 'reasoning' as const, form: 'full' as const, text: 'Hé.', seal: theirs }
    const call: Part = { kind: 'tool-call', id: 'i', name: 'f', args: '{}', executor: 'client' }
    const said: Part = { kind: 'text', text: 'So:' }
    const { value } = encodeWhole(client, {
      id: 'r',
      model: 'm',
      choices: [{ parts: [thought, said, call], finish: { reason: 'tool-calls', raw: null } }],
      usage: undefined,
      failure: undefined,
      opaque: [],
    })
    const content = asObject(asObjects(value['candidates'])[0]?.['content'])
    const parts = asObjects(content?.['parts']).flatMap(sendBack)
    expect(read({ contents: [{ role: 'model', parts }] }).messages[0]?.parts).toEqual([thought, said, call])
  })

  test('Python writes it back in the URL-safe alphabet', () => {
    const urlSafe = writeSignature(theirs, 'full').replaceAll('+', '-').replaceAll('/', '_')
    const contents = [{ role: 'model', parts: [{ text: 'x', thought: true, thoughtSignature: urlSafe }] }]
    expect(read({ contents }).messages[0]?.parts).toEqual([
      { kind: 'reasoning', form: 'full', text: 'x', seal: theirs },
    ])
  })

  test('is replaced by the word that skips the check where the first call of a step has none', () => {
    const call = (id: string, seal?: Part['seal']): Part => ({
      kind: 'tool-call',
      id,
      name: 'f',
      args: '',
      executor: 'client',
      ...(seal && { seal }),
    })
    const result = (callId: string): Part => ({ kind: 'tool-result', callId, name: 'f', content: [], isError: false })
    const messages: GenerateRequest['messages'] = [
      { role: 'user', parts: [{ kind: 'text', text: 'Old' }] },
      { role: 'assistant', parts: [call('1')] },
      { role: 'tool', parts: [result('1')] },
      { role: 'user', parts: [{ kind: 'text', text: 'New' }] },
      { role: 'assistant', parts: [call('2', own), call('3')] },
      { role: 'tool', parts: [result('2'), result('3')] },
      { role: 'assistant', parts: [call('4'), call('5')] },
      { role: 'tool', parts: [result('4'), result('5')] },
    ]
    const signatures = (quirks: Partial<GeminiQuirks>): readonly (Json | undefined)[] =>
      partsOf(write(foreign({ messages }), quirks).body)
        .filter((part) => part['functionCall'])
        .map((part) => part['thoughtSignature'])
    expect(signatures({})).toEqual([undefined, own.data, undefined, undefined, undefined])
    expect(signatures({ unsignedCalls: 'skip-check' })).toEqual([
      undefined,
      own.data,
      undefined,
      skipSignatureCheck,
      undefined,
    ])
  })

  test("the client's own word for that is no seal", () => {
    const contents = [
      { role: 'model', parts: [{ functionCall: { name: 'f', args: {} }, thoughtSignature: skipSignatureCheck }] },
    ]
    const losses: string[] = []
    loseForeign(read({ contents }), 'openai-chat', 'elsewhere', ({ path }) => losses.push(path))
    expect(losses).toEqual([])
    expect(write(read({ contents })).body['contents']).toEqual(contents)
  })
})

test('a heartbeat that a client sends back is forgotten', () => {
  const beat = asObject(parseObject(client.heartbeat?.replace('data: ', '') ?? ''))
  const { content } = asObjects(beat?.['candidates'])[0] ?? {}
  const contents = [
    { role: 'user', parts: [{ text: 'Hi' }] },
    content ?? null,
    { role: 'model', parts: [{ text: 'Ho' }] },
  ]
  expect(read({ contents }).messages.map(({ role, parts }) => [role, parts.length])).toEqual([
    ['user', 1],
    ['assistant', 1],
  ])
})

test('a turn sent back chunk by chunk is one message, its calls beside their results', () => {
  const model = (...parts: readonly JsonObject[]): JsonObject => ({ role: 'model', parts })
  const contents = [
    { role: 'user', parts: [{ text: 'Hi' }] },
    model({ text: 'He' }),
    model({ text: 'llo' }),
    model({ functionCall: { name: 'f', args: {} } }),
    model({ text: '' }),
    { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] },
  ]
  expect(read({ contents }).messages.map(({ role, parts }) => [role, parts.map(({ kind }) => kind).join()])).toEqual([
    ['user', 'text'],
    ['assistant', 'text,text,tool-call'],
    ['tool', 'tool-result'],
  ])
})

describe('media', () => {
  test.each([
    ['https://generativelanguage.googleapis.com/v1beta/files/abc', 'file'],
    ['gs://bucket/a.png', 'file'],
    ['https://www.youtube.com/watch?v=x', 'url'],
    ['https://example.com/files/a.png', 'url'],
  ])('%s is a %s', (fileUri, from) => {
    const contents = [{ role: 'user', parts: [{ fileData: { fileUri } }] }]
    const [part] = read({ contents }).messages[0]?.parts ?? []
    expect(part).toMatchObject({ kind: 'media', source: { from } })
    expect(asObject(partsOf(write(read({ contents })).body)[0]?.['fileData'])?.['fileUri']).toBe(fileUri)
  })

  test('tell their exact type', () => {
    const said = (mediaType: string, source: Extract<Part, { kind: 'media' }>['source']): JsonObject | undefined =>
      partsOf(write(foreign({}, { kind: 'media', mediaType, source })).body)[0]
    expect(said('image/*', { from: 'base64', data: '/9j/AA' })).toEqual({
      inlineData: { mimeType: 'image/jpeg', data: '/9j/AA' },
    })
    expect(said('image/*', { from: 'url', url: 'https://e.com/a.webp?x=1' })).toEqual({
      fileData: { mimeType: 'image/webp', fileUri: 'https://e.com/a.webp?x=1' },
    })
    expect(said('image/*', { from: 'url', url: 'https://e.com/a' })).toEqual({
      fileData: { fileUri: 'https://e.com/a' },
    })
    expect(said('text/plain', { from: 'text', text: 'é' })).toEqual({
      inlineData: { mimeType: 'text/plain', data: 'w6k=' },
    })
  })

  test('in the URL-safe alphabet are read as standard base64', () => {
    const contents = [{ parts: [{ inlineData: { mimeType: 'image/png', data: '_-8' } }] }]
    expect(read({ contents }).messages[0]?.parts[0]).toMatchObject({ source: { from: 'base64', data: '/+8=' } })
  })
})

describe('settings', () => {
  const generation = (request: Partial<GenerateRequest>, quirks: Partial<GeminiQuirks> = {}): Json | undefined =>
    write(foreign(request), quirks).body['generationConfig']

  test('an effort is a level or a budget, a budget always a budget', () => {
    expect(generation({ reasoning: { effort: 'low', show: 'hidden' } })).toEqual({
      thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: false },
    })
    expect(generation({ reasoning: { effort: 'none' } }, { thinking: 'budget' })).toEqual({
      thinkingConfig: { thinkingBudget: 0 },
    })
    expect(generation({ reasoning: { effort: 'high', budgetTokens: 9 } })).toEqual({
      thinkingConfig: { thinkingBudget: 9 },
    })
  })

  test('a schema goes as JSON Schema without const, or in the subset', () => {
    const schema = { type: 'object', properties: { a: { const: 'x' } } }
    const format = { kind: 'json-schema' as const, name: 'n', schema, strict: true }
    expect(generation({ format })).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: { a: { enum: ['x'] } } },
    })
    expect(generation({ format }, { schemas: 'open-api' })).toEqual({
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { a: { type: 'STRING', enum: ['x'] } } },
    })
  })

  test('media types of an answer that only Google knows stay with it, and are no loss but their own', () => {
    const generationConfig = { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } }
    const request = read({ contents: [{ parts: [{ text: 'x' }] }], generationConfig })
    expect(request.format).toBeUndefined()
    expect(write(request).body['generationConfig']).toEqual(generationConfig)
  })

  test('what has no place is told', () => {
    const losses = write(
      foreign({
        endUser: 'u',
        verbosity: 'low',
        promptCacheKey: 'k',
        parallelToolCalls: false,
        serviceTier: 'scale',
        metadata: { ok: 'fine', Bad: 'x' },
        tools: [{ kind: 'custom', name: 'c', format: { type: 'grammar' } }],
      }),
    ).losses
    expect([...losses].sort()).toEqual([
      'endUser',
      'metadata.Bad',
      'parallelToolCalls',
      'promptCacheKey',
      'serviceTier',
      'tools[0].format',
      'verbosity',
    ])
  })

  test('a search has no limits', () => {
    const tools = [{ kind: 'web-search', maxUses: 3, blockedDomains: ['a.com'] }] as const
    const { body, losses } = write(foreign({ tools }))
    expect(body['tools']).toEqual([{ googleSearch: {} }])
    expect([...losses].sort()).toEqual(['tools[0].blockedDomains', 'tools[0].maxUses'])
  })

  test("Google's own tools give way to functions, unless a client of Google's put both", () => {
    const tools = [{ kind: 'web-search' }, { kind: 'function', name: 'f', parameters: {} }] as const
    const { body, losses } = write(foreign({ tools: [...tools, { kind: 'code-execution' }] }))
    expect(asArray(body['tools'])).toHaveLength(1)
    expect([...losses]).toEqual(['tools[0]', 'tools[2]'])
    const own = {
      contents: [{ role: 'user', parts: [{ text: 'x' }] }],
      tools: [{ functionDeclarations: [{ name: 'f' }] }, { googleSearch: {} }],
      toolConfig: { includeServerSideToolInvocations: true },
    }
    expect(write(read(own)).body).toMatchObject({ tools: [{}, { googleSearch: {} }], toolConfig: own.toolConfig })
  })

  test('all strict tools ask for the validated mode; a few cannot', () => {
    const tool = (name: string, strict: boolean): GenerateRequest['tools'][number] => ({
      kind: 'function',
      name,
      parameters: {},
      strict,
    })
    expect(write(foreign({ tools: [tool('a', true), tool('b', true)] })).body['toolConfig']).toEqual({
      functionCallingConfig: { mode: 'VALIDATED' },
    })
    const some = write(foreign({ tools: [tool('a', true), tool('b', false)] }))
    expect(some.body['toolConfig']).toBeUndefined()
    expect(some.losses).toEqual(['tools[0].strict'])
  })

  test('system text goes to the top, wherever it stood', () => {
    const system = (text: string): GenerateRequest['messages'][number] => ({
      role: 'developer',
      parts: [{ kind: 'text', text }],
    })
    const user = { role: 'user' as const, parts: [{ kind: 'text' as const, text: 'Hi' }] }
    const { body, losses } = write(foreign({ messages: [system('A'), user, system('B')] }))
    expect(body['systemInstruction']).toEqual({ parts: [{ text: 'A' }, { text: 'B' }] })
    expect(losses).toEqual(['messages[2]'])
  })
})

describe('a wrong request', () => {
  const ok = [{ parts: [{ text: 'x' }] }]

  test.each([
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: 'x' }, 'contents'],
    [{ contents: [{ role: 'user', parts: [] }] }, 'contents[0].parts'],
    [{ contents: [{ role: 'robot', parts: [{ text: 'x' }] }] }, 'contents[0].role'],
    [{ contents: [{ parts: [{}] }] }, 'contents[0].parts[0]'],
    [{ contents: [{ parts: [{ text: 1 }] }] }, 'contents[0].parts[0].text'],
    [{ contents: [{ parts: [{ functionCall: { args: {} } }] }] }, 'contents[0].parts[0].functionCall.name'],
    [{ contents: ok, generationConfig: { temperature: Number.POSITIVE_INFINITY } }, 'generationConfig.temperature'],
    [{ contents: ok, generation_config: { top_k: 'many' } }, 'generationConfig.topK'],
    [{ contents: ok, generationConfig: { candidateCount: 0 } }, 'generationConfig.candidateCount'],
    [{ contents: ok, tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ contents: ok, tools: {} }, 'tools'],
  ])('%j is refused for %s', (body, param) => {
    expect(refusalOf(body)).toBe(param)
  })

  test('a model must be named, in the path or the body', () => {
    expect(refusalOf({ contents: ok }, '')).toBe('model')
    const result = client.decodeRequest({ body: { contents: ok, model: 'models/x' } }, createTestContext())
    expect(result.ok && result.value.model).toBe('x')
  })
})

import { describe, expect, test } from 'bun:test'
import { answerTask, vectorOf } from '@sluice/testkit/answers/tasks.ts'
import fc from 'fast-check'
import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { TaskWire } from '../task.ts'
import { embedTask } from './embed-task.ts'
import { pack, unpack } from './pack.ts'
import type { EmbedRequest } from './request.ts'
import { type EmbedResponse, joinEmbed, splitEmbed } from './response.ts'

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true })
const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 12 })
const ignore: Lose = () => undefined

function requestOf(list: readonly string[], more: Partial<EmbedRequest> = {}): EmbedRequest {
  return { inputs: list.map((text) => ({ kind: 'text', text })), types: ['float'], isPacked: false, ...more }
}

describe('packing', () => {
  test('floats of 32 bits come back exactly, as do bytes', () => {
    fc.assert(
      fc.property(fc.array(float32), (vector) => {
        expect(unpack(pack(vector, 'float'), 'float')).toEqual(vector)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -128, max: 127 })), (vector) => {
        expect(unpack(pack(vector, 'int8'), 'int8')).toEqual(vector)
        const bytes = vector.map((each) => each + 128)
        expect(unpack(pack(bytes, 'ubinary'), 'ubinary')).toEqual(bytes)
      }),
    )
  })

  test('any other number becomes the nearest of 32 bits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 })), (vector) => {
        expect(unpack(pack(vector, 'float'), 'float')).toEqual(vector.map(Math.fround))
      }),
    )
  })

  test('what is packed already stays as it is, and what is no packing is none', () => {
    expect(pack('AACAPw==', 'float')).toBe('AACAPw==')
    expect(unpack('AACAPw==', 'float')).toEqual([1])
    expect(unpack('AAA=', 'float')).toBeUndefined()
    expect(unpack('?', 'int8')).toBeUndefined()
  })

  test('a long vector is packed too', () => {
    const long = Array.from({ length: 100_000 }, (_, index) => index)
    expect(unpack(pack(long, 'float'), 'float')).toEqual(long)
  })
})

describe('a question in pieces', () => {
  test('holds every input once, in order, and no more than the limit in a piece', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 5 }), (list, maxBatch) => {
        const whole = requestOf(list, { titles: list.map((text) => `about ${text}`) })
        const pieces = splitEmbed(whole, maxBatch)
        expect(pieces.flatMap(({ inputs }) => inputs)).toEqual([...whole.inputs])
        expect(pieces.flatMap(({ titles }) => titles ?? [])).toEqual([...(whole.titles ?? [])])
        for (const { inputs } of pieces) expect(inputs.length).toBeLessThanOrEqual(maxBatch)
      }),
    )
  })

  test('is answered as one', () => {
    const answered = (list: readonly string[], input: number): EmbedResponse => ({
      vectors: { float: list.map((text) => vectorOf(text)) },
      usage: { input, cacheRead: undefined, cacheWrite: undefined, output: undefined, reasoning: undefined },
    })
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 4 }), (lists) => {
        const whole = joinEmbed(lists.map((list) => answered(list, list.length)))
        expect(whole.vectors.float).toEqual(lists.flat().map((text) => vectorOf(text)))
        expect(whole.usage?.input).toBe(lists.flat().length)
      }),
    )
    const untold = joinEmbed([answered(['a'], 1), { vectors: { float: [[1]] }, usage: undefined }])
    expect(untold.usage).toBeUndefined()
  })
})

type Wire = TaskWire<EmbedRequest, EmbedResponse>

/** Where the fake providers answer at this path of a wire; two wires end alike. */
function placeOf(id: string, path: string): string {
  const base = { 'cohere-embed': '/v2', 'ollama-embed': '/api' }[id] ?? ''
  return base + path
}

/** One request to a wire and its answer, played by the fake providers. */
function ask(wire: Wire, request: EmbedRequest, model: string): ReturnType<Wire['decodeResponse']> {
  const encoded = wire.encodeRequest(request, model, ignore)
  if (!encoded.ok) throw new Error(encoded.failure.message)
  const path = placeOf(wire.id, wire.path(model, request))
  const answer = answerTask({ path, json: encoded.value } as unknown as Parameters<typeof answerTask>[0])
  const [body] = [...(answer?.pieces ?? [])]
  return wire.decodeResponse(JSON.parse(String(body)) as Json, request)
}

/** A model for wires whose bodies are those of the model's maker, and how many inputs it takes. */
const models: Readonly<Record<string, string>> = {
  'bedrock-invoke': 'cohere.embed-v4:0',
  'vertex-predict': 'text-embedding-005',
}

describe.each(Object.values(embedTask.wires).map((wire) => [wire.id, wire] as const))('%s', (id, wire) => {
  const model = models[id] ?? 'm'

  test('gives each input its own vector', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const read = ask(wire, requestOf(list), model)
        expect(read).toMatchObject({ ok: true, value: { vectors: { float: list.map((text) => vectorOf(text)) } } })
      }),
    )
  })

  test('refuses an answer with a vector too few, and what is no answer', () => {
    const request = requestOf(['a', 'b'])
    const one = { vectors: 'none' }
    for (const body of [{}, [], null, 'x', one, { data: [] }, { embeddings: [] }, { error: { message: 'no' } }]) {
      expect(wire.decodeResponse(body, request)).toMatchObject({ ok: false, failure: { kind: 'upstream-protocol' } })
    }
    const short = requestOf(['a', 'b', 'c'])
    const encoded = wire.encodeRequest(request, model, ignore)
    const path = placeOf(id, wire.path(model, request))
    const answer = encoded.ok && answerTask({ path, json: encoded.value } as never)
    const [body] = answer ? [...answer.pieces] : []
    expect(wire.decodeResponse(JSON.parse(String(body)) as Json, short).ok).toBe(false)
  })

  const wishes: readonly Partial<EmbedRequest>[] = [
    { purpose: 'query' },
    { purpose: 'fact' },
    { purpose: 'clustering' },
    { dimensions: 3 },
    { truncate: 'start' },
    { truncate: 'none' },
    { user: 'u' },
    { titles: ['t'] },
    { types: ['int8'] },
    { types: ['ubinary'] },
    { types: ['float', 'binary'] },
  ]

  test.each(wishes.map((wish) => [JSON.stringify(wish), wish] as const))(
    '%s is sent, or told, or refused',
    (_, wish) => {
      const lost: string[] = []
      const lostAnyway: string[] = []
      const plain = wire.encodeRequest(requestOf(['a']), model, ({ path }) => lostAnyway.push(path))
      const wished = wire.encodeRequest(requestOf(['a'], wish), model, ({ path }) => lost.push(path))
      const isSent = wished.ok && JSON.stringify(wished.value) !== JSON.stringify(plain.ok && plain.value)
      // Perplexity gives bytes whatever is asked for, and tells it of floats.
      const isToldOtherwise = lost.join() !== lostAnyway.join()
      expect(
        isSent || isToldOtherwise || lost.length > 0 || (!wished.ok && wished.failure.retry === 'other-target'),
      ).toBe(true)
    },
  )

  test('token numbers are sent, or refused by name', () => {
    const request: EmbedRequest = { ...requestOf([]), inputs: [{ kind: 'tokens', tokens: [1, 2] }] }
    const encoded = wire.encodeRequest(request, model, ignore)
    if (encoded.ok) expect(JSON.stringify(encoded.value)).toContain('[1,2]')
    else expect(encoded.failure).toMatchObject({ kind: 'unsupported', param: 'input[0]' })
  })
})

/** The same question in the words of each client. */
const bodies: Readonly<Record<string, (list: readonly string[]) => JsonObject>> = {
  'openai-embeddings': (input) => ({ model: 'm', input, dimensions: 3, input_type: 'query' }),
  'gemini-embed': ([text = '']) => ({
    content: { parts: [{ text }] },
    taskType: 'RETRIEVAL_QUERY',
    outputDimensionality: 3,
  }),
  'gemini-batch-embed': (list) => ({
    requests: list.map((text) => ({
      content: { parts: [{ text }] },
      task_type: 'RETRIEVAL_QUERY',
      output_dimensionality: 3,
    })),
  }),
  'cohere-v1-embed': (list) => ({ model: 'm', texts: list, input_type: 'search_query', output_dimension: 3 }),
  'cohere-v2-embed': (list) => ({ model: 'm', texts: list, input_type: 'search_query', output_dimension: 3 }),
}

describe.each(Object.values(embedTask.shapes).map((shape) => [shape.id, shape] as const))('%s', (id, shape) => {
  test('is understood', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const asked = id === 'gemini-embed' ? list.slice(0, 1) : list
        const lost: string[] = []
        const read = shape.decodeRequest({ body: bodies[id]?.(asked) ?? {} }, ({ path }) => lost.push(path))
        expect(read).toMatchObject({ ok: true, value: { ...requestOf(asked), purpose: 'query', dimensions: 3 } })
        expect(lost).toEqual([])
      }),
    )
  })

  test('an empty or senseless body is refused by the name of a field', () => {
    for (const body of [{}, { input: [] }, { input: [{}] }, { requests: [{}] }, { content: {} }, { texts: [7] }]) {
      const read = shape.decodeRequest({ body }, ignore)
      expect(read).toMatchObject({ ok: false, failure: { kind: 'invalid-request', param: expect.any(String) } })
    }
  })
})

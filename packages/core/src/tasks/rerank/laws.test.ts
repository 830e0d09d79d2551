import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { type RerankRequest, textOf } from './request.ts'
import { rerankTask } from './rerank-task.ts'

const ignore: Lose = () => undefined
const scores = fc.array(fc.double({ noNaN: true, min: 0, max: 1 }), { minLength: 1, maxLength: 12 })
const context = { provider: 'p', createdAt: 1, newId: (prefix: string) => `${prefix}1` }

function requestOf(size: number, more: Partial<RerankRequest> = {}): RerankRequest {
  return { query: 'q', documents: Array.from({ length: size }, (_, index) => `d${index}`), ...more }
}

/** An answer in the words of each wire, in the order of the documents. */
const answers: Readonly<Record<string, (list: readonly number[]) => Json>> = {
  'cohere-rerank': (list) => ({ results: list.map((relevance_score, index) => ({ index, relevance_score })) }),
  'jina-rerank': (list) => ({ results: list.map((relevance_score, index) => ({ index, relevance_score })) }),
  'voyage-rerank': (list) => ({ data: list.map((relevance_score, index) => ({ index, relevance_score })) }),
  'tei-rerank': (list) => list.map((score, index) => ({ index, score })),
  'bedrock-invoke': (list) => ({ results: list.map((relevance_score, index) => ({ index, relevance_score })) }),
  'bedrock-agent': (list) => ({ results: list.map((relevanceScore, index) => ({ index, relevanceScore })) }),
}

describe.each(Object.values(rerankTask.wires).map((wire) => [wire.id, wire] as const))('%s', (id, wire) => {
  test('orders by score, names each document once, and gives as many as asked for', () => {
    fc.assert(
      fc.property(scores, fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined }), (list, topN) => {
        const request = requestOf(list.length, topN === undefined ? {} : { topN })
        const read = wire.decodeResponse(answers[id]?.(list) ?? null, request)
        if (!read.ok) throw new Error(read.failure.message)
        const { results } = read.value
        expect(results.map(({ score }) => score)).toEqual(
          list.toSorted((a, b) => b - a).slice(0, Math.min(topN ?? list.length, list.length)),
        )
        for (const { index, score } of results) expect(list[index]).toBe(score)
        expect(new Set(results.map(({ index }) => index)).size).toBe(results.length)
      }),
    )
  })

  test('a document nobody asked about, or none at all, is no answer', () => {
    for (const body of [null, {}, 'x', answers[id]?.([1, 2, 3]) ?? null])
      expect(wire.decodeResponse(body, requestOf(2))).toMatchObject({
        ok: false,
        failure: { kind: 'upstream-protocol' },
      })
  })

  test.each([{ topN: 1 }, { maxTokensPerDocument: 9 }, { truncates: true }] satisfies Partial<RerankRequest>[])(
    '%p is sent, or told',
    (wish) => {
      const lost: string[] = []
      const plain = wire.encodeRequest(requestOf(2), 'm', ignore)
      const wished = wire.encodeRequest(requestOf(2, wish), 'm', ({ path }) => lost.push(path))
      const isSent = JSON.stringify(plain) !== JSON.stringify(wished)
      // Who takes no number of results gives all, and the gateway cuts them.
      expect(isSent || lost.length > 0 || (id === 'tei-rerank' && 'topN' in wish)).toBe(true)
    },
  )
})

describe('documents', () => {
  test('of several fields are read as lines, the named ones alone where some are named', () => {
    expect(textOf({ title: 'T', text: 'x' })).toBe('x')
    expect(textOf({ title: 'T', year: 7 })).toBe('title: T\nyear: 7')
    expect(textOf({ title: 'T', text: 'x' }, ['text', 'title'])).toBe('text: x\ntitle: T')
  })

  test.each(['rerank', 'cohere-v2-rerank', 'voyage-rerank'])(
    'come back with %s only where its clients ask for them',
    (id) => {
      const shape = rerankTask.shapes[id]
      const response = { results: [{ index: 1, score: 0.5 }], usage: undefined }
      const asked: JsonObject = { query: 'q', documents: ['a', { text: 'b' }], return_documents: true }
      const read = shape?.decodeRequest({ body: asked }, ignore)
      if (!shape || !read?.ok) throw new Error('not read')
      const told = shape.encodeResponse(response, { request: read.value, model: 'm', context }, ignore)
      expect(JSON.stringify(told).includes('"b"')).toBe(id !== 'cohere-v2-rerank')
    },
  )

  test('an empty list, no query and a senseless document are refused by name', () => {
    const shape = rerankTask.shapes['rerank']
    const refusals: readonly (readonly [JsonObject, string])[] = [
      [{ query: 'q', documents: [] }, 'documents'],
      [{ documents: ['a'] }, 'query'],
      [{ query: 'q', documents: [7] }, 'documents[0]'],
      [{ query: 'q', documents: ['a'], top_n: 0 }, 'top_n'],
    ]
    for (const [body, param] of refusals)
      expect(shape?.decodeRequest({ body }, ignore)).toMatchObject({ ok: false, failure: { param } })
  })
})

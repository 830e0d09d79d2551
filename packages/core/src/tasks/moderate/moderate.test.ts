import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { ModerateRequest, ModerateResponse } from './moderate.ts'
import { moderateTask } from './moderate-task.ts'

const ignore: Lose = () => undefined
const options = { model: 'm', context: { provider: 'p', createdAt: 1, newId: (prefix: string) => `${prefix}1` } }
const shape = moderateTask.shapes['openai-moderations']
const openai = moderateTask.wires['openai-moderations']
const mistral = moderateTask.wires['mistral-moderations']

function decode(input: JsonObject[string]): ModerateRequest {
  const read = shape?.decodeRequest({ body: { input } }, ignore)
  if (!read?.ok) throw new Error('not read')
  return read.value
}

const image = { type: 'image_url', image_url: { url: 'https://x.example/a.png' } } as const

describe('what is judged', () => {
  test('one text, several texts, and the parts of one input', () => {
    expect(decode('a').inputs).toEqual([[{ kind: 'text', text: 'a' }]])
    expect(decode(['a', 'b']).inputs).toHaveLength(2)
    expect(decode([{ type: 'text', text: 'a' }, image]).inputs).toEqual([
      [
        { kind: 'text', text: 'a' },
        { kind: 'image', url: 'https://x.example/a.png' },
      ],
    ])
  })

  test('is asked for as it came', () => {
    for (const input of [['a', 'b'], [{ type: 'text', text: 'a' }, image], [image]]) {
      const asked = openai?.encodeRequest(decode(input), 'm', ignore)
      expect(asked).toEqual({ ok: true, value: { model: 'm', input } })
    }
  })

  test('is never left out: who cannot judge an image is not asked', () => {
    expect(mistral?.encodeRequest(decode([{ type: 'text', text: 'a' }, image]), 'm', ignore)).toMatchObject({
      ok: false,
      failure: { kind: 'unsupported', retry: 'other-target' },
    })
  })

  test('senseless input is refused by name', () => {
    for (const [body, param] of [
      [{}, 'input'],
      [{ input: [] }, 'input'],
      [{ input: [7] }, 'input[0]'],
      [{ input: ['a', {}] }, 'input[1]'],
    ] as const)
      expect(shape?.decodeRequest({ body }, ignore)).toMatchObject({ ok: false, failure: { param } })
  })
})

describe('verdicts', () => {
  test('of Mistral are flagged where any category is, in its own names', () => {
    const body = {
      id: 'x',
      model: 'mm',
      results: [{ categories: { pii: true, law: false }, category_scores: { pii: 0.9 } }],
    }
    const read = mistral?.decodeResponse(body, decode('a'))
    if (!read?.ok) throw new Error('not read')
    expect(shape?.encodeResponse(read.value, { request: decode('a'), ...options }, ignore)).toEqual({
      id: 'x',
      model: 'mm',
      results: [{ flagged: true, categories: { pii: true, law: false }, category_scores: { pii: 0.9 } }],
    })
  })

  test('keep what else was said, and are as many as the inputs', () => {
    const result = {
      flagged: false,
      categories: {},
      category_scores: {},
      category_applied_input_types: { hate: ['text'] },
    }
    const read = openai?.decodeResponse({ results: [result] }, decode('a'))
    if (!read?.ok) throw new Error('not read')
    const told = shape?.encodeResponse(read.value, { request: decode('a'), ...options }, ignore)
    expect(told?.['results']).toEqual([result])
    expect(openai?.decodeResponse({ results: [result] }, decode(['a', 'b'])).ok).toBe(false)
  })

  test('of pieces are put together in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 4 }),
        (texts, most) => {
          const pieces = moderateTask.split(decode(texts), most)
          expect(pieces.flatMap(({ inputs }) => inputs)).toEqual([...decode(texts).inputs])
          const answered = pieces.map(
            ({ inputs }): ModerateResponse => ({
              verdicts: inputs.map((_, index) => ({
                isFlagged: index === 0,
                categories: {},
                scores: { size: inputs.length },
                rest: {},
              })),
              usage: undefined,
            }),
          )
          expect(moderateTask.join(answered).verdicts).toEqual(answered.flatMap(({ verdicts }) => verdicts))
        },
      ),
    )
  })
})

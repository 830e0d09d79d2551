import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { JsonObject } from '../../ir/json.ts'
import { fromOpenApi } from './open-api-schema.ts'
import { toOpenApi } from './to-open-api.ts'

function convert(schema: JsonObject): { readonly schema: JsonObject; readonly losses: readonly string[] } {
  const losses: string[] = []
  return { schema: toOpenApi(schema, 'p', ({ path }) => losses.push(path)), losses }
}

describe('the subset from JSON Schema', () => {
  test.each<[name: string, schema: JsonObject, expected: JsonObject]>([
    [
      'types',
      { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } } }, required: ['a'] },
      { type: 'OBJECT', properties: { a: { type: 'ARRAY', items: { type: 'INTEGER' } } }, required: ['a'] },
    ],
    ['null beside a type', { type: ['string', 'null'] }, { type: 'STRING', nullable: true }],
    ['several types', { type: ['string', 'number'] }, { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] }],
    [
      'null among choices',
      { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'x' },
      { type: 'STRING', nullable: true, description: 'x' },
    ],
    [
      'one of',
      { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
      { anyOf: [{ type: 'STRING' }, { type: 'BOOLEAN' }] },
    ],
    ['const', { const: 'x' }, { type: 'STRING', enum: ['x'] }],
    ['numbers to choose from', { type: 'integer', enum: [1, 2] }, { type: 'INTEGER', description: 'One of 1, 2.' }],
    [
      'exclusive bounds of integers',
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9 },
      { type: 'INTEGER', minimum: 1, maximum: 8 },
    ],
    [
      'references',
      { $defs: { n: { type: 'string' } }, type: 'object', properties: { a: { $ref: '#/$defs/n', description: 'd' } } },
      { type: 'OBJECT', properties: { a: { type: 'STRING', description: 'd' } } },
    ],
    [
      'what says nothing',
      { $schema: 'x', $id: 'y', $comment: 'z', examples: [1], type: 'string', additionalProperties: true },
      { type: 'STRING' },
    ],
  ])('says %s without loss', (_, schema, expected) => {
    expect(convert(schema)).toEqual({ schema: expected, losses: [] })
  })

  test('reports what it leaves out, with its place', () => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'number', exclusiveMinimum: 0 },
        b: { type: 'array', uniqueItems: true, items: { not: {} } },
      },
      additionalProperties: false,
    }
    expect(convert(schema)).toEqual({
      schema: { type: 'OBJECT', properties: { a: { type: 'NUMBER' }, b: { type: 'ARRAY', items: {} } } },
      losses: ['p.a.exclusiveMinimum', 'p.b.uniqueItems', 'p.b.items.not', 'p.additionalProperties'],
    })
  })

  test('ends where a schema contains itself', () => {
    const schema = { $ref: '#/$defs/n', $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } } }
    expect(convert(schema)).toEqual({
      schema: { type: 'OBJECT', properties: { next: { type: 'OBJECT' } } },
      losses: ['p.next'],
    })
  })

  test('is bounded, however references multiply', () => {
    const doubling = Array.from({ length: 40 }, (_, level) => [
      `n${level}`,
      { type: 'object', properties: { a: { $ref: `#/$defs/n${level + 1}` }, b: { $ref: `#/$defs/n${level + 1}` } } },
    ])
    const { schema, losses } = convert({
      $ref: '#/$defs/n0',
      $defs: { ...Object.fromEntries(doubling), n40: { type: 'string' } },
    })
    expect(JSON.stringify(schema).length).toBeLessThan(500_000)
    expect(losses).toHaveLength(1)
  })

  test('holds known keywords only, whatever came', () => {
    const known =
      /^(type|nullable|anyOf|properties|items|enum|description|title|format|minimum|maximum|required|default|pattern|propertyOrdering|(min|max)(Items|Length|Properties))$/
    const keywords = fc.constantFrom(
      'type',
      'const',
      'enum',
      'items',
      'anyOf',
      'allOf',
      'not',
      '$ref',
      'minimum',
      'exclusiveMaximum',
      '$schema',
      'if',
      'x-y',
      'format',
    )
    fc.assert(
      fc.property(fc.dictionary(keywords, fc.jsonValue()), (schema) => {
        const { schema: subset } = convert(schema as JsonObject)
        expect(Object.keys(subset).filter((key) => !known.test(key))).toEqual([])
      }),
    )
  })
})

describe('JSON Schema from the subset', () => {
  test('reads its own words', () => {
    expect(
      fromOpenApi({
        type: 'OBJECT',
        property_ordering: ['b', 'a'],
        properties: {
          a: { type: 'ARRAY', minItems: '1', items: { type: 'STRING', format: 'enum', enum: ['x'], nullable: true } },
          b: { anyOf: [{ type: 'NUMBER' }, { type: 'TYPE_UNSPECIFIED' }], example: 1 },
        },
      }),
    ).toEqual({
      type: 'object',
      properties: {
        b: { anyOf: [{ type: 'number' }, {}], examples: [1] },
        a: { type: 'array', minItems: 1, items: { type: ['string', 'null'], enum: ['x', null] } },
      },
    })
  })

  test('of what was written is what it was', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: ['string', 'null'] }, b: { type: 'array', items: { type: 'number', minimum: 0 } } },
      required: ['a'],
    }
    expect(fromOpenApi(convert(schema).schema)).toEqual(schema)
  })
})

import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { scanMembers, spliceMembers, withoutMembers } from './json-members.ts'

const spaced = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 2, '\t'))
  .map(([value, indent]) => ({ value, text: JSON.stringify(value, null, indent) }))

test('finds exactly the members JSON.parse finds, each with its value', () => {
  fc.assert(
    fc.property(spaced, ({ value, text }) => {
      const found = scanMembers(text).members.map(({ key, from, to }) => [key, JSON.parse(text.slice(from, to))])
      expect(found).toEqual(Object.entries(JSON.parse(JSON.stringify(value))))
    }),
  )
})

test('an edit changes that member and no other byte', () => {
  fc.assert(
    fc.property(spaced, fc.string(), fc.jsonValue(), ({ text }, key, value) => {
      const edited = spliceMembers(text, scanMembers(text).members, { [key]: JSON.stringify(value) })
      const expected = Object.assign(Object.create(null), JSON.parse(text), Object.fromEntries([[key, value]]))
      const again = JSON.parse(edited)
      expect(Object.keys(again).sort()).toEqual(Object.keys(expected).sort())
      expect(JSON.stringify(again[key])).toBe(JSON.stringify(JSON.parse(JSON.stringify(value))))
    }),
  )
})

test('law: members left out are gone, and every other one is there byte for byte', () => {
  fc.assert(
    fc.property(spaced, fc.func(fc.boolean()), ({ value, text }, isDropped) => {
      const names = Object.keys(JSON.parse(JSON.stringify(value))).filter((name) => isDropped(name))
      const left = withoutMembers(text, names)
      const pieces = (of: string) => scanMembers(of).members.map(({ key, from, to }) => [key, of.slice(from, to)])
      expect(pieces(left)).toEqual(pieces(text).filter(([key]) => !names.includes(String(key))))
      expect(() => JSON.parse(left)).not.toThrow()
      if (names.length === 0) expect(left).toBe(text)
    }),
  )
})

test('keeps strange but valid spelling as it is', () => {
  const text = ' { "a" : 1.0e2 ,\n"mod\\u0065l": "x\\"}" , "z":[{"}":"]"}] } '
  const edited = spliceMembers(text, scanMembers(text).members, { model: '"y"', extra: 'true' })
  expect(edited).toBe(' { "a" : 1.0e2 ,\n"mod\\u0065l": "y" , "z":[{"}":"]"}] ,"extra":true} ')
})

test('counts what is nested, and how deep, as a walk over the value does', () => {
  fc.assert(
    fc.property(spaced, ({ text }) => {
      const walked = Object.values(JSON.parse(text)).map(walk)
      const { containers, depth } = scanMembers(text)
      expect(containers).toBe(walked.reduce((sum, each) => sum + each.containers, 0))
      expect(depth).toBe(Math.max(0, ...walked.map((each) => each.depth)))
    }),
  )
})

function walk(value: unknown): { containers: number; depth: number } {
  if (typeof value !== 'object' || value === null) return { containers: 0, depth: 0 }
  const inner = Object.values(value).map(walk)
  return {
    containers: 1 + inner.reduce((sum, each) => sum + each.containers, 0),
    depth: 1 + Math.max(0, ...inner.map((each) => each.depth)),
  }
}

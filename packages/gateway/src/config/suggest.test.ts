import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { closest, didYouMean } from './suggest.ts'

const names = ['type', 'dialect', 'base_url', 'api_key', 'headers', 'quirks', 'deadlines', 'allow']

test('one slip in a name is understood: a letter more, less, other, or two swapped', () => {
  const slip = fc.tuple(
    fc.constantFrom(...names),
    fc.nat(),
    fc.constantFrom('drop', 'swap', 'add', 'change'),
    fc.constantFrom('x', 'q'),
  )
  fc.assert(
    fc.property(slip, ([name, place, kind, letter]) => {
      const at = place % (name.length - 1)
      const [head, one, two, tail] = [name.slice(0, at), name.charAt(at), name.charAt(at + 1), name.slice(at + 2)]
      const written = {
        drop: head + two + tail,
        swap: head + two + one + tail,
        add: head + letter + one + two + tail,
        change: head + letter + two + tail,
      }
      expect(closest(written[kind], names)).toBe(name)
    }),
  )
})

test('other habits of writing are understood', () => {
  expect(['apiKey', 'API-KEY', 'baseURL', 'base-url', 'Headers'].map((name) => closest(name, names))).toEqual([
    'api_key',
    'api_key',
    'base_url',
    'base_url',
    'headers',
  ])
})

test('something else altogether is not', () => {
  expect(didYouMean('zebra', names)).toBeUndefined()
  expect(didYouMean('x'.repeat(5000), names)).toBeUndefined()
  expect(didYouMean('', names)).toBeUndefined()
})

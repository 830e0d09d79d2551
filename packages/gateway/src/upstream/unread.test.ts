import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { Unread } from './unread.ts'

/** What may happen to it, in any order. */
const step = fc.oneof(
  fc.record({ add: fc.uint8Array({ maxLength: 300 }), times: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({ take: fc.integer({ min: 1, max: 200_000 }) }),
  fc.constant('pack' as const),
)

test('what goes in comes out, in order and in portions, packed in between or not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const unread = new Unread()
      const added: Uint8Array[] = []
      const taken: Uint8Array[] = []
      for (const each of steps) {
        if (each === 'pack') unread.pack()
        else if ('add' in each) {
          const bytes = Buffer.concat(Array<Uint8Array>(each.times).fill(each.add))
          if (bytes.length > 0) unread.add(bytes)
          added.push(bytes)
        } else {
          const bytes = unread.take(each.take)
          expect(bytes?.byteLength ?? 0).toBeLessThanOrEqual(each.take)
          if (bytes) taken.push(bytes)
        }
      }
      for (let rest = unread.take(1 << 30); rest; rest = unread.take(1 << 30)) taken.push(rest)
      expect(unread.isEmpty).toBe(true)
      expect(unread.heldBytes).toBe(0)
      expect(Buffer.compare(Buffer.concat(taken), Buffer.concat(added))).toBe(0)
    }),
    { numRuns: 200 },
  )
})

test('text that waits takes a fraction of its size, and only much of it is packed', () => {
  const unread = new Unread()
  unread.add(Buffer.from('data: {"delta":"x"}\n\n'.repeat(1000)))
  expect(unread.isPackable).toBe(false)
  unread.add(Buffer.from('data: {"delta":"y"}\n\n'.repeat(20_000)))
  const before = unread.heldBytes
  unread.pack()
  expect(unread.heldBytes).toBeLessThan(before / 10)
  unread.clear()
  expect(unread.take(10)).toBeUndefined()
})

test('a short line of pieces is handed out as one', () => {
  const unread = new Unread()
  for (const piece of ['a', 'b', 'c']) unread.add(Buffer.from(piece))
  expect(Buffer.from(unread.take(100) ?? []).toString()).toBe('abc')
})

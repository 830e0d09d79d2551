import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { definePrice } from '../catalog/define-price.ts'
import type { Usage } from '../ir/usage.ts'
import { affordableOutputTokens, boundAttempt, shortenBound } from './bound.ts'
import { boundInputTokens, utf8Length } from './bound-input.ts'
import { leaseSize } from './lease-size.ts'
import { foldLedger, type LedgerLine } from './ledger-line.ts'
import { decodeFrames, encodeFrame } from './log-record.ts'
import { quotePrice } from './quote-price.ts'
import { type Ending, settleAttempt } from './settle.ts'
import { propertyRuns } from './testing.ts'

const usd = fc.nat(200_000_000).map((millionths) => millionths / 1_000_000)
const price = fc
  .record({
    input: usd,
    output: usd,
    cacheRead: usd,
    cacheWrite: usd,
    reasoning: usd,
    above: fc.nat(300_000),
    dear: usd,
  })
  .map(({ above, dear, ...rates }) => definePrice({ ...rates, tiers: [{ above, input: dear, output: dear }] }))
const terms = { version: 'v', hasOutput: true }
const quote = price.map((each) => quotePrice(each, terms)!)

const facts = fc.record({
  quote,
  inputTokens: fc.nat(400_000),
  maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
  choices: fc.integer({ min: 1, max: 4 }),
})

/** What a provider may report of an attempt within its bound; and what is counted of it. */
const evidence = fc.record({
  input: fc.double({ min: 0, max: 1, noNaN: true }),
  output: fc.double({ min: 0, max: 1, noNaN: true }),
  cached: fc.double({ min: 0, max: 1, noNaN: true }),
  counted: fc.double({ min: 0, max: 1, noNaN: true }),
  says: fc.constantFrom('all', 'nothing', 'no output'),
  how: fc.constantFrom<Ending['how']>('complete', 'cut', 'refused', 'not-sent'),
  bills: fc.constantFrom('until-cut' as const, 'to-the-end' as const),
})

type Evidence = typeof evidence extends fc.Arbitrary<infer T> ? T : never

function endingOf(seen: Evidence, bound: { inputTokens: number; outputTokens: number }): Ending {
  const input = Math.floor(bound.inputTokens * seen.input)
  const usage: Usage = {
    input,
    cacheRead: Math.floor(input * seen.cached),
    cacheWrite: Math.floor(input * (1 - seen.cached)),
    output: seen.says === 'all' ? Math.floor(bound.outputTokens * seen.output) : undefined,
    reasoning: undefined,
  }
  const counted = Math.floor(bound.outputTokens * seen.counted)
  const known = {
    reported: seen.says === 'nothing' ? undefined : usage,
    counted: { outputTokens: counted, leastOutputTokens: Math.floor(counted / 4) },
  }
  if (seen.how === 'complete') return { how: 'complete', ...known }
  return seen.how === 'cut' ? { how: 'cut', bills: seen.bills, ...known } : { how: seen.how }
}

describe('an attempt', () => {
  test('is never booked with more than was reserved for it', () => {
    fc.assert(
      fc.property(facts, evidence, (asked, seen) => {
        const bound = boundAttempt(asked)
        const { amounts, isBeyondBound } = settleAttempt(bound, endingOf(seen, bound))
        expect(isBeyondBound).toBe(false)
        for (const meter of ['nanos', 'inputTokens', 'outputTokens', 'requests'] as const) {
          expect(amounts[meter]).toBeLessThanOrEqual(bound[meter])
          expect(Number.isSafeInteger(amounts[meter])).toBe(true)
        }
      }),
      { numRuns: propertyRuns(10_000) },
    )
  })

  test('is booked with the larger of what is said and what is counted', () => {
    fc.assert(
      fc.property(facts, evidence, (asked, seen) => {
        const bound = boundAttempt(asked)
        const ending = endingOf(seen, bound)
        const { amounts, kind, cause } = settleAttempt(bound, ending)
        expect(kind === 'estimated').toBe(cause !== undefined)
        if (ending.how !== 'complete' && ending.how !== 'cut') return
        expect(amounts.outputTokens).toBeGreaterThanOrEqual(ending.reported?.output ?? 0)
        if (kind === 'estimated') expect(amounts.outputTokens).toBeGreaterThanOrEqual(ending.counted.outputTokens)
      }),
      { numRuns: propertyRuns(2000) },
    )
  })

  test.each([
    [{ input: 1e12, output: 5 }, 'estimated'],
    [{ input: 5, output: -1 }, 'estimated'],
    [{ input: Number.NaN, output: 5 }, 'estimated'],
    [{ input: 5, output: 5 }, 'settled'],
  ])('that reports %j is %s', (said, kind) => {
    const bound = boundAttempt({ quote: quoteOf(1, 1), inputTokens: 10, maxOutputTokens: 10 })
    const reported: Usage = { ...said, cacheRead: undefined, cacheWrite: undefined, reasoning: undefined }
    const counted = { outputTokens: 5, leastOutputTokens: 2 }
    expect(settleAttempt(bound, { how: 'complete', reported, counted }).kind).toBe(kind as 'settled')
  })

  test('that costs more than its bound is booked with the truth, and told', () => {
    const bound = boundAttempt({ quote: quoteOf(1, 1), inputTokens: 10, maxOutputTokens: 10 })
    const reported: Usage = { input: 50, output: 10, cacheRead: undefined, cacheWrite: undefined, reasoning: undefined }
    const settlement = settleAttempt(bound, {
      how: 'complete',
      reported,
      counted: { outputTokens: 0, leastOutputTokens: 0 },
    })
    expect(settlement).toMatchObject({ isBeyondBound: true, amounts: { inputTokens: 50 } })
  })
})

function quoteOf(input: number, output: number) {
  return quotePrice(definePrice({ input, output }), terms)!
}

test('the longest answer a budget affords fits it, and one token more does not', () => {
  const room = fc.nat(10_000_000_000)
  fc.assert(
    fc.property(facts, room, fc.nat(1_000_000), (asked, nanos, tokens) => {
      const bound = boundAttempt({ ...asked, leastOutputTokens: 0 })
      const left = { nanos, outputTokens: tokens, tokens: 2 * tokens }
      const fits = (most: number): boolean => {
        const short = shortenBound(bound, most)
        return (
          short.nanos <= nanos && short.outputTokens <= tokens && short.inputTokens + short.outputTokens <= 2 * tokens
        )
      }
      const most = affordableOutputTokens(bound, left)
      if (most === undefined) return expect(fits(0)).toBe(false)
      expect(fits(most)).toBe(true)
      expect(most === asked.maxOutputTokens || !fits(most + 1)).toBe(true)
    }),
    { numRuns: propertyRuns(2000) },
  )
})

test('a lease is at least what is needed, at most what is left, and small near the limit', () => {
  const amount = fc.nat(1_000_000)
  fc.assert(
    fc.property(
      fc.bigInt(-10n, 2_000_000n),
      amount,
      amount,
      fc.tuple(amount, fc.nat(1000), fc.integer({ min: 1, max: 9 })),
      (left, a, b, [want, unit, replicas]) => {
        const [least, need] = [Math.min(a, b), Math.max(a, b)]
        const size = leaseSize(left, { least, need, want, unit, replicas })
        if (size === undefined) return expect(left < BigInt(least)).toBe(true)
        expect(size).toBeGreaterThanOrEqual(Math.min(least, size))
        if (size > 0) expect(BigInt(size) <= left).toBe(true)
        if (left >= BigInt(need)) expect(size).toBeGreaterThanOrEqual(need)
        if (size > need) expect(size - need >= unit && BigInt(size) * 2n * BigInt(replicas) <= left).toBe(true)
      },
    ),
    { numRuns: propertyRuns(5000) },
  )
})

describe('a ledger', () => {
  const line: fc.Arbitrary<LedgerLine> = fc.record({
    requestId: fc.uuid(),
    attempt: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('settled' as const, 'estimated' as const, 'correction-1' as const),
    places: fc.subarray(['key:a/usd/day/*@1', 'team:b/tokens/minute/*@2', 'team:b/requests/second/*@3']),
    nanos: fc.nat(),
    inputTokens: fc.nat(),
    outputTokens: fc.nat(),
    requests: fc.constantFrom(0, 1),
    priceVersion: fc.constant('v'),
  })

  test('adds up the same in any order, however often it is read', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.infiniteStream(fc.nat(1000)), (lines, order) => {
        const once = foldLedger(lines)
        const keyed = [...lines, ...lines, ...lines].map((each) => ({ each, at: order.next().value ?? 0 }))
        const shuffled = keyed.sort((a, b) => a.at - b.at).map(({ each }) => each)
        const again = foldLedger(shuffled)
        expect([...again.totals].sort()).toEqual([...once.totals].sort())
        expect(again.conflicts.length).toBe(once.conflicts.length)
      }),
      { numRuns: propertyRuns(1000) },
    )
  })
})

describe('a log', () => {
  const texts = fc.array(
    fc.array(
      fc.string().map((text) => JSON.stringify(text)),
      { minLength: 1, maxLength: 5 },
    ),
    { maxLength: 5 },
  )

  test('is read up to where it was torn, whole frames only', () => {
    fc.assert(
      fc.property(texts, fc.nat(1_000_000), fc.nat(255), (frames, cut, byte) => {
        const encoded = frames.map(encodeFrame)
        const whole = Uint8Array.from(encoded.flatMap((frame) => [...frame]))
        const at = whole.length === 0 ? 0 : cut % whole.length
        let [end, kept] = [0, 0]
        while (kept < encoded.length && end + encoded[kept]!.length <= at) end += encoded[kept++]!.length
        const expected = frames.slice(0, kept).flat()
        expect(decodeFrames(whole.slice(0, at))).toEqual(expected)
        const garbled = Uint8Array.from(whole)
        if (garbled.length === 0 || garbled[at] === byte) return
        garbled[at] = byte
        expect(decodeFrames(garbled).slice(0, expected.length)).toEqual(expected)
        expect(decodeFrames(garbled).length).toBeLessThan(frames.flat().length + 1)
        expect(decodeFrames(whole)).toEqual(frames.flat())
      }),
      { numRuns: propertyRuns(1000) },
    )
  })
})

describe('the bound of what goes in', () => {
  const text = fc.string({ unit: 'binary' })
  const lone = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units))

  test('counts bytes as UTF-8 has them', () => {
    fc.assert(
      fc.property(fc.oneof(text, lone), (each) => {
        expect(utf8Length(each)).toBe(new TextEncoder().encode(each).length)
      }),
      { numRuns: propertyRuns(5000) },
    )
  })

  test('is the context window where nothing else bounds it, and unknown without one', () => {
    const nothing = {
      textBytes: 10,
      messages: 1,
      tools: 0,
      images: 0,
      audioBytes: 0,
      videoBytes: 0,
      hasUnbounded: false,
    }
    expect(boundInputTokens(nothing, undefined)).toBe(10 + 64 + 16)
    expect(boundInputTokens({ ...nothing, textBytes: 1e6 }, 1000)).toBe(1000)
    expect(boundInputTokens({ ...nothing, hasUnbounded: true }, 1000)).toBe(1000)
    expect(boundInputTokens({ ...nothing, hasUnbounded: true }, undefined)).toBeUndefined()
  })
})

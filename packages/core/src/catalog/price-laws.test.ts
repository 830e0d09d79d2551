import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { propertyRuns } from '../budgets/testing.ts'
import type { Usage } from '../ir/usage.ts'
import { billUsage } from './billed-usage.ts'
import { type BoundedUse, boundCost } from './bound-cost.ts'
import { definePrice } from './define-price.ts'
import { mostNanos, nanosOfUsd, tokenCost } from './money.ts'
import type { PriceCard } from './price.ts'
import { settledCost } from './settled-cost.ts'
import { anyChance, anyPrice, anyUsage, anyUsd, usageWithin } from './testing.ts'

const plain: Usage = { input: 1000, cacheRead: 0, cacheWrite: 0, output: 10, reasoning: 0 }

describe('the laws of any price', () => {
  test('what was bound is never less than what is settled', () => {
    fc.assert(
      fc.property(
        anyPrice,
        fc.record({ inputTokens: fc.nat(2_000_000), outputTokens: fc.nat(200_000), webSearches: fc.nat(20) }),
        fc.infiniteStream(anyChance),
        (written, use, chance) => {
          const price = definePrice({ ...written, fees: { request: 0.003, webSearch: 0.01 } })
          const bound = boundCost(use, price)
          const settled = settledCost(usageWithin(use, chance), price)
          expect(bound).toBeDefined()
          expect(settled ?? Number.NaN).toBeLessThanOrEqual(bound ?? Number.NaN)
        },
      ),
      { numRuns: propertyRuns(2000) },
    )
  })

  test('every line is exact, and rounded up', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.nat(6_000_000_000_000), (tokens, rate) => {
        const exact = BigInt(tokens) * BigInt(rate)
        const up = exact / 1_000_000n + (exact % 1_000_000n > 0n ? 1n : 0n)
        expect(BigInt(tokenCost(tokens, rate))).toBe(up > BigInt(mostNanos) ? BigInt(mostNanos) : up)
      }),
      { numRuns: 5000 },
    )
  })

  test('USD become the nano-USD that their digits say', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(999_999_999), (whole, fraction) => {
        const nanos = nanosOfUsd(Number(`${whole}.${String(fraction).padStart(9, '0')}`))
        expect(nanos).toBe(whole * 1e9 + fraction)
      }),
      { numRuns: 5000 },
    )
  })

  test('parts taken out of a usage add up to its totals, whatever was reported', () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const billed = billUsage(usage)
        if (!billed) return expect([usage.input, usage.output]).toEqual([undefined, undefined])
        const { plainInput, cacheRead, cacheReadAudio, cacheWrite, cacheWrite1h, inputAudio, inputImage } = billed
        const input = [plainInput, cacheRead, cacheReadAudio, cacheWrite, cacheWrite1h, inputAudio, inputImage]
        const output = [billed.plainOutput, billed.outputAudio, billed.outputImage, billed.reasoning]
        expect(input.reduce((sum, each) => sum + each, 0)).toBe(billed.inputTokens)
        expect([...input, ...output].every((each) => Number.isSafeInteger(each) && each >= 0)).toBe(true)
      }),
    )
  })

  test('more tokens never cost less', () => {
    fc.assert(
      fc.property(anyUsd, anyUsd, fc.nat(300_000), fc.nat(300_000), (input, output, one, other) => {
        const price = definePrice({
          input,
          output,
          tiers: [{ above: 200_000, input: input * 2, output: output * 1.5 }],
        })
        const [less, more] = [Math.min(one, other), Math.max(one, other)]
        const cost = (tokens: number) => settledCost({ ...plain, input: tokens, output: tokens }, price) ?? Number.NaN
        expect(cost(less)).toBeLessThanOrEqual(cost(more))
      }),
    )
  })
})

describe('what is not known', () => {
  const price = definePrice({ input: 1, output: 2 })

  test('a cost without a price, a usage, or a rate it needs', () => {
    expect(settledCost(plain, undefined)).toBeUndefined()
    expect(boundCost({ inputTokens: 1, outputTokens: 1 }, undefined)).toBeUndefined()
    expect(settledCost(undefined, price)).toBeUndefined()
    expect(settledCost({ ...plain, input: undefined, output: undefined }, price)).toBeUndefined()
    const onlyInput: PriceCard = definePrice({ input: 1 })
    expect(settledCost(plain, onlyInput)).toBeUndefined()
    expect(boundCost({ inputTokens: 1, outputTokens: 1 }, onlyInput)).toBeUndefined()
    expect(boundCost({ inputTokens: 7, outputTokens: 0 }, onlyInput)).toBe(7000)
  })

  test('searches whose fee nobody knows', () => {
    const usage: Usage = {
      ...plain,
      native: { dialect: 'anthropic-messages', value: { server_tool_use: { web_search_requests: 2 } } },
    }
    expect(settledCost(usage, price)).toBeUndefined()
    expect(boundCost({ inputTokens: 1, outputTokens: 1, webSearches: 1 }, price)).toBeUndefined()
    expect(settledCost(usage, definePrice({ input: 1, output: 2, fees: { webSearch: 0.01 } }))).toBe(21_020_000)
  })

  test('free is said, and then everything is', () => {
    expect(settledCost(undefined, 'free')).toBe(0)
    expect(boundCost({ inputTokens: 1e9, outputTokens: 1e9 }, 'free')).toBe(0)
  })
})

describe('what costs what', () => {
  const sonnet = definePrice({
    input: 3,
    output: 15,
    cacheRead: 0.3,
    cacheWrite: 3.75,
    cacheWrite1h: 6,
    tiers: [{ above: 200_000, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite: 7.5, cacheWrite1h: 12 }],
    services: { batch: { input: 1.5, output: 7.5 } },
    factors: { us: 1.1 },
  })
  const usage: Usage = { input: 10_000, cacheRead: 4000, cacheWrite: 3000, output: 500, reasoning: 200 }
  const native = (value: Record<string, unknown>) =>
    ({ ...usage, native: { dialect: 'anthropic-messages', value } }) as Usage

  test('each kind its own rate', () => {
    // 3000 x 3000 + 4000 x 300 + 3000 x 3750 + 500 x 15000
    expect(settledCost(usage, sonnet)).toBe(9_000_000 + 1_200_000 + 11_250_000 + 7_500_000)
  })

  test('an hour in the cache, as the provider tells it', () => {
    const hour = native({ cache_creation: { ephemeral_1h_input_tokens: 1000 } })
    expect(settledCost(hour, sonnet)).toBe(9_000_000 + 1_200_000 + 7_500_000 + 6_000_000 + 7_500_000)
  })

  test('the whole call at the tier of its prompt', () => {
    expect(settledCost({ ...plain, input: 200_000 }, sonnet)).toBe(200_000 * 3000 + 150_000)
    expect(settledCost({ ...plain, input: 200_001 }, sonnet)).toBe(200_001 * 6000 + 225_000)
  })

  test('the service tier that was used, and what multiplies', () => {
    expect(settledCost({ ...native({ service_tier: 'batch' }), cacheRead: 0, cacheWrite: 0 }, sonnet)).toBe(18_750_000)
    expect(settledCost({ ...plain, input: 10 }, sonnet, { service: 'batch' })).toBe(15_000 + 75_000)
    expect(settledCost({ ...native({ inference_geo: 'us' }), cacheRead: 0, cacheWrite: 0 }, sonnet)).toBe(41_250_000)
  })

  test.each([
    ['usd', { cost: 0.0123 }, 12_300_000],
    ['usd', { cost: { total_cost: 0.0000000011 } }, 2],
    ['usd', { cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.5 } }, 501_000_000],
    ['usd_ticks', { cost_in_usd_ticks: 739_000 }, 73_900],
    // Nothing, or nonsense: then the rates say.
    ['usd', { cost: 0 }, 16_500_000],
    ['usd', { cost: -1 }, 16_500_000],
    ['usd', {}, 16_500_000],
  ] as const)('what the provider says it charged, as %s: %j', (told, value, nanos) => {
    const price = definePrice({ input: 1.5, output: 1.5, told })
    expect(
      settledCost({ ...plain, output: 10_000, input: 1000, native: { dialect: 'openai-chat', value } }, price),
    ).toBe(nanos)
  })

  test('a bound takes the dearest kind, and leaves out what cannot apply', () => {
    const use: BoundedUse = { inputTokens: 1000, outputTokens: 100 }
    expect(boundCost({ ...use, factors: [] }, sonnet)).toBe(6_000_000 + 1_500_000 + 3)
    expect(boundCost(use, sonnet)).toBe(6_600_000 + 1_650_000 + 3)
    expect(boundCost({ ...use, inputTokens: 300_000, factors: [] }, sonnet)).toBe(300_000 * 12_000 + 2_250_000 + 3)
  })
})

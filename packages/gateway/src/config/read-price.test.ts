import { expect, test } from 'bun:test'
import type { Price } from '@sluice/core/catalog/price.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { formatProblem } from './problem.ts'
import { readConfig } from './read-config.ts'

function read(price: string): { price: Price | undefined; problems: readonly string[] } {
  const text = `providers: { p: { dialect: openai-chat, base_url: 'http://127.0.0.1:1' } }\nmodels:\n  m:\n    - provider: p\n      model: x\n      price:\n${price}`
  const result = readConfig(text, { file: 'sluice.yaml', env: {}, knownProviders })
  if (!result.ok) return { price: undefined, problems: result.problems.map(formatProblem) }
  return { price: result.config.models.get('m')?.[0]?.price, problems: [] }
}

test('a price in the catalogue’s words', () => {
  const { price } = read(`
        input: 3
        output: 15
        cache_read: 0.3
        cache_write: 3.75
        cache_write_1h: 6
        tiers: [{ above: 200000, input: 6, output: 22.5 }]
        hours: [{ from: '22:00', to: '06:30', input: 1.5 }]
        services: { batch: { input: 1.5, output: 7.5 } }
        fees: { request: 0.005, web_search: 0.01 }
        factors: { us: 1.1 }
        told: usd`)
  const base = { input: 3e9, output: 15e9, cacheRead: 0.3e9, cacheWrite: 3.75e9, cacheWrite1h: 6e9 }
  expect(price).toEqual({
    ...base,
    tiers: [{ ...base, aboveInputTokens: 200_000, input: 6e9, output: 22.5e9 }],
    hours: [{ ...base, fromMinute: 1320, toMinute: 390, input: 1.5e9 }],
    services: { batch: { ...base, input: 1.5e9, output: 7.5e9 } },
    fees: { request: 5_000_000, webSearch: 10_000_000 },
    factors: { us: 1100 },
    told: 'usd',
  })
})

test.each([
  ['{ input: 1, output: 2, inputs: 3 }', "price: unknown key 'inputs'. Did you mean 'input'?"],
  ['{ input: 1, output: 2, cache_read: -1 }', 'price.cache_read: this must be from 0 to'],
  ['{ input: 1, output: 2, tiers: [{ input: 3 }] }', "price.tiers[0]: 'above' is missing."],
  ['{ input: 1, output: 2, tiers: [{ above: 1.5 }] }', 'price.tiers[0].above: this must be a whole number'],
  ["{ input: 1, output: 2, hours: [{ from: '25:00', to: '01:00' }] }", 'price.hours[0].from: this must be a time'],
  ['{ input: 1, output: 2, services: { turbo: {} } }', "price.services: unknown key 'turbo'."],
  ['{ input: 1, output: 2, told: eur }', 'price.told: this must be one of usd, usd_ticks.'],
  ['{ input: 1, output: 2, fees: { request: 1001 } }', 'price.fees.request: this must be from 0 to 1000.'],
])('%s is refused', (price, problem) => {
  expect(read(`        ${price}`).problems.join('\n')).toContain(problem)
})

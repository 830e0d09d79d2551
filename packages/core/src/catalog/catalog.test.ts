import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { propertyRuns } from '../budgets/testing.ts'
import { parseObject, RequestReader } from '../ir/read.ts'
import { type BoundedUse, boundCost } from './bound-cost.ts'
import { Catalog } from './catalog.ts'
import { type PriceCard, type RateCard, tokenKinds } from './price.ts'
import { priceOn } from './price-on.ts'
import { readCatalogText } from './read-catalog.ts'
import { readModel } from './read-model.ts'
import { settledCost } from './settled-cost.ts'
import { anyChance, usageWithin } from './testing.ts'

const text = readFileSync(fileURLToPath(new URL('./models.jsonl', import.meta.url)), 'utf8')
const lines = text.trimEnd().split('\n')
const catalog = new Catalog([lines])
const models = [...catalog.models()]
const offers = models.flatMap((model) => model.offers)
const cards = offers.flatMap(({ provider, model, price, later }) =>
  [price, ...later.map((each) => each.price)].flatMap((each) =>
    each === undefined || each === 'free' ? [] : [{ name: `${provider}/${model}`, card: each }],
  ),
)

describe('our catalogue', () => {
  test('is whole: every entry passes the reader that an operator’s file has to pass', () => {
    expect(readCatalogText(text)).toEqual({ ok: true, value: lines })
    expect(catalog.size).toBeGreaterThan(1000)
    expect(cards.length).toBeGreaterThan(2000)
  })

  test('never charges nothing unless it says free', () => {
    const nothing = cards.filter(({ card }) => !card.input && !card.output && !card.fees && !card.inputAudio)
    expect(nothing.map(({ name }) => name)).toEqual([])
  })

  test('a longer prompt never costs less of anything', () => {
    const falling = cards.flatMap(({ name, card }) =>
      cardsOf(card).flatMap((each) => {
        const steps = [each, ...(each.tiers ?? [])]
        const falls = tokenKinds.some((kind) =>
          steps.some((step, index) => index > 0 && (step[kind] ?? 0) < (steps[index - 1]?.[kind] ?? 0)),
        )
        const isAscending = (each.tiers ?? []).every(
          (tier, index, all) => index === 0 || tier.aboveInputTokens > (all[index - 1]?.aboveInputTokens ?? 0),
        )
        return falls || !isAscending ? [name] : []
      }),
    )
    expect(falling).toEqual([])
  })

  test('every name leads to its own offer', () => {
    for (const model of models) expect(catalog.findById(model.id)?.id).toBe(model.id)
    const lost = offers.filter(({ provider, model }) => catalog.findOffer(provider, model)?.offer.model !== model)
    expect(lost.map(({ provider, model }) => `${provider}/${model}`)).toEqual([])
  })
})

describe('laws over the whole price book', () => {
  test('what is bound is never less than what is settled', () => {
    fc.assert(
      fc.property(
        fc.nat(cards.length - 1),
        fc.record({ inputTokens: fc.oneof(fc.nat(5000), fc.nat(1_200_000)), outputTokens: fc.nat(200_000) }),
        fc.infiniteStream(anyChance),
        (index, use, chance) => boundHolds(cards[index]?.card, use, chance),
      ),
      { numRuns: propertyRuns(10_000) },
    )
    // And once for every price there is, with the largest use of everything.
    const use = { inputTokens: 1_048_576, outputTokens: 65_536, webSearches: 5 }
    for (const { card } of cards) boundHolds(card, use, repeat(0.999_999_999))
  })

  test('unknown stays unknown', () => {
    const unknown = offers.filter((offer) => priceOn(offer, '2026-11-21') === undefined)
    expect(unknown.length).toBeGreaterThan(0)
    for (const { price } of unknown) {
      expect(settledCost({ input: 1, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: 0 }, price)).toBeUndefined()
      expect(boundCost({ inputTokens: 1, outputTokens: 1 }, price)).toBeUndefined()
    }
  })
})

describe('names', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-5', 'anthropic/claude-sonnet-4.5'],
    ['anthropic', 'claude-sonnet-4-5-20250929', 'anthropic/claude-sonnet-4.5'],
    ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic/claude-sonnet-4.5'],
    ['vertex', 'claude-sonnet-4-5@20250929', 'anthropic/claude-sonnet-4.5'],
    ['openai', 'GPT-4o', 'openai/gpt-4o'],
    ['openai', 'gpt-4o-2099-01-01', 'openai/gpt-4o'],
    ['groq', 'llama-3.3-70b-versatile', 'meta-llama/llama-3.3-70b-instruct'],
    ['gemini', 'gemini-2.5-pro', 'google/gemini-2.5-pro'],
  ])('%s has %s, which is %s', (provider, name, id) => {
    expect(catalog.findOffer(provider, name)?.model.id).toBe(id)
  })

  test('nobody else’s name is taken', () => {
    expect(catalog.findOffer('openai', 'claude-sonnet-4-5')).toBeUndefined()
    expect(catalog.findOffer('nobody', 'gpt-4o')).toBeUndefined()
    expect(catalog.findModel('__proto__')).toBeUndefined()
    expect(catalog.findModel('claude-sonnet-4-5')?.id).toBe('anthropic/claude-sonnet-4.5')
  })

  test('an earlier source wins, by provider and by field', () => {
    const own =
      '{"id":"openai/gpt-4o","context":9,"offers":{"openai":[{"model":"gpt-4o","price":{"input":1,"output":2}}]}}'
    const both = new Catalog([[own], lines])
    const found = both.findOffer('openai', 'gpt-4o')
    expect(found?.offer.price).toEqual({ input: 1_000_000_000, output: 2_000_000_000 })
    expect(found?.model.contextTokens).toBe(9)
    expect(both.findOffer('azure', 'gpt-4o')?.offer.price).toEqual(catalog.findOffer('azure', 'gpt-4o')?.offer.price)
    expect(both.size).toBe(catalog.size)
  })
})

describe('an operator’s catalogue', () => {
  test.each([
    ['[]', 'no models'],
    ['{}', "'models'"],
    ['nonsense', 'Line 1 is not JSON'],
    ['[{"id":"x"}]', "'models[0].id' must be 'author/model'"],
    [
      '[{"id":"a/b","offers":{"p":[{"model":"m","price":{"inptu":1}}]}}]',
      "'models[0].offers.p[0].price.inptu' is not known",
    ],
    ['[{"id":"a/b","offers":{"p":[{"model":"m","price":{"input":-1}}]}}]', "price.input' must be a number from 0"],
    ['[{"id":"a/b","offers":{"p":[{"model":"m","price":0}]}}]', "'free'"],
    ['[{"id":"a/b","offers":{"p":[{}]}}]', "Missing required parameter: 'models[0].offers.p[0].model'"],
    ['[{"id":"a/b"},{"id":"A/B"}]', 'another model with this id'],
    ['[{"id":"a/b","abilities":["magic"]}]', "'magic'"],
    ['{"id":"a/b"}\n{"id":"a/c","retires":"soon"}', "'models[1].retires' must be a day"],
  ])('%s is refused whole', (given, message) => {
    const read = readCatalogText(given)
    expect(read.ok ? '' : read.failure.message).toContain(message)
  })

  test('any file that is taken can be read back without a complaint', () => {
    fc.assert(
      fc.property(fc.json(), (given) => {
        const read = readCatalogText(given)
        if (!read.ok) return
        for (const line of read.value) {
          const reader = new RequestReader()
          readModel(reader, parseObject(line) ?? {}, '')
          expect(reader.failure).toBeUndefined()
        }
      }),
    )
  })
})

function boundHolds(card: PriceCard | undefined, use: BoundedUse, chance: Iterable<number>): void {
  const bound = boundCost(use, card)
  const settled = settledCost(usageWithin(use, chance), card)
  // What cannot be bound is refused before it can be settled; only a rate that is missing is a reason not to bind.
  if (bound === undefined) expect([card?.input, card?.output, card?.fees?.webSearch]).toContain(undefined)
  else if (settled !== undefined) expect(settled).toBeLessThanOrEqual(bound)
}

function cardsOf(card: PriceCard): readonly RateCard[] {
  return [card, ...Object.values(card.services ?? {})]
}

function* repeat(value: number): Generator<number> {
  for (;;) yield value
}

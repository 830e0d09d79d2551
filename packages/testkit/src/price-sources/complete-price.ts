import type { WrittenPrice, WrittenRates, WrittenTier } from '@sluice/core/catalog/define-price.ts'
import { type TokenKind, type ToldCost, tokenKinds } from '@sluice/core/catalog/price.ts'

type Price = WrittenPrice | 'free' | undefined

/** Mends what sources leave out or get wrong for whole families, whatever the provider. */
export function completePrice(
  { provider, model }: { readonly provider: string; readonly model: string },
  price: Price,
): Price {
  if (price === undefined || price === 'free') return price
  const told = addTold(provider, withoutCheapAudio(dropNothing(price)))
  const priced = /claude/i.test(model) ? addHour(told) : told
  return priced.tiers ? { ...priced, tiers: priced.tiers.map((tier) => raiseTier(tier, priced)) } : priced
}

/**
 * Providers whose answers say what they charged. https://openrouter.ai/docs/use-cases/usage-accounting,
 * https://docs.x.ai/docs/models, https://docs.perplexity.ai (seen in answers 2026-11-21)
 */
const told: ReadonlyMap<string, ToldCost> = new Map([
  ['openrouter', 'usd'],
  ['perplexity', 'usd'],
  ['xai', 'usd_ticks'],
])

function addTold(provider: string, price: WrittenPrice): WrittenPrice {
  const how = told.get(provider)
  return how ? { ...price, told: how } : price
}

/** Nothing to pay for what goes in, but for what comes out: nobody looked the first up. */
function dropNothing(price: WrittenPrice): WrittenPrice {
  const { input, ...rest } = price
  return input === 0 && (price.output ?? 0) > 0 ? rest : price
}

/** Nobody listens for less than he reads: a lower rate for audio is left over from an older model. */
function withoutCheapAudio(price: WrittenPrice): WrittenPrice {
  const { inputAudio, ...rest } = price
  return inputAudio !== undefined && price.input !== undefined && inputAudio < price.input ? rest : price
}

/**
 * An hour in the cache costs twice the input with every Claude, wherever it is served.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching (seen 2026-11-21)
 */
function addHour(price: WrittenPrice): WrittenPrice {
  const tiers = price.tiers?.map((tier) => ({ ...tier, ...hourOf({ ...price, ...tier }, tier) }))
  return { ...price, ...hourOf(price, price), ...(tiers && { tiers }) }
}

function hourOf({ input, cacheWrite }: WrittenRates, own: WrittenRates): WrittenRates {
  if (input === undefined || cacheWrite === undefined || own.cacheWrite1h !== undefined) return {}
  return { cacheWrite1h: Number((input * 2).toPrecision(12)) }
}

/** No provider asks less for a longer prompt; a source that says so has mistyped. */
function raiseTier(tier: WrittenTier, base: WrittenRates): WrittenTier {
  const raised: { [kind in TokenKind]?: number } = {}
  for (const kind of tokenKinds) {
    const [own, least] = [tier[kind], base[kind]]
    if (own !== undefined && least !== undefined && own < least) raised[kind] = least
  }
  return { ...tier, ...raised }
}

import { nanosOfUsd } from './money.ts'
import {
  type Factor,
  type Fee,
  factors,
  feeNames,
  type PriceCard,
  type RateCard,
  type RateTier,
  type ServiceTier,
  serviceTiers,
  type TokenKind,
  type TokenRates,
  type ToldCost,
  tokenKinds,
} from './price.ts'

/**
 * A price as people write it: USD per million tokens, and USD for each fee. A tier and a service tier say only what
 * differs from the rates they stand in.
 */
export interface WrittenPrice extends WrittenCard {
  readonly services?: { readonly [service in ServiceTier]?: WrittenCard }
  readonly fees?: { readonly [fee in Fee]?: number }
  readonly factors?: { readonly [factor in Factor]?: number }
  readonly told?: ToldCost
}

export interface WrittenCard extends WrittenRates {
  readonly hours?: readonly WrittenHours[]
  readonly tiers?: readonly WrittenTier[]
}

export interface WrittenTier extends WrittenRates {
  readonly above: number
}

/** Both as `HH:MM` in UTC. */
export interface WrittenHours extends WrittenRates {
  readonly from: string
  readonly to: string
}

export type WrittenRates = { readonly [kind in TokenKind]?: number }

/** A thousand dollars for a thousand tokens: above this it is a slip. */
export const mostUsdPerMillion = 1_000_000
/** No single request, search or picture costs more. */
export const mostUsdPerFee = 1_000

/** Makes the price that calls are billed by: whole nano-USD, tiers ascending, every card complete. Pure. */
export function definePrice(written: WrittenPrice): PriceCard {
  const standard = defineCard(written, {})
  const services = mapKeys(serviceTiers, (service) => {
    const card = written.services?.[service]
    return card && defineCard(card, ratesOf(written))
  })
  const fees = mapKeys(feeNames, (fee) => nanos(written.fees?.[fee]))
  const thousandths = mapKeys(factors, (factor) => {
    const times = written.factors?.[factor]
    return times === undefined ? undefined : Math.ceil(Number((times * 1000).toFixed(6)))
  })
  return {
    ...standard,
    ...(services && { services }),
    ...(fees && { fees }),
    ...(thousandths && { factors: thousandths }),
    ...(written.told && { told: written.told }),
  }
}

function defineCard(card: WrittenCard, outer: WrittenRates): RateCard {
  const base = { ...outer, ...ratesOf(card) }
  const tiers: RateTier[] = []
  for (const tier of (card.tiers ?? []).toSorted((a, b) => a.above - b.above))
    tiers.push({ aboveInputTokens: tier.above, ...nanoRates({ ...base, ...ratesOf(tier) }) })
  const hours = (card.hours ?? []).map((each) => ({
    fromMinute: minuteOf(each.from),
    toMinute: minuteOf(each.to),
    ...nanoRates({ ...base, ...ratesOf(each) }),
  }))
  return { ...nanoRates(base), ...(hours.length > 0 && { hours }), ...(tiers.length > 0 && { tiers }) }
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function ratesOf(written: WrittenRates): WrittenRates {
  return mapKeys(tokenKinds, (kind) => written[kind]) ?? {}
}

function nanoRates(written: WrittenRates): TokenRates {
  return mapKeys(tokenKinds, (kind) => nanos(written[kind])) ?? {}
}

function nanos(usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : nanosOfUsd(usd)
}

/** An object of what `make` gives for each key; undefined when it gives nothing at all. */
function mapKeys<Key extends string, Value>(
  keys: readonly Key[],
  make: (key: Key) => Value | undefined,
): { [key in Key]?: Value } | undefined {
  let all: { [key in Key]?: Value } | undefined
  for (const key of keys) {
    const value = make(key)
    if (value === undefined) continue
    all ??= {}
    all[key] = value
  }
  return all
}

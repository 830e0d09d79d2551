import type { WrittenCard, WrittenPrice, WrittenRates } from '@sluice/core/catalog/define-price.ts'
import { type TokenKind, tokenKinds } from '@sluice/core/catalog/price.ts'
import { completePrice } from './complete-price.ts'
import { overrideFor } from './overrides.ts'
import type { Told } from './source.ts'

/** Two sources that say different things of one price, and which was taken. */
export interface Disagreement {
  readonly provider: string
  readonly model: string
  readonly what: string
  /** By source: USD per million tokens, or words. */
  readonly said: Readonly<Record<string, string>>
  readonly taken: string
  readonly why: string
}

export interface Chosen {
  readonly price: WrittenPrice | 'free' | undefined
  readonly disagreements: readonly Disagreement[]
}

type Price = WrittenPrice | 'free'

/**
 * The price of one name. Our own override wins; then the package, which follows the providers' pages and dates their
 * changes; then the facts, which also fill what the package has no field for.
 */
export function choosePrice(priced: Told | undefined, fact: Told | undefined): Chosen {
  const place = fact ?? priced
  const override = place && overrideFor(place.provider, place.model)
  if (place && override) return chooseOverride(override, { priced, fact, place })
  if (!priced?.price || !fact?.price)
    return { price: place ? completePrice(place, priced?.price ?? fact?.price) : undefined, disagreements: [] }
  const { taken, price, why } = weigh(priced, fact)
  const disagreements = compare(priced.price, fact.price).map((each) => ({
    ...each,
    provider: fact.provider,
    model: fact.model,
    taken: each.what === 'tiers' && isSameBase(priced.price, fact.price) ? 'the dearer' : taken,
    why,
  }))
  return { price: completePrice(fact, price), disagreements }
}

/**
 * The package where it names the model itself. Where it only matches the name by a pattern, the dearer of the two: the
 * price of a region or a snapshot may be another than its family's, and a bound must hold.
 */
function weigh(
  priced: Told,
  fact: Told,
): { readonly taken: string; readonly price: Price | undefined; readonly why: string } {
  const [one, other] = [priced.price, fact.price]
  if (one === undefined || other === undefined) return { taken: '', price: one ?? other, why: '' }
  const isNamed = [priced.model, ...priced.aliases].some((name) => name.toLowerCase() === fact.model.toLowerCase())
  if (isNamed || levelOf(one) >= levelOf(other)) {
    const why = isNamed ? 'follows the provider’s price page, with dates' : 'matched by a pattern: the dearer'
    return { taken: priced.source, price: fill(one, other), why }
  }
  return { taken: fact.source, price: fill(other, one), why: 'matched by a pattern: the dearer' }
}

/** How dear a price is, roughly: what a million tokens each way cost. Unknown is less than free. */
export function levelOf(price: Price | undefined): number {
  if (price === undefined) return -1
  return price === 'free' ? 0 : (price.input ?? 0) + (price.output ?? 0)
}

function isSameBase(one: Price | undefined, other: Price | undefined): boolean {
  if (!one || !other || one === 'free' || other === 'free') return false
  return isNear(one.input ?? 0, other.input ?? 0) && isNear(one.output ?? 0, other.output ?? 0)
}

function chooseOverride(
  override: NonNullable<ReturnType<typeof overrideFor>>,
  { priced, fact, place }: { readonly priced: Told | undefined; readonly fact: Told | undefined; readonly place: Told },
): Chosen {
  const said: Record<string, string> = {}
  for (const each of [priced, fact]) if (each) said[each.source] = show(each.price)
  const { provider, model } = place
  const { price, why } = override
  return { price, disagreements: [{ provider, model, what: 'price', said, taken: 'override', why }] }
}

function compare(one: Price, other: Price): readonly Pick<Disagreement, 'what' | 'said'>[] {
  if (one === 'free' || other === 'free') {
    return one === other ? [] : [{ what: 'price', said: { 'genai-prices': show(one), facts: show(other) } }]
  }
  const found: Pick<Disagreement, 'what' | 'said'>[] = []
  for (const kind of tokenKinds) {
    const [left, right] = [one[kind], other[kind]]
    if (left === undefined || right === undefined || isNear(left, right)) continue
    found.push({ what: kind, said: { 'genai-prices': String(left), facts: String(right) } })
  }
  const [left, right] = [showTiers(one), showTiers(other)]
  if (left !== right && (one.tiers || other.tiers))
    found.push({ what: 'tiers', said: { 'genai-prices': left, facts: right } })
  return found
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= 0.002 * Math.max(one, other)
}

/** Where two prices agree on what goes in, one may tell kinds, fees and service tiers that the other leaves out. */
function fill(price: Price, more: Price): Price {
  if (price === 'free' || more === 'free') return price
  const isSame = price.input !== undefined && more.input !== undefined && isNear(price.input, more.input)
  // Where only one tells of long prompts, they may cost more.
  const tiers = price.tiers ?? (isSameBase(price, more) ? more.tiers : undefined)
  const kinds = isSame ? missingKinds({ ...price, ...(tiers && { tiers }) }, more) : {}
  const services = more.services && scaleServices(more, price)
  const fees = { ...more.fees, ...price.fees }
  return {
    ...kinds,
    ...price,
    ...(tiers && { tiers }),
    ...(services && { services }),
    ...(Object.keys(fees).length > 0 && { fees }),
    ...(more.factors && { factors: more.factors }),
  }
}

/** A kind that only one tells must be told for its tiers too, or a long prompt would cost less of it. */
function missingKinds(price: WrittenPrice, more: WrittenPrice): WrittenRates {
  const missing = tokenKinds.filter((kind) => price[kind] === undefined && more[kind] !== undefined)
  const isTold = (kind: TokenKind) => price.tiers?.every((tier) => tier[kind] !== undefined) !== false
  const kept = missing.filter(
    (kind) => isTold(kind) || kind === 'reasoning' || kind.endsWith('Image') || kind.endsWith('Audio'),
  )
  return Object.fromEntries(kept.map((kind) => [kind, more[kind]]))
}

/** Service tiers are told as multiples: where the sources disagree on the standard price, the multiple is kept. */
function scaleServices(from: WrittenPrice, to: WrittenPrice): WrittenPrice['services'] {
  const scaled: Record<string, WrittenCard> = {}
  for (const [service, card] of Object.entries(from.services ?? {})) scaled[service] = scaleCard(card, from, to)
  return scaled
}

function scaleCard(card: WrittenCard, from: WrittenCard, to: WrittenCard): WrittenCard {
  const rates: { [kind in TokenKind]?: number } = {}
  const times = to.input !== undefined && from.input && card.input !== undefined ? card.input / from.input : undefined
  for (const kind of tokenKinds) {
    const [own, base, target] = [card[kind], from[kind], to[kind]]
    if (own !== undefined && base && target !== undefined) rates[kind] = tidy((own / base) * target)
    else if (target !== undefined && times !== undefined) rates[kind] = tidy(times * target)
    else if (own !== undefined && target === undefined) rates[kind] = own
  }
  const tiers = to.tiers?.map(({ above, ...tier }) => ({ above, ...scaleRates(tier, times ?? 1) }))
  return { ...rates, ...(tiers && { tiers }) }
}

function scaleRates(rates: WrittenRates, times: number): WrittenRates {
  const scaled: { [kind in TokenKind]?: number } = {}
  for (const kind of tokenKinds) {
    const rate = rates[kind]
    if (rate !== undefined) scaled[kind] = tidy(rate * times)
  }
  return scaled
}

function tidy(value: number): number {
  return Number(value.toPrecision(10))
}

function show(price: Price | undefined): string {
  if (price === undefined) return 'unknown'
  return price === 'free' ? 'free' : `${price.input ?? '?'} / ${price.output ?? '?'}${showTiers(price)}`
}

function showTiers({ tiers }: WrittenCard): string {
  return (tiers ?? []).map((tier) => ` > ${roundUp(tier.above)}: ${tier.input ?? '='} / ${tier.output ?? '='}`).join('')
}

/** One source counts a threshold of 272,000 as 271,999. */
function roundUp(above: number): number {
  return above % 1000 === 999 ? above + 1 : above
}

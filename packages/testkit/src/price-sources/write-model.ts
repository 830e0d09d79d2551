import type { WrittenCard, WrittenPrice, WrittenRates } from '@sluice/core/catalog/define-price.ts'
import { factors, feeNames, serviceTiers, tokenKinds } from '@sluice/core/catalog/price.ts'
import { factorNames, feeWords, kindNames, serviceNames } from '@sluice/core/catalog/price-names.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { Grouped } from './group-models.ts'
import { groupBy, type Merged } from './merge-offers.ts'

/** A model as a line of the catalogue has it: what offers share stands with the model, what is usual is left out. */
export function writeModel(model: Grouped): JsonObject {
  const byProvider = groupBy(model.offers, ({ provider }) => provider)
  const offers = [...byProvider].map(([provider, own]) => [provider, own.map((each) => writeOffer(each, model))])
  const retires = commonDay(model.offers)
  return clean({
    id: model.id,
    name: model.name === model.id.slice(model.id.indexOf('/') + 1) ? undefined : model.name,
    kind: model.kind === 'chat' ? undefined : model.kind,
    context: model.contextTokens,
    max_output: model.maxOutputTokens,
    input: isJustText(model.input) ? undefined : model.input,
    output: isJustText(model.output) ? undefined : model.output,
    abilities: model.abilities.length > 0 ? model.abilities : undefined,
    released: model.released,
    retires,
    offers: Object.fromEntries(offers),
  })
}

function writeOffer(offer: Merged, model: Grouped): JsonObject {
  const { contextTokens, maxOutputTokens, abilities, price, later, retires } = offer
  const isOther = abilities !== undefined && abilities.join() !== model.abilities.join()
  return clean({
    model: offer.model,
    aliases: offer.aliases.length > 0 ? offer.aliases : undefined,
    context: contextTokens === model.contextTokens ? undefined : contextTokens,
    max_output: maxOutputTokens === model.maxOutputTokens ? undefined : maxOutputTokens,
    abilities: isOther ? abilities : undefined,
    retires,
    price: price === undefined ? undefined : writePrice(price),
    later: later?.map((each) => ({ from: each.from, price: writePrice(each.price) })),
  })
}

function writePrice(price: WrittenPrice | 'free'): JsonObject | 'free' {
  if (price === 'free') return 'free'
  const { services, fees, factors: times, told } = price
  return clean({
    ...writeCard(price),
    services: services && writeKeys(serviceTiers, serviceNames, (each) => services[each] && writeCard(services[each])),
    fees: fees && writeKeys(feeNames, feeWords, (each) => fees[each]),
    told,
    factors: times && writeKeys(factors, factorNames, (each) => times[each]),
  })
}

function writeCard(card: WrittenCard): JsonObject {
  return clean({
    ...writeRates(card),
    hours: card.hours?.map(({ from, to, ...rates }) => ({ from, to, ...writeRates(rates) })),
    tiers: card.tiers?.map(({ above, ...rates }) => ({ above, ...writeRates(rates) })),
  })
}

function writeRates(rates: WrittenRates): JsonObject {
  return writeKeys(tokenKinds, kindNames, (kind) => rates[kind])
}

function writeKeys<Key extends string>(
  keys: readonly Key[],
  names: Readonly<Record<Key, string>>,
  write: (key: Key) => JsonObject[string] | undefined,
): JsonObject {
  return clean(Object.fromEntries(keys.map((key) => [names[key], write(key)])))
}

function clean(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

function isJustText(modalities: readonly string[]): boolean {
  return modalities.length === 1 && modalities[0] === 'text'
}

/** The day on which the last of its offers ends, when all of them do. */
function commonDay(offers: readonly Merged[]): string | undefined {
  const days = offers.map(({ retires }) => retires ?? '')
  return days.includes('') ? undefined : days.toSorted().at(-1)
}

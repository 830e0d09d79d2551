import { choosePrice, type Disagreement, levelOf } from './choose-price.ts'
import type { Told } from './source.ts'

/** One name at one provider, with everything the sources tell of it. */
export interface Merged extends Omit<Told, 'source' | 'matches'> {
  readonly sources: readonly string[]
}

export interface MergeResult {
  readonly offers: readonly Merged[]
  readonly disagreements: readonly Disagreement[]
}

/** Brings the sources together, name by name within each provider, then folds names that differ in nothing. */
export function mergeOffers(priced: readonly Told[], facts: readonly Told[]): MergeResult {
  const disagreements: Disagreement[] = []
  const offers: Merged[] = []
  for (const [provider, told] of groupBy([...priced, ...facts], (each) => each.provider)) {
    const own = told.filter(({ source }) => source !== 'facts')
    const used = new Set<Told>()
    const merged: Merged[] = []
    for (const fact of told.filter(({ source }) => source === 'facts')) {
      const found = findPriced(own, fact.model)
      if (found) used.add(found)
      merged.push(mergeTwo(found, fact, disagreements))
    }
    for (const each of own)
      if (isName(each) && (!used.has(each) || !hasName(merged, each.model))) merged.push(mergeTwo(each, undefined, []))
    offers.push(...foldEqual(onePerName(merged).toSorted((a, b) => compareNames(provider, a.model, b.model))))
  }
  return { offers, disagreements }
}

/** How the package writes a price for names of any region: nobody can ask for it. */
function isName({ model }: Told): boolean {
  return !model.startsWith('regional.')
}

function findPriced(own: readonly Told[], model: string): Told | undefined {
  const name = model.toLowerCase()
  return (
    own.find((each) => each.model.toLowerCase() === name) ??
    own.find((each) => each.aliases.some((alias) => alias.toLowerCase() === name)) ??
    own.find((each) => each.matches?.(model) === true)
  )
}

function hasName(merged: readonly Merged[], model: string): boolean {
  return merged.some((each) => each.model.toLowerCase() === model.toLowerCase())
}

function mergeTwo(priced: Told | undefined, fact: Told | undefined, disagreements: Disagreement[]): Merged {
  const first = fact ?? priced
  if (!first) throw new Error('nothing to merge')
  const chosen = choosePrice(priced, fact)
  disagreements.push(...chosen.disagreements)
  const {
    source: _,
    matches: __,
    price: ___,
    ...rest
  } = { ...priced, ...fact, model: first.model, provider: first.provider }
  return {
    ...rest,
    // Names the package matches by belong to its own entry alone.
    aliases: fact ? [] : (priced?.aliases ?? []),
    ...(chosen.price !== undefined && { price: chosen.price }),
    ...(priced?.later && { later: priced.later }),
    sources: [priced, fact].flatMap((each) => (each ? [each.source] : [])),
  }
}

/** Some facts stand twice, with and without the provider's name: the one with a price, and of two prices the dearer. */
function onePerName(merged: readonly Merged[]): readonly Merged[] {
  const kept = new Map<string, Merged>()
  for (const each of merged) {
    const name = each.model.toLowerCase()
    const other = kept.get(name)
    if (!other || levelOf(each.price) > levelOf(other.price)) kept.set(name, each)
  }
  return [...kept.values()]
}

/** Snapshots of a model that cost and hold the same are names of one offer. */
function foldEqual(merged: readonly Merged[]): readonly Merged[] {
  const folded: { offer: Merged; key: string; names: Set<string> }[] = []
  for (const each of merged) {
    const key = JSON.stringify([
      familyOf(each.model),
      each.price,
      each.later,
      each.contextTokens,
      each.maxOutputTokens,
      each.kind,
      each.input,
      each.abilities,
    ])
    const same = folded.find((other) => other.key === key)
    if (same) for (const name of [each.model, ...each.aliases]) same.names.add(name)
    else folded.push({ offer: each, key, names: new Set(each.aliases) })
  }
  const taken = new Set(folded.map(({ offer }) => offer.model.toLowerCase()))
  return folded.map(({ offer, names }) => {
    // A name is one offer's: an offer under its own name, or the first that lists it.
    const aliases = [...names].filter((name) => !taken.has(name.toLowerCase())).toSorted()
    for (const name of aliases) taken.add(name.toLowerCase())
    return { ...offer, aliases }
  })
}

function familyOf(model: string): string {
  return model
    .toLowerCase()
    .replace(/(?:[-@]20\d{6}|-20\d\d-\d\d-\d\d|-latest|@default)$/, '')
    .replace(/(?<=\d)\.(?=\d)/g, '-')
}

/** Names without a date come first; at Bedrock, profiles that work from most regions. */
function compareNames(provider: string, one: string, other: string): number {
  return rank(provider, one) - rank(provider, other) || one.length - other.length || (one < other ? -1 : 1)
}

function rank(provider: string, model: string): number {
  const isRegional = /^(?:eu|apac|jp|au|ca|us-gov|regional)\.|^(?:us|eu)\//.test(model)
  if (provider === 'bedrock' && model.startsWith('global.')) return 0
  return isRegional ? 3 : /20\d{6}|20\d\d-\d\d-\d\d/.test(model) ? 2 : 1
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

import { type Ability, abilities, type Modality, type ModelKind } from '@sluice/core/catalog/model.ts'
import type { Merged } from './merge-offers.ts'
import { authorOf, bareName, familyName, idName } from './name-model.ts'

/** A model and everywhere it can be had. */
export interface Grouped {
  readonly id: string
  readonly name: string
  readonly kind: ModelKind
  readonly offers: readonly Merged[]
  readonly contextTokens: number | undefined
  readonly maxOutputTokens: number | undefined
  readonly input: readonly Modality[]
  readonly output: readonly Modality[]
  readonly abilities: readonly Ability[]
  readonly released: string | undefined
}

/** The provider whose names are the common ones. */
const slugs = 'openrouter'

/** Brings offers of one model together under its common name, in the order of ids. */
export function groupModels(offers: readonly Merged[]): readonly Grouped[] {
  const idOf = nameAll(offers)
  const groups = new Map<string, Merged[]>()
  for (const offer of offers) {
    const id = idOf(offer)
    const group = groups.get(id)
    if (group) group.push(offer)
    else groups.set(id, [offer])
  }
  return [...groups].map(([id, group]) => describe(id, group)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function nameAll(offers: readonly Merged[]): (offer: Merged) => string {
  const exact = new Map<string, string>()
  const families = new Map<string, string>()
  for (const { provider, model } of offers) {
    if (provider !== slugs || !model.includes('/') || model.includes(':')) continue
    exact.set(bareName(model), model)
    const family = familyName(model)
    const known = families.get(family)
    if (known === undefined || model.length < known.length) families.set(family, model)
  }
  const made = new Map<string, string>()
  return (offer) => {
    const { provider, model, aliases } = offer
    if (provider === slugs && model.includes('/')) return model
    // Makers that number their sizes alike (`gemma-3-27b` and `gemma-3-27b-it`) are told apart by the whole name.
    const names = [model, ...aliases]
    const found =
      names.map((name) => exact.get(bareName(name))).find((id) => id !== undefined) ??
      names.map((name) => families.get(familyName(name))).find((id) => id !== undefined)
    if (found !== undefined && isOfText(offer)) return found
    const author = authorOf(model, provider)
    const key = `${author}/${familyName(model)}`
    const id = made.get(key) ?? `${author}/${idName(model)}`
    made.set(key, id)
    return id
  }
}

/** What speaks or transcribes is not the chat model whose name it begins with. */
function isOfText({ kind = 'chat' }: Merged): boolean {
  return kind !== 'speech' && kind !== 'transcription' && kind !== 'video'
}

function describe(id: string, offers: readonly Merged[]): Grouped {
  const author = id.slice(0, id.indexOf('/'))
  const told = offers.filter(({ sources }) => sources.includes('facts'))
  const home = told.find(({ provider }) => provider === author || authorHomes[author]?.includes(provider) === true)
  const base = home ?? told.find(({ provider }) => provider === slugs) ?? told[0] ?? offers[0]
  const named = offers.find(({ provider, name }) => provider === slugs && name !== undefined) ?? base
  return {
    id,
    name: named?.name ?? id.slice(id.indexOf('/') + 1),
    kind: base?.kind ?? 'chat',
    offers: offers.toSorted((a, b) => (a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : 0)),
    contextTokens: base?.contextTokens ?? largest(offers.map(({ contextTokens }) => contextTokens)),
    maxOutputTokens: base?.maxOutputTokens ?? largest(offers.map(({ maxOutputTokens }) => maxOutputTokens)),
    input: base?.input ?? ['text'],
    output: base?.output ?? ['text'],
    released: firstDay(base ? offers.filter(({ provider }) => provider === base.provider) : []),
    abilities: abilitiesOf(offers.filter(({ provider }) => provider === base?.provider)),
  }
}

/** The earliest day in the names its own provider has for it. */
function firstDay(offers: readonly Merged[]): string | undefined {
  const days = offers.flatMap(({ model, aliases }) => [model, ...aliases]).flatMap((name) => dayIn(name) ?? [])
  return days.toSorted()[0]
}

function dayIn(name: string): string | undefined {
  const [, year, month, day] = /(20[12]\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)/.exec(name) ?? []
  return year === undefined ? undefined : `${year}-${month}-${day}`
}

function abilitiesOf(offers: readonly Merged[]): readonly Ability[] {
  const told = new Set(offers.flatMap((offer) => offer.abilities ?? []))
  return abilities.filter((each) => told.has(each))
}

/** Authors whose own API has another name than theirs in common names. */
const authorHomes: Readonly<Record<string, readonly string[]>> = {
  google: ['gemini', 'vertex'],
  'x-ai': ['xai'],
  mistralai: ['mistral'],
  'z-ai': ['zai'],
  moonshotai: ['moonshot'],
  qwen: ['alibaba'],
  amazon: ['bedrock'],
  'meta-llama': ['llama-api', 'groq', 'together'],
}

function largest(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce(
    (most, each) => (each !== undefined && (most === undefined || each > most) ? each : most),
    undefined,
  )
}

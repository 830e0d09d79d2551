import type { Disagreement } from './choose-price.ts'
import type { Grouped } from './group-models.ts'

export interface ReportParts {
  readonly models: readonly Grouped[]
  readonly disagreements: readonly Disagreement[]
  readonly skipped: Readonly<Record<string, number>>
  readonly today: string
}

/** What went into the catalogue, in text: counts, what was left out, and every disagreement with what was taken. */
export function renderReport({ models, disagreements, skipped, today }: ReportParts): string {
  const offers = models.flatMap((model) => model.offers)
  const free = offers.filter(({ price }) => price === 'free').length
  const unknown = offers.filter(({ price }) => price === undefined).length
  const priced = models.filter((model) => model.offers.some(({ price }) => price !== undefined)).length
  const lines = [
    `Catalogue of ${today}`,
    `models      ${models.length}, ${priced} with a price somewhere`,
    `offers      ${offers.length}: ${offers.length - free - unknown} priced, ${free} free, ${unknown} unknown`,
    `providers   ${new Set(offers.map(({ provider }) => provider)).size}`,
    `left out    ${Object.entries(skipped)
      .map(([why, count]) => `${count} ${why}`)
      .join(', ')}`,
    '',
    `${disagreements.length} disagreements (USD per million tokens)`,
    ...disagreements.map(showOne),
    '',
  ]
  return lines.join('\n')
}

function showOne({ provider, model, what, said, taken, why }: Disagreement): string {
  const sides = Object.entries(said).map(([source, value]) => `${source} ${value || 'none'}`)
  return `${provider}  ${model}  ${what}: ${sides.join(', ')}; taken: ${taken} (${why})`
}

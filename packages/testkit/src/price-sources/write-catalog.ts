// `npm run catalog -- --facts FILE`: makes the catalogue's data from its sources and prints where they disagree.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../house/source-files.ts'
import { groupModels } from './group-models.ts'
import { mergeOffers } from './merge-offers.ts'
import { overrides } from './overrides.ts'
import { readFacts } from './read-facts.ts'
import { readGenaiPrices } from './read-genai-prices.ts'
import { renderReport } from './render-report.ts'
import type { Told } from './source.ts'
import { writeModel } from './write-model.ts'

const target = 'packages/core/src/catalog/models.jsonl'

/** Merges the sources, writes one model a line, prints the report. */
function main(argv: readonly string[]): void {
  const path = argv[argv.indexOf('--facts') + 1]
  if (!argv.includes('--facts') || path === undefined) {
    process.stderr.write(
      'Usage: npm run catalog -- --facts FILE\nFILE: facts about models, as JSON; see docs/catalogue.md.\n',
    )
    process.exitCode = 1
    return
  }
  const today = new Date().toISOString().slice(0, 10)
  const facts = readFacts(readFileSync(path, 'utf8'))
  const priced = readGenaiPrices(today)
  const told = [...facts.told, ...overriddenAlone([...priced, ...facts.told])]
  const { offers, disagreements } = mergeOffers(priced, told)
  const models = groupModels(offers)
  writeFileSync(join(projectRoot, target), models.map((model) => `${JSON.stringify(writeModel(model))}\n`).join(''))
  process.stdout.write(renderReport({ models, disagreements, skipped: facts.skipped, today }))
}

/** Names that no source has stand in the catalogue through their override alone. */
function overriddenAlone(told: readonly Told[]): readonly Told[] {
  const names = new Set(told.map(({ provider, model }) => `${provider}/${model.toLowerCase()}`))
  return overrides.flatMap(({ provider, models }) =>
    models
      .filter((model) => !names.has(`${provider}/${model.toLowerCase()}`))
      .map((model) => ({ source: 'override', provider, model, aliases: [] })),
  )
}

main(process.argv.slice(2))

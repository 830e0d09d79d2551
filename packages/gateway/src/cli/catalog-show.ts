import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CatalogModel, Offer } from '@sluice/core/catalog/model.ts'
import { feeNames, type PriceCard, serviceTiers, type TokenRates, tokenKinds } from '@sluice/core/catalog/price.ts'
import { feeWords, kindNames } from '@sluice/core/catalog/price-names.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import type { Environment } from '../config/expand-variables.ts'
import { loadWholeCatalog } from '../config/load-catalog.ts'
import { formatProblem } from '../config/problem.ts'
import { readConfig } from '../config/read-config.ts'
import { closest } from '../config/suggest.ts'
import type { ProcessSettings } from './settings.ts'

/** What a command of one answer has to say. */
export type CommandOutcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly string[] }

/** What the catalogue in force knows of a model, for people. */
export async function showModel(
  name: string,
  { configPath, dataDir }: ProcessSettings,
  env: Environment,
): Promise<CommandOutcome> {
  const files = await readCatalogFiles(configPath, env)
  if (!files.ok) return files
  const loaded = loadWholeCatalog(files.files, { configPath, dataDir })
  if (!loaded.ok) return loaded
  const model = loaded.catalog.findModel(name)
  if (model) return { ok: true, text: renderModel(model) }
  const close = closest(
    name,
    [...loaded.catalog.models()].map(({ id }) => id),
  )
  const hint = close === undefined ? '' : ` Did you mean ${close}?`
  return { ok: false, problems: [`The catalogue has no model '${name.slice(0, 200)}'.${hint}`] }
}

async function readCatalogFiles(
  configPath: string,
  env: Environment,
): Promise<
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }
> {
  const text = await readFile(configPath, 'utf8').catch(() => '')
  const result = readConfig(text, { file: basename(configPath), env, knownProviders })
  if (!result.ok) return { ok: false, problems: result.problems.map(formatProblem) }
  return { ok: true, files: result.config.catalogFiles }
}

function renderModel(model: CatalogModel): string {
  const { id, name, kind, contextTokens, maxOutputTokens, input, output, abilities, aliases, released, retires } = model
  const rows = [
    ['kind', kind],
    ['holds', `${tell(contextTokens)}; answers of up to ${tell(maxOutputTokens)}`],
    ['reads', input.join(', ')],
    ['writes', output.join(', ')],
    ['can', [...abilities].join(', ') || 'nothing more that we know of'],
    ...(aliases.length > 0 ? [['also', aliases.join(', ')]] : []),
    ...(released === undefined ? [] : [['released', released]]),
    ...(retires === undefined ? [] : [['retires', retires]]),
  ]
  const table = rows.map(([label = '', text = '']) => `  ${label.padEnd(9)} ${text}`)
  return [`${id}  ${name}`, ...table, '', ...model.offers.flatMap(renderOffer)].join('\n')
}

function renderOffer({ provider, model, aliases, price, later }: Offer): readonly string[] {
  const names = [model, ...aliases].join(', ')
  const changes = later.map(
    ({ from, price: next }) => `    from ${from}: ${typeof next === 'string' ? next : renderRates(next)}`,
  )
  const head = `  ${provider}: ${names}`
  if (price === undefined) return [head, '    price unknown', ...changes]
  return [head, ...(price === 'free' ? ['    free'] : renderCard(price)), ...changes]
}

function renderCard(price: PriceCard): readonly string[] {
  const tiers = (price.tiers ?? []).map((tier) => `    above ${tier.aboveInputTokens} tokens: ${renderRates(tier)}`)
  const hours = (price.hours ?? []).map(
    (each) => `    ${clock(each.fromMinute)}-${clock(each.toMinute)} UTC: ${renderRates(each)}`,
  )
  const services = serviceTiers.flatMap((service) => {
    const card = price.services?.[service]
    return card ? [`    ${service}: ${renderRates(card)}`] : []
  })
  const fees = feeNames.flatMap((fee) => {
    const nanos = price.fees?.[fee]
    return nanos === undefined ? [] : [`    ${feeWords[fee]}: ${nanos / 1e9} USD each`]
  })
  return [`    ${renderRates(price)} USD per million tokens`, ...tiers, ...hours, ...services, ...fees]
}

function renderRates(rates: TokenRates): string {
  const told = tokenKinds.flatMap((kind) => {
    const rate = rates[kind]
    return rate === undefined ? [] : [`${kindNames[kind]} ${rate / 1e9}`]
  })
  return told.join(', ')
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

function tell(count: number | undefined): string {
  return count === undefined ? 'nobody told us how many tokens' : `${count} tokens`
}

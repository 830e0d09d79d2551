import {
  definePrice,
  mostUsdPerFee,
  mostUsdPerMillion,
  type WrittenCard,
  type WrittenHours,
  type WrittenPrice,
  type WrittenRates,
  type WrittenTier,
} from '@sluice/core/catalog/define-price.ts'
import {
  factors,
  feeNames,
  type Price,
  type ServiceTier,
  serviceTiers,
  type ToldCost,
  tokenKinds,
  toldCosts,
} from '@sluice/core/catalog/price.ts'
import { factorNames, feeWords, kindNames, serviceNames } from '@sluice/core/catalog/price-names.ts'
import type { ConfigNode } from './config-node.ts'
import { describe, Fields, type Located } from './fields.ts'
import type { Problems } from './problem.ts'

const kindWords = tokenKinds.map((kind) => kindNames[kind])
const cardWords = [...kindWords, 'tiers', 'hours']

/** Reads `price:`, in the shape that a catalogue has; undefined when absent or wrong. */
export function readPrice(node: Located<ConfigNode> | undefined, problems: Problems): Price | undefined {
  if (!node || node.value.kind === 'broken') return undefined
  if (node.value.kind === 'scalar') {
    if (node.value.value === 'free') return 'free'
    return problems.add(
      node,
      `a price must be { input, output } in USD per million tokens, or 'free', but it is ${describe(node.value)}.`,
      node.value.value === 0 ? 'Write price: free.' : 'Write price: { input: 0.10, output: 0.40 }.',
    )
  }
  const fields = Fields.open(node, [...cardWords, 'services', 'fees', 'factors', 'told'], problems)
  if (!fields) return undefined
  for (const key of ['input', 'output'])
    if (!fields.has(key)) problems.add(fields, `'${key}' is missing.`, 'A price has both input and output.')
  const written = readWritten(fields, problems)
  return written.input === undefined || written.output === undefined ? undefined : definePrice(written)
}

function readWritten(fields: Fields, problems: Problems): WrittenPrice {
  const services = readServices(fields.node('services'), problems)
  const fees = readNamed(fields.node('fees'), { ids: feeNames, names: feeWords, most: mostUsdPerFee }, problems)
  const times = readNamed(fields.node('factors'), { ids: factors, names: factorNames, most: 100 }, problems)
  const told = readTold(fields, problems)
  return {
    ...readCard(fields, problems),
    ...(told && { told }),
    ...(services && { services }),
    ...(fees && { fees }),
    ...(times && { factors: times }),
  }
}

function readTold(fields: Fields, problems: Problems): ToldCost | undefined {
  const told = fields.text('told')
  const known = toldCosts.find((each) => each === told?.value)
  if (told && known === undefined) problems.add(told, `this must be one of ${toldCosts.join(', ')}.`)
  return known
}

function readServices(node: Located<ConfigNode> | undefined, problems: Problems): WrittenPrice['services'] {
  const words = serviceTiers.map((each) => serviceNames[each])
  const fields = node && Fields.open(node, words, problems)
  if (!fields) return undefined
  const services: { [service in ServiceTier]?: WrittenCard } = {}
  for (const service of serviceTiers) {
    const own = fields.node(serviceNames[service])
    const card = own && Fields.open(own, cardWords, problems)
    if (card) services[service] = readCard(card, problems)
  }
  return services
}

function readCard(fields: Fields, problems: Problems): WrittenCard {
  const tiers = readEach(fields, 'tiers', ['above', ...kindWords], problems).map(
    (tier): WrittenTier => ({ above: readAbove(tier, problems), ...readRates(tier, problems) }),
  )
  const hours = readEach(fields, 'hours', ['from', 'to', ...kindWords], problems).map(
    (each): WrittenHours => ({
      from: readTime(each, 'from', problems),
      to: readTime(each, 'to', problems),
      ...readRates(each, problems),
    }),
  )
  return {
    ...readRates(fields, problems),
    ...(tiers.length > 0 && { tiers }),
    ...(hours.length > 0 && { hours }),
  }
}

function readEach(fields: Fields, key: string, words: readonly string[], problems: Problems): readonly Fields[] {
  const items = fields.list(key, `maps with ${words[0]}`) ?? []
  return items.map((item) => Fields.open(item, words, problems)).filter((each) => each !== undefined)
}

function readAbove(tier: Fields, problems: Problems): number {
  const above = tier.number('above')
  if (!tier.has('above')) problems.add(tier, "'above' is missing.", 'Write how many tokens of prompt this is for.')
  if (above && !(Number.isSafeInteger(above.value) && above.value > 0))
    problems.add(above, 'this must be a whole number of tokens, 1 or more.')
  return above?.value ?? 0
}

function readTime(hours: Fields, key: string, problems: Problems): string {
  const time = hours.requireText(key, "Write a time of day in UTC, such as '01:30'.")
  if (time && !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time.value))
    problems.add(time, 'this must be a time of day in UTC.', "Write it as '01:30'.")
  return time?.value ?? '00:00'
}

function readRates(fields: Fields, problems: Problems): WrittenRates {
  return readNumbers(fields, { ids: tokenKinds, names: kindNames, most: mostUsdPerMillion }, problems)
}

interface Amounts<Id extends string> {
  readonly ids: readonly Id[]
  readonly names: Readonly<Record<Id, string>>
  readonly most: number
}

function readNamed<Id extends string>(
  node: Located<ConfigNode> | undefined,
  amounts: Amounts<Id>,
  problems: Problems,
): { readonly [id in Id]?: number } | undefined {
  const words = amounts.ids.map((id) => amounts.names[id])
  const fields = node && Fields.open(node, words, problems)
  return fields && readNumbers(fields, amounts, problems)
}

function readNumbers<Id extends string>(
  fields: Fields,
  { ids, names, most }: Amounts<Id>,
  problems: Problems,
): { readonly [id in Id]?: number } {
  const all: { [id in Id]?: number } = {}
  for (const id of ids) {
    const number = fields.has(names[id]) ? fields.number(names[id]) : undefined
    if (!number) continue
    if (number.value >= 0 && number.value <= most) all[id] = number.value
    else
      problems.add(
        number,
        `this must be from 0 to ${most}${most === mostUsdPerMillion ? ' USD per million tokens' : ''}.`,
      )
  }
  return all
}

import { definePrice } from '@sluice/core/catalog/define-price.ts'
import type { Price } from '@sluice/core/catalog/price.ts'
import type { Deadlines, KnownProvider } from '@sluice/core/providers/provider.ts'
import type { ConfiguredProvider, Target } from './config.ts'
import type { ConfigNode } from './config-node.ts'
import { describe, Fields, type Located, readList, readNamed } from './fields.ts'
import { modelNameRule, type NameRule, upstreamModelRule } from './name-rules.ts'
import type { Problems } from './problem.ts'
import { quote } from './problem.ts'
import { readDeadlines } from './read-settings.ts'
import { didYouMean } from './suggest.ts'

const targetKeys = ['provider', 'model', 'price', 'deadlines']

/** What `models:` may refer to. */
export interface ModelContext {
  readonly providers: ReadonlyMap<string, ConfiguredProvider>
  /** Names under `providers:` whose entries had problems of their own: no second complaint about those. */
  readonly brokenProviders: ReadonlySet<string>
  readonly knownProviders: readonly KnownProvider[]
  readonly problems: Problems
}

/** Reads `models:`. A target with a problem is left out of the answer, and a model without targets too. */
export function readModels(
  node: Located<ConfigNode> | undefined,
  context: ModelContext,
): ReadonlyMap<string, readonly Target[]> {
  const { problems } = context
  const models = new Map<string, readonly Target[]>()
  const entries = node && readNamed(node, 'a map of names to lists of targets', problems)
  for (const { name, value } of entries ?? []) {
    isName(name, "a model's name", modelNameRule, problems)
    const items = readList(value, 'targets', problems)
    if (items?.length === 0)
      problems.add(name, 'this model has no targets.', "Add '- { provider: ..., model: ... }', or take it out.")
    const targets = (items ?? []).map((item) => readTarget(item, context)).filter((each) => each !== undefined)
    if (targets.length > 0) models.set(name.value, targets)
  }
  return models
}

function readTarget(node: Located<ConfigNode>, context: ModelContext): Target | undefined {
  const { problems } = context
  const fields = Fields.open(node, targetKeys, problems)
  if (!fields) return undefined
  const name = fields.requireText('provider', 'Write the name of one of providers:.')
  const provider = name && findProvider(name, context)
  const model = fields.requireText('model', "Write the provider's own name of the model.")
  const isModel = model && isName(model, "a provider's model name", upstreamModelRule, problems)
  const price = readPrice(fields.node('price'), problems)
  const deadlines = readDeadlines(fields.node('deadlines'), provider?.provider.deadlines ?? unused, problems)
  if (!name || !provider || !model || !isModel) return undefined
  return { provider: name.value, model: model.value, deadlines, ...(price !== undefined && { price }) }
}

/** What the deadlines of a target without a provider are read against: for their problems alone. */
const unused: Deadlines = { connectMs: 0, firstTokenMs: 0, gapMs: 0, totalMs: 0 }

function findProvider(name: Located<string>, context: ModelContext): ConfiguredProvider | undefined {
  const { providers, brokenProviders, knownProviders, problems } = context
  const provider = providers.get(name.value)
  if (provider || brokenProviders.has(name.value)) return provider
  const known = knownProviders.find((each) => each.id === name.value)
  const [variable] = known?.keyVariables ?? []
  const suggestion =
    known && variable !== undefined
      ? `Set ${variable}, or add it under providers:.`
      : (didYouMean(name.value, providers.keys()) ?? `Configured: ${[...providers.keys()].join(', ')}.`)
  return problems.add(name, `there is no provider ${quote(name.value)}.`, suggestion)
}

function isName({ value, ...place }: Located<string>, what: string, rule: NameRule, problems: Problems): boolean {
  if (rule.pattern.test(value)) return true
  problems.add(place, `${what} is ${rule.says}.`)
  return false
}

/** A thousand dollars for a thousand tokens: above this it is a slip. */
const mostUsdPerMillion = 1_000_000

function readPrice(node: Located<ConfigNode> | undefined, problems: Problems): Price | undefined {
  if (!node || node.value.kind === 'broken') return undefined
  if (node.value.kind === 'scalar') {
    if (node.value.value === 'free') return 'free'
    return problems.add(
      node,
      `a price must be { input, output } in USD per million tokens, or 'free', but it is ${describe(node.value)}.`,
      node.value.value === 0 ? 'Write price: free.' : 'Write price: { input: 0.10, output: 0.40 }.',
    )
  }
  const fields = Fields.open(node, ['input', 'output'], problems)
  if (!fields) return undefined
  const input = readUsd(fields, 'input', problems)
  const output = readUsd(fields, 'output', problems)
  return input === undefined || output === undefined ? undefined : definePrice({ input, output })
}

function readUsd(fields: Fields, key: string, problems: Problems): number | undefined {
  if (!fields.has(key)) return problems.add(fields, `'${key}' is missing.`, 'A price has both input and output.')
  const usd = fields.number(key)
  if (!usd) return undefined
  if (usd.value >= 0 && usd.value <= mostUsdPerMillion) return usd.value
  return problems.add(usd, `this must be from 0 to ${mostUsdPerMillion} USD per million tokens.`)
}

import type { Deadlines, KnownProvider } from '@sluice/core/providers/provider.ts'
import type { ConfiguredProvider, Target } from './config.ts'
import type { ConfigNode } from './config-node.ts'
import { Fields, type Located, readList, readNamed } from './fields.ts'
import { modelNameRule, type NameRule, upstreamModelRule } from './name-rules.ts'
import type { Problems } from './problem.ts'
import { quote } from './problem.ts'
import { readPrice } from './read-price.ts'
import { readDeadlines } from './read-settings.ts'
import { didYouMean } from './suggest.ts'

const targetKeys = ['provider', 'model', 'base_model', 'price', 'deadlines']

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
  const baseModel = fields.has('base_model') ? fields.text('base_model') : undefined
  if (baseModel) isName(baseModel, "a provider's model name", upstreamModelRule, problems)
  const price = readPrice(fields.node('price'), problems) ?? provider?.provider.price
  const deadlines = readDeadlines(fields.node('deadlines'), provider?.provider.deadlines ?? unused, problems)
  if (!name || !provider || !model || !isModel) return undefined
  return {
    provider: name.value,
    model: model.value,
    deadlines,
    ...(baseModel && { baseModel: baseModel.value }),
    ...(price !== undefined && { price }),
  }
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

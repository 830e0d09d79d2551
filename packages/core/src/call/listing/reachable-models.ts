import type { Catalog } from '../../catalog/catalog.ts'
import type { ModelFacts, Offer } from '../../catalog/model.ts'
import { operatorsNameModels } from '../../catalog/operator-names.ts'
import type { Deployment, Provider } from '../../providers/provider.ts'
import { findProvider } from '../../providers/registry.ts'
import { withOffer } from '../../routing/model-table.ts'
import { resolveModel } from '../../routing/resolve-model.ts'
import { tableOf } from '../admit.ts'
import type { Snapshot, VirtualKey } from '../snapshot.ts'

/** A name that calls may use, with everywhere it leads. */
export interface ReachableModel {
  readonly id: string
  /** What the catalogue has; undefined: nothing. */
  readonly facts: ModelFacts | undefined
  /** In the order they are tried; never empty. */
  readonly endpoints: readonly ReachableEndpoint[]
}

export interface ReachableEndpoint {
  readonly deployment: Deployment
  readonly offer: Offer | undefined
}

/** Made when a snapshot is first asked, and gone with it. */
const known = new WeakMap<Snapshot, ReadonlyMap<string, ReachableModel>>()

/**
 * Every model this key may use: the configured names first, then what the catalogue has of the configured providers.
 * An operator who names an address of his own decides what is there, so the catalogue adds nothing to it.
 */
export function reachableModels(key: VirtualKey, snapshot: Snapshot): readonly ReachableModel[] {
  const all = modelsOf(snapshot)
  const { models, providers } = key
  const named = models
    ? [...models].flatMap((name) => all.get(name) ?? resolve(name, snapshot) ?? [])
    : [...all.values()]
  return providers ? named.flatMap((model) => within(model, providers) ?? []) : named
}

/** The one of these that a name leads to, for this key. */
export function reachableModel(name: string, key: VirtualKey, snapshot: Snapshot): ReachableModel | undefined {
  if (name.length > longestName || (key.models && !key.models.has(name))) return undefined
  const model = modelsOf(snapshot).get(name) ?? resolve(name, snapshot)
  return model && key.providers ? within(model, key.providers) : model
}

const longestName = 512

function within(model: ReachableModel, providers: ReadonlySet<string>): ReachableModel | undefined {
  const endpoints = model.endpoints.filter(({ deployment }) => providers.has(deployment.provider.name))
  if (endpoints.length === model.endpoints.length) return model
  return endpoints.length > 0 ? { ...model, endpoints } : undefined
}

function modelsOf(snapshot: Snapshot): ReadonlyMap<string, ReachableModel> {
  const before = known.get(snapshot)
  if (before) return before
  const models = new Map<string, ReachableModel>()
  for (const [name, deployments] of snapshot.models) {
    const model = describe(name, deployments, snapshot.catalog)
    if (model) models.set(name, model)
  }
  if (snapshot.catalog) addKnown(models, snapshot.catalog, snapshot)
  known.set(snapshot, models)
  return models
}

function resolve(name: string, snapshot: Snapshot): ReachableModel | undefined {
  return describe(name, resolveModel(name, tableOf(snapshot)) ?? [], snapshot.catalog)
}

function describe(
  id: string,
  deployments: readonly Deployment[],
  catalog: Catalog | undefined,
): ReachableModel | undefined {
  let facts: ModelFacts | undefined
  const endpoints = deployments.map((deployment): ReachableEndpoint => {
    const { provider, model, baseModel } = deployment
    const found = provider.knownId === undefined ? undefined : catalog?.findOffer(provider.knownId, baseModel ?? model)
    facts ??= found?.model
    return { deployment, offer: found?.offer }
  })
  return endpoints.length > 0 ? { id, facts, endpoints } : undefined
}

/** The catalogue's models at configured providers, under their common names; those that have ended are left out. */
function addKnown(models: Map<string, ReachableModel>, catalog: Catalog, snapshot: Snapshot): void {
  const byKnownId = new Map<string, Provider>()
  for (const provider of snapshot.providers.values()) {
    const { knownId } = provider
    if (knownId !== undefined && isListed(provider, knownId) && !byKnownId.has(knownId))
      byKnownId.set(knownId, provider)
  }
  const day = snapshot.day ?? ''
  for (const { offers, ...facts } of catalog.modelsAt([...byKnownId.keys()])) {
    if (models.has(facts.id)) continue
    const endpoints: ReachableEndpoint[] = []
    for (const [knownId, provider] of byKnownId) {
      const offer = offers.find((each) => each.provider === knownId && !isOver(each, snapshot.day))
      if (!offer) continue
      const { deadlines } = provider
      endpoints.push({ deployment: withOffer({ provider, model: offer.model, deadlines }, offer, day), offer })
    }
    if (endpoints.length > 0) models.set(facts.id, { id: facts.id, facts, endpoints })
  }
}

function isOver({ retires }: Offer, day: string | undefined): boolean {
  return retires !== undefined && day !== undefined && retires <= day
}

function isListed({ baseUrl }: Provider, knownId: string): boolean {
  const provider = findProvider(knownId)
  if (!provider || provider.isLocal === true || operatorsNameModels.has(knownId)) return false
  return provider.access !== undefined || provider.baseUrl === baseUrl
}

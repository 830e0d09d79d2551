import type { Snapshot, VirtualKey } from '@sluice/core/call/snapshot.ts'
import { Catalog } from '@sluice/core/catalog/catalog.ts'
import type { Deployment, Provider } from '@sluice/core/providers/provider.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { completeDeployment, createModelTable } from '@sluice/core/routing/model-table.ts'
import type { KeyHasher } from '../identity/key-hasher.ts'
import type { StoredKey } from '../identity/key-store.ts'
import type { Config, LocalServer } from './config.ts'
import { defineKnownProvider, demoModelName, demoProviderName } from './default-provider.ts'

/** What a snapshot holds beside the configuration. */
export interface SnapshotParts {
  /** Greater than that of every snapshot before it; on each log line. */
  readonly id: number
  readonly hasher: KeyHasher
  readonly storedKeys: readonly StoredKey[]
  readonly localServers: readonly LocalServer[]
  /** Facts about models; absent: none. */
  readonly catalog?: Catalog
  /** When this is, for prices that change on a day; absent: before all of them. */
  readonly nowMs?: number
}

/**
 * Makes of a checked configuration what calls read: names resolved to deployments, keys to digests. The file wins over
 * what was found; a key of the file wins over a stored one. `provider/model` needs no entry: the call path resolves it.
 */
export function buildSnapshot(config: Config, parts: SnapshotParts): Snapshot {
  const { bodyLimitBytes, answerLimitBytes, heartbeatMs, isDetecting } = config.settings
  const localServers = isDetecting ? parts.localServers : []
  const providers = collectProviders(config, localServers)
  const catalog = parts.catalog ?? emptyCatalog
  const day = new Date(parts.nowMs ?? 0).toISOString().slice(0, 10)
  const models = completeModels(collectModels(config, providers, localServers), { catalog, day })
  return {
    id: parts.id,
    providers,
    models,
    table: createModelTable({ models, providers, catalog, day, aliases }),
    catalog,
    keys: collectKeys(config, parts),
    settings: { bodyLimitBytes, answerLimitBytes, heartbeatMs },
  }
}

const emptyCatalog = new Catalog([])

/** Known ids by the names that other gateways have for them. */
const aliases: ReadonlyMap<string, string> = new Map(
  knownProviders.flatMap(({ id, aliases: names = [] }) => [id, ...names].map((name) => [name, id])),
)

/** Prices and limits are looked up here, once, and never by a call. */
function completeModels(
  models: ReadonlyMap<string, readonly Deployment[]>,
  facts: { readonly catalog: Catalog; readonly day: string },
): ReadonlyMap<string, readonly Deployment[]> {
  if (facts.catalog.size === 0) return models
  return new Map([...models].map(([name, all]) => [name, all.map((each) => completeDeployment(each, facts))]))
}

function collectProviders(config: Config, localServers: readonly LocalServer[]): ReadonlyMap<string, Provider> {
  const providers = new Map<string, Provider>()
  for (const [name, { provider }] of config.providers) providers.set(name, provider)
  for (const { known, apiKey } of localServers)
    if (!providers.has(known.id)) providers.set(known.id, defineKnownProvider(known, apiKey, config.settings.deadlines))
  return providers
}

function collectModels(
  config: Config,
  providers: ReadonlyMap<string, Provider>,
  localServers: readonly LocalServer[],
): ReadonlyMap<string, readonly Deployment[]> {
  const models = new Map<string, readonly Deployment[]>()
  for (const [name, targets] of config.models)
    models.set(
      name,
      targets.flatMap(({ provider: providerName, ...target }) => {
        const provider = providers.get(providerName)
        return provider ? [{ ...target, provider }] : []
      }),
    )
  for (const { known, models: names } of localServers) {
    // A file may give this name to another address; then these models are not there.
    const isAsked = config.providers.get(known.id)?.source !== 'file'
    if (isAsked) for (const model of names) addFree(models, providers.get(known.id), model)
  }
  addFree(models, providers.get(demoProviderName), demoModelName)
  return models
}

/** Lists a model that costs nothing as `provider/model`, unless the file says what that name means. */
function addFree(models: Map<string, readonly Deployment[]>, provider: Provider | undefined, model: string): void {
  if (!provider) return
  const name = `${provider.name}/${model}`
  if (!models.has(name)) models.set(name, [{ provider, model, price: 'free', deadlines: provider.deadlines }])
}

function collectKeys(config: Config, { hasher, storedKeys }: SnapshotParts): ReadonlyMap<string, VirtualKey> {
  const keys = new Map<string, VirtualKey>()
  for (const stored of storedKeys) if (!stored.isDisabled) keys.set(stored.digest, readStoredKey(stored))
  for (const { key, ...rest } of config.keys)
    keys.set(hasher(key.reveal()), { id: `config:${rest.name}`, ...rest, source: 'config' })
  return keys
}

function readStoredKey({ id, name, models, providers, passThrough }: StoredKey): VirtualKey {
  return {
    id,
    name,
    models: models && new Set(models),
    providers: providers && new Set(providers),
    passThrough: passThrough === true ? true : passThrough && new Set(passThrough),
    source: 'store',
  }
}

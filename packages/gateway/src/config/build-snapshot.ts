import type { Snapshot, VirtualKey } from '@sluice/core/call/snapshot.ts'
import { Catalog } from '@sluice/core/catalog/catalog.ts'
import type { Deployment, Provider } from '@sluice/core/providers/provider.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { completeDeployment, createModelTable } from '@sluice/core/routing/model-table.ts'
import type { KeyHasher } from '../identity/key-hasher.ts'
import type { StoredKey } from '../identity/key-store.ts'
import type { Config, FoundServer } from './config.ts'
import { defineKnownProvider, demoModelName, demoProviderName } from './default-provider.ts'

/** What a snapshot holds beside the configuration. */
export interface SnapshotParts {
  /** Greater than that of every snapshot before it; on each log line. */
  readonly id: number
  readonly hasher: KeyHasher
  readonly storedKeys: readonly StoredKey[]
  /** Self-hosted servers as last seen. */
  readonly servers: readonly FoundServer[]
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
  const servers = parts.servers.filter(({ name, found }) => (found ? isDetecting : config.providers.has(name)))
  const providers = collectProviders(config, servers)
  const catalog = parts.catalog ?? emptyCatalog
  const day = new Date(parts.nowMs ?? 0).toISOString().slice(0, 10)
  const models = completeModels(collectModels(config, providers, servers), { catalog, day })
  return {
    id: parts.id,
    providers,
    models,
    table: createModelTable({ models, providers, catalog, day, aliases }),
    catalog,
    ...(parts.nowMs !== undefined && { day }),
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

function collectProviders(config: Config, servers: readonly FoundServer[]): ReadonlyMap<string, Provider> {
  const providers = new Map<string, Provider>()
  for (const [name, { provider }] of config.providers) providers.set(name, provider)
  for (const { name, found } of servers)
    if (found && !providers.has(name))
      providers.set(name, defineKnownProvider(found.known, found.apiKey, config.settings.deadlines))
  return providers
}

function collectModels(
  config: Config,
  providers: ReadonlyMap<string, Provider>,
  servers: readonly FoundServer[],
): ReadonlyMap<string, readonly Deployment[]> {
  const models = new Map<string, readonly Deployment[]>()
  const down = new Set(servers.filter(({ isUp }) => !isUp).map(({ name }) => name))
  for (const [name, targets] of config.models)
    models.set(
      name,
      downLast(
        targets.flatMap(({ provider: providerName, ...target }) => {
          const provider = providers.get(providerName)
          return provider ? [{ ...target, provider }] : []
        }),
        down,
      ),
    )
  for (const { name, found, models: names, contextTokens } of servers) {
    // A file may give this name to another address; then what was found there is not this provider's.
    const isMeant = !found || config.providers.get(name)?.source !== 'file'
    if (isMeant)
      for (const model of names) addFound(models, providers.get(name), { model, tokens: contextTokens?.get(model) })
  }
  addFound(models, providers.get(demoProviderName), { model: demoModelName, tokens: undefined })
  return models
}

/** A server that does not answer its probes is tried when nothing else has answered: it may be back by then. */
function downLast(deployments: readonly Deployment[], down: ReadonlySet<string>): readonly Deployment[] {
  if (!deployments.some(({ provider }) => down.has(provider.name))) return deployments
  const isDown = ({ provider }: Deployment): boolean => down.has(provider.name)
  return [...deployments.filter((each) => !isDown(each)), ...deployments.filter(isDown)]
}

/** Lists a model as `provider/model`, unless the file says what that name means. */
function addFound(
  models: Map<string, readonly Deployment[]>,
  provider: Provider | undefined,
  { model, tokens }: { readonly model: string; readonly tokens: number | undefined },
): void {
  if (!provider) return
  const name = `${provider.name}/${model}`
  if (models.has(name)) return
  const { deadlines, price } = provider
  const facts = { ...(price !== undefined && { price }), ...(tokens !== undefined && { contextTokens: tokens }) }
  models.set(name, [{ provider, model, deadlines, ...facts }])
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

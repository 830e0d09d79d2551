import type { KnownProvider } from '@sluice/core/providers/provider.ts'
import { isLoopbackHost } from '../config/base-url.ts'
import type { Config, FoundServer } from '../config/config.ts'
import { defineKnownProvider, findKey, serverFactsOf } from '../config/default-provider.ts'
import type { Environment } from '../config/expand-variables.ts'
import type { ServerState, WatchedServer } from './server-watch.ts'

/** What decides which servers are looked after. */
export interface ServerSources {
  readonly config: Config
  readonly knownProviders: readonly KnownProvider[]
  readonly env: Environment
}

/**
 * Every server to look after: those of the configuration, and, unless it says not to, the usual addresses of the known
 * ones on this machine. Only loopback addresses are guessed.
 */
export function listServers({ config, knownProviders, env }: ServerSources): readonly WatchedServer[] {
  const servers: WatchedServer[] = []
  for (const { provider, server } of config.providers.values())
    if (server) servers.push({ provider, facts: server, isGuess: false })
  if (!config.settings.isDetecting) return servers
  for (const known of knownProviders) {
    if (config.providers.has(known.id) || !isNearby(known)) continue
    const provider = defineKnownProvider(known, findKey(known, env)?.apiKey, config.settings.deadlines)
    servers.push({ provider, facts: serverFactsOf(known), isGuess: true })
  }
  return servers
}

function isNearby({ isLocal, baseUrl }: KnownProvider): boolean {
  return isLocal === true && isLoopbackHost(new URL(baseUrl).hostname)
}

/** What was seen of them, as a snapshot is built from it. */
export function foundServers(
  states: readonly ServerState[],
  { config, knownProviders, env }: ServerSources,
): readonly FoundServer[] {
  return states.map(({ name, models, contextTokens, isUp }) => {
    const known = config.providers.has(name) ? undefined : knownProviders.find(({ id }) => id === name)
    return {
      name,
      models,
      isUp,
      ...(contextTokens && { contextTokens }),
      ...(known && { found: { known, apiKey: findKey(known, env)?.apiKey } }),
    }
  })
}

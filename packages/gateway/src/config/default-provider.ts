import type { Deadlines, KnownProvider, Provider, ServerFacts } from '@sluice/core/providers/provider.ts'
import { Secret } from '@sluice/core/providers/secret.ts'
import type { ConfiguredProvider } from './config.ts'
import type { Environment } from './expand-variables.ts'

/** The provider that is always there and answers from inside the process, without a network. */
export const demoProviderName = 'demo'

/** The one model of the built-in provider: it streams back what it was told. */
export const demoModelName = 'echo'

/** The built-in provider. Its address leads nowhere on purpose: `.invalid` never resolves (RFC 2606). */
export function defineDemoProvider(deadlines: Deadlines): ConfiguredProvider {
  const provider: Provider = {
    name: demoProviderName,
    dialect: 'openai-chat',
    baseUrl: 'http://demo.invalid/v1',
    origin: 'http://demo.invalid',
    apiKey: undefined,
    headers: {},
    quirks: {},
    allow: new Set(),
    deadlines,
    price: 'free',
    transport: 'demo',
  }
  return { provider, source: 'built-in' }
}

/** A known provider under its own id, just as the world knows it. */
export function defineKnownProvider(known: KnownProvider, apiKey: Secret | undefined, deadlines: Deadlines): Provider {
  return {
    name: known.id,
    knownId: known.id,
    dialect: known.dialect,
    ...(known.alsoSpeaks && { alsoSpeaks: known.alsoSpeaks }),
    baseUrl: known.baseUrl,
    origin: new URL(known.baseUrl).origin,
    apiKey,
    headers: {},
    quirks: known.quirks ?? {},
    ...(known.tasks && { tasks: known.tasks }),
    allow: new Set(),
    deadlines,
    ...(known.isLocal && { price: 'free' as const }),
  }
}

/** How a server of this kind tells about itself; what is not known to differ lists its models as OpenAI does. */
export function serverFactsOf(known: KnownProvider | undefined): ServerFacts {
  return known?.server ?? plainServer
}

const plainServer: ServerFacts = { lists: ['models'] }

/** The first of a known provider's key variables that is set. */
export function findKey(
  known: KnownProvider,
  env: Environment,
): { readonly variable: string; readonly apiKey: Secret } | undefined {
  for (const variable of known.keyVariables) {
    const value = Object.hasOwn(env, variable) ? env[variable]?.trim() : undefined
    // What could not stand in a header is no key; a file that names the variable is told so by its reader.
    if (value !== undefined && /^[\x21-\x7e]+$/.test(value)) return { variable, apiKey: new Secret(value) }
  }
  return undefined
}

/** Every known provider of the world whose key stands in the environment, under its own id; local servers are asked. */
export function detectFromEnvironment(
  knownProviders: readonly KnownProvider[],
  env: Environment,
  deadlines: Deadlines,
): readonly ConfiguredProvider[] {
  const found: ConfiguredProvider[] = []
  for (const known of knownProviders) {
    const key = findKey(known, env)
    if (!key || known.isLocal || known.access) continue
    const provider = defineKnownProvider(known, key.apiKey, deadlines)
    found.push({ provider, source: 'environment', variable: key.variable })
  }
  return found
}

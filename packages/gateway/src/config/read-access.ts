import type { AccessDefinition, AccessResult } from '@sluice/core/providers/access/access.ts'
import type { Address } from '@sluice/core/providers/address/address.ts'
import type { Credential } from '@sluice/core/providers/auth/credential.ts'
import type { Deadlines, KnownProvider, Provider } from '@sluice/core/providers/provider.ts'
import type { Secret } from '@sluice/core/providers/secret.ts'
import { readAccessValues } from './access-values.ts'
import { readBaseUrl } from './base-url.ts'
import type { ConfiguredProvider } from './config.ts'
import { findKey } from './default-provider.ts'
import type { Environment } from './expand-variables.ts'
import type { Fields, Located } from './fields.ts'
import { Problems } from './problem.ts'

/** Where a provider stands and what its calls carry. */
export interface Access {
  readonly baseUrl: string
  readonly origin: string
  readonly apiKey: Secret | undefined
  readonly address?: Address
  readonly credential?: Credential
}

/** What an entry says beside the provider's own fields. */
export interface AccessEntry {
  readonly known: KnownProvider
  readonly definition: AccessDefinition
  readonly fields: Fields
  /** `base_url`, already checked. */
  readonly address: Located<string> | undefined
  /** `api_key`, when it is written. */
  readonly apiKey: Secret | undefined
}

/** Reads the access of a provider in the file; reports what is missing or wrong at its place. */
export function readAccess(
  { known, definition, fields, address, apiKey }: AccessEntry,
  { env, problems }: { readonly env: Environment; readonly problems: Problems },
): Access | undefined {
  const isOwnHost = address === undefined || definition.ownHosts.test(new URL(address.value).hostname)
  const isIdentified = definition.fields.some(({ name, isIdentity }) => isIdentity === true && fields.has(name))
  const fromEnvironment = isIdentified || !isOwnHost ? undefined : findKey(known, env)?.apiKey
  const result = definition.define(
    readAccessValues(definition, {
      fields,
      env,
      baseUrl: address?.value,
      apiKey: apiKey ?? fromEnvironment,
      isOwnHost,
      problems,
    }),
  )
  if (!result.ok) {
    const place = fields.node(result.field) ?? fields
    return problems.add(place, result.message, result.suggestion)
  }
  const checked = finish(result, apiKey ?? fromEnvironment)
  return typeof checked === 'string' ? problems.add(address ?? fields, checked) : checked
}

/** A provider whose variables are all there, under its own id. */
export function detectAccess(
  known: KnownProvider,
  env: Environment,
  deadlines: Deadlines,
): ConfiguredProvider | undefined {
  const definition = known.access
  const variable = definition && findGroup(definition, env)?.[0]
  if (!definition || variable === undefined) return undefined
  const apiKey = findKey(known, env)?.apiKey
  const sources = { fields: undefined, env, baseUrl: undefined, apiKey, isOwnHost: true, problems: new Problems('') }
  const result = definition.define(readAccessValues(definition, sources))
  if (!result.ok) return undefined
  const access = finish(result, apiKey)
  // Where the environment itself names the host, the key that stands beside it is meant for it.
  if (typeof access === 'string') return undefined
  const provider: Provider = {
    name: known.id,
    knownId: known.id,
    dialect: known.dialect,
    ...(known.tasks && { tasks: known.tasks }),
    ...access,
    headers: {},
    quirks: known.quirks ?? {},
    allow: new Set(),
    deadlines,
  }
  return { provider, source: 'environment', variable }
}

/** Names of the fields a known provider has beside everybody's. */
export function accessFieldNames(known: KnownProvider | undefined): readonly string[] {
  return known?.access?.fields.map(({ name }) => name) ?? []
}

function findGroup(definition: AccessDefinition, env: Environment): readonly string[] | undefined {
  return definition.detectedBy.find((group) => group.every((name) => Object.hasOwn(env, name) && env[name] !== ''))
}

/** What `define` put together is read as strictly as what somebody wrote. */
function finish(result: Extract<AccessResult, { ok: true }>, apiKey: Secret | undefined): Access | string {
  const checked = readBaseUrl(result.baseUrl)
  if (!checked.ok) return checked.message
  const { baseUrl, origin } = checked
  const { address, credential, sendsKey = true } = result
  return {
    baseUrl,
    origin,
    apiKey: sendsKey && !credential ? (result.apiKey ?? apiKey) : undefined,
    ...(address && { address }),
    ...(credential && { credential }),
  }
}

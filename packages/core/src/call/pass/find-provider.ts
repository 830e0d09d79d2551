import type { DialectId } from '../../ir/dialect-id.ts'
import type { Failure, Result } from '../../ir/failure.ts'
import type { Provider } from '../../providers/provider.ts'
import { findProvider } from '../../providers/registry.ts'
import type { Snapshot, VirtualKey } from '../snapshot.ts'

/** What is spoken below the first segment of a path; undefined when it leads to no configured provider. */
export function passDialect(name: string, snapshot: Snapshot): DialectId | undefined {
  return candidates(name, snapshot)[0]?.dialect
}

/**
 * The provider this key reaches under that name: a configured name first, else what the world calls the provider
 * (`anthropic` finds one configured as `claude: { type: anthropic }`), the first of several that the key may pass through.
 */
export function findPassProvider(name: string, key: VirtualKey, snapshot: Snapshot): Result<Provider> {
  const found = candidates(name, snapshot)
  const allowed = found.find((provider) => mayPass(key, provider))
  return allowed ? { ok: true, value: allowed } : { ok: false, failure: found.length > 0 ? notAllowed(name) : unknown }
}

function candidates(name: string, { providers }: Snapshot): readonly Provider[] {
  const own = providers.get(name)
  if (own) return own.transport === 'demo' ? [] : [own]
  const id = findProvider(name)?.id
  return id === undefined ? [] : [...providers.values()].filter(({ knownId }) => knownId === id)
}

function mayPass({ providers, passThrough }: VirtualKey, { name }: Provider): boolean {
  if (providers && !providers.has(name)) return false
  return passThrough === true || passThrough?.has(name) === true
}

function notAllowed(name: string): Failure {
  return {
    kind: 'forbidden',
    message:
      `This key may not pass requests through to '${name}'. The operator allows it with 'passthrough: [${name}]' (or ` +
      "'true') on the key.",
    retry: 'never',
    code: 'passthrough_not_allowed',
  }
}

const unknown: Failure = { kind: 'not-found', message: 'There is no such provider.', retry: 'never' }

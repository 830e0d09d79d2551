import { providerDialects, relayRules } from '../dialects/registry.ts'
import type { ProviderDialect, RelayRules, RequestOptions } from '../ir/dialect.ts'
import type { DialectId } from '../ir/dialect-id.ts'
import type { Deployment, Provider } from '../providers/provider.ts'
import type { CompletionWireId } from '../tasks/task-id.ts'
import type { AdmittedCall } from './admit.ts'
import type { CallLife } from './call-life.ts'
import type { CallPorts } from './call-ports.ts'

/** One attempt's deployment with the codec it speaks. */
export interface AttemptCodec {
  readonly deployment: Deployment
  readonly dialect: ProviderDialect
  /** Absent for a dialect no client speaks. */
  readonly rules: RelayRules | undefined
  readonly options: RequestOptions<unknown>
  /** The provider completes text, and is not asked for a chat. */
  readonly form?: CompletionWireId
  readonly isStream: boolean
  /** The largest answer that is held whole, or that a translation may have to remember. */
  readonly answerLimitBytes: number
}

/** An attempt in a dialect that clients speak too, so that bytes may pass through. */
export interface RelayCodec extends AttemptCodec {
  readonly rules: RelayRules
}

/** One codec for each dialect the deployment's provider speaks, in the order a translation tries them. */
export function codecsFor(
  deployment: Deployment,
  admitted: AdmittedCall,
  { life, ports }: { readonly life: CallLife; readonly ports: CallPorts },
): readonly AttemptCodec[] {
  const { provider } = deployment
  const context = { provider: provider.name, createdAt: ports.unixSeconds(), newId: ports.newId }
  const codecOf = (id: DialectId): AttemptCodec => ({
    deployment,
    dialect: providerDialects[id],
    rules: relayRules[id],
    options: { quirks: quirksOf(deployment, id), context },
    isStream: admitted.isStream,
    answerLimitBytes: life.snapshot.settings.answerLimitBytes,
  })
  if (provider.address) return provider.address.dialectsOf(deployment.model).map(codecOf)
  if (!provider.alsoSpeaks) return [codecOf(provider.dialect)]
  return [...provider.alsoSpeaks, provider.dialect].map(codecOf)
}

const knownQuirks = new WeakMap<Provider, Map<DialectId, object>>()

/** Configured quirks are about the provider's first dialect; another has its defaults. */
function quirksOf({ provider, model }: Deployment, id: DialectId): object {
  const usual = usualQuirks(provider, id)
  const habits = provider.address?.habitsOf?.(model, id)
  if (!habits) return usual
  return { ...usual, ...habits, ...(id === provider.dialect && provider.quirks) }
}

/** Put together once. */
function usualQuirks(provider: Provider, id: DialectId): object {
  const known = knownQuirks.get(provider)?.get(id)
  if (known) return known
  const { defaultQuirks } = providerDialects[id]
  const defaults = typeof defaultQuirks === 'object' && defaultQuirks !== null ? defaultQuirks : {}
  const placed = { ...defaults, ...provider.address?.quirks?.[id] }
  const quirks = id === provider.dialect ? { ...placed, ...provider.quirks } : placed
  const byDialect = knownQuirks.get(provider) ?? new Map<DialectId, object>()
  knownQuirks.set(provider, byDialect.set(id, quirks))
  return quirks
}

import { dataPolicyOf } from '../../catalog/data-policies.ts'
import { findProvider } from '../../providers/registry.ts'
import type { ReachableEndpoint } from './reachable-models.ts'

/** True where a provider says it keeps no prompt and no answer, and where nothing leaves the operator's own machines. */
export function keepsNothing({ deployment: { provider, model } }: ReachableEndpoint): boolean {
  if (provider.transport === 'demo') return true
  const { knownId } = provider
  if (knownId === undefined) return false
  return findProvider(knownId)?.isLocal === true || dataPolicyOf(knownId, model)?.retentionDays === 0
}

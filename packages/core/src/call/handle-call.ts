import type { Failure } from '../ir/failure.ts'
import { statusOf } from '../ir/failure.ts'
import { admitCall } from './admit.ts'
import { attemptCall } from './attempt.ts'
import { headerText } from './call-headers.ts'
import { CallLife } from './call-life.ts'
import type { CallPorts } from './call-ports.ts'
import type { CallAnswer, ClientCall } from './client-call.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * One call, first byte to last:
 *
 *   admit    read what it wants and where it may go        else 400, 404
 *   attempt  deployments in order, until one answers        else the last one's failure, in the caller's dialect
 *   answer   relayed or translated; a stream is still open when this resolves
 *   settle   one record, exactly once, on every way out     (`CallLife`)
 */
export async function handleCall(call: ClientCall, snapshot: Snapshot, ports: CallPorts): Promise<CallAnswer> {
  const life = new CallLife(call, snapshot, ports)
  const admitted = admitCall(call, snapshot)
  if (!admitted.ok) return refuse(call, admitted.failure, life)
  life.requestedModel = admitted.value.model
  life.isStream = admitted.value.isStream

  let failure: Failure | undefined
  for (const deployment of admitted.value.deployments) {
    const answer = await attemptCall(call, admitted.value, { deployment, life, ports })
    if (answer.ok) return answer.value
    failure = answer.failure
    if (failure.retry !== 'other-target') break
  }
  return refuse(call, failure ?? nowhereToGo, life)
}

/** The answer of a call that failed before its first byte. */
function refuse(call: ClientCall, failure: Failure, life: CallLife): CallAnswer {
  life.fail(failure)
  const { status, headers, body } =
    life.isSameDialect && failure.upstream ? sameError(failure) : call.codec.encodeFailure(failure)
  const where = failure.upstream && { 'x-sluice-provider': headerText(failure.upstream.provider) }
  return { status, headers: { ...headers, ...where, 'x-sluice-request-id': call.requestId }, body }
}

/** A provider's own error for a client of its own dialect: unchanged, so that the client's own handling of it works. */
function sameError(failure: Failure): { status: number; headers: Record<string, string>; body: string } {
  const headers: Record<string, string> = { 'content-type': failure.upstream?.contentType ?? 'application/json' }
  if (failure.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(failure.retryAfterMs / 1000))
  if (failure.upstream?.requestId !== undefined) headers['x-request-id'] = failure.upstream.requestId
  return { status: statusOf(failure), headers, body: failure.upstream?.body ?? '' }
}

const nowhereToGo: Failure = {
  kind: 'not-found',
  message: 'The model has no deployment to go to.',
  retry: 'never',
  code: 'model_not_found',
}

import type { Failure, Result } from '../ir/failure.ts'
import { type AdmittedCall, admitCall, readWanted } from './admit.ts'
import { answerFailure } from './answer-failure.ts'
import { attemptCall } from './attempt.ts'
import { CallLife } from './call-life.ts'
import type { CallPorts } from './call-ports.ts'
import type { CallAnswer, ClientCall } from './client-call.ts'
import { internalFailure } from './internal-failure.ts'
import type { Snapshot } from './snapshot.ts'
import { attemptTask } from './task/attempt-task.ts'

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
  try {
    const admitted = admit(call, life)
    if (!admitted.ok) return refuse(call, admitted.failure, life)
    const attempt = call.task ? attemptTask : attemptCall
    let failure = nowhereToGo
    for (const deployment of admitted.value.deployments) {
      const answer = await attempt(call, admitted.value, { deployment, life, ports })
      if (answer.ok) return answer.value
      failure = answer.failure
      if (failure.retry !== 'other-target') break
    }
    return refuse(call, failure, life)
  } catch (bug) {
    ports.reportBug(bug, call.requestId)
    return refuse(call, internalFailure(call.requestId), life)
  }
}

function admit(call: ClientCall, life: CallLife): Result<AdmittedCall> {
  const wanted = readWanted(call)
  if (!wanted.ok) return wanted
  life.requestedModel = wanted.value.model
  life.isStream = wanted.value.isStream
  return admitCall(wanted.value, call.key, life.snapshot)
}

function refuse(call: ClientCall, failure: Failure, life: CallLife): CallAnswer {
  life.fail(failure)
  return answerFailure(call, failure, life.isSameDialect)
}

const nowhereToGo: Failure = {
  kind: 'not-found',
  message: 'The model has no deployment to go to.',
  retry: 'never',
  code: 'model_not_found',
}

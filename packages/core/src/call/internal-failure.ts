import type { Failure } from '../ir/failure.ts'

/** What a caller is told of a bug: where the log has the rest of it. */
export function internalFailure(requestId: string): Failure {
  const message = `The gateway made a mistake. The log has it under request id ${requestId}.`
  return { kind: 'internal', message, retry: 'same-target' }
}

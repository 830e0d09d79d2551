import type { WireAnswer } from '../ir/dialect.ts'
import type { Failure } from '../ir/failure.ts'
import { statusOf } from '../ir/failure.ts'
import { encodeTaskFailure } from '../tasks/failure-words.ts'
import { headerText } from './call-headers.ts'
import type { CallAnswer, ClientCall } from './client-call.ts'

/**
 * The answer of a call that failed before its first byte. A provider's own error for a client of its own dialect passes
 * unchanged, so that the client's own handling of it works; one without a body, or with one too large to keep, is told
 * in our words.
 */
export function answerFailure(call: ClientCall, failure: Failure, isSameDialect: boolean): CallAnswer {
  const { status, headers, body } =
    isSameDialect && failure.upstream?.body ? sameError(failure) : ownError(call, failure)
  const where = failure.upstream && { 'x-sluice-provider': headerText(failure.upstream.provider) }
  return { status, headers: { ...headers, ...where, 'x-sluice-request-id': call.requestId }, body }
}

function ownError({ task, codec }: ClientCall, failure: Failure): WireAnswer {
  return task?.words ? encodeTaskFailure(task.words, failure) : codec.encodeFailure(failure)
}

function sameError(failure: Failure): { status: number; headers: Record<string, string>; body: string } {
  const headers: Record<string, string> = { 'content-type': headerText(failure.upstream?.contentType ?? json) }
  if (failure.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(failure.retryAfterMs / 1000))
  if (failure.upstream?.requestId !== undefined) headers['x-request-id'] = headerText(failure.upstream.requestId)
  return { status: statusOf(failure), headers, body: failure.upstream?.body ?? '' }
}

const json = 'application/json'

import type { StreamFraming, WireAnswer } from '../../ir/dialect.ts'
import type { Failure, FailureKind } from '../../ir/failure.ts'
import { statusOf } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'

/** Type and code of an error where the failure has no code of its own; clients branch on these words. */
const wordsByKind: Readonly<Record<FailureKind, readonly [type: string, code: string | null]>> = {
  'invalid-request': ['invalid_request_error', null],
  unsupported: ['invalid_request_error', 'unsupported_parameter'],
  'context-overflow': ['invalid_request_error', 'context_length_exceeded'],
  'content-blocked': ['invalid_request_error', 'invalid_prompt'],
  unauthenticated: ['invalid_request_error', 'invalid_api_key'],
  'budget-exceeded': ['insufficient_quota', 'insufficient_quota'],
  forbidden: ['invalid_request_error', 'permission_denied'],
  'not-found': ['invalid_request_error', 'not_found'],
  'method-not-allowed': ['invalid_request_error', 'method_not_allowed'],
  conflict: ['invalid_request_error', 'conflict'],
  'too-large': ['invalid_request_error', 'request_too_large'],
  'unsupported-media': ['invalid_request_error', 'unsupported_media_type'],
  'upgrade-required': ['invalid_request_error', 'upgrade_required'],
  'rate-limited': ['rate_limit_error', 'rate_limit_exceeded'],
  cancelled: ['invalid_request_error', 'cancelled'],
  internal: ['server_error', 'server_error'],
  'upstream-protocol': ['server_error', 'server_error'],
  'upstream-unavailable': ['server_error', 'server_error'],
  overloaded: ['server_error', 'server_is_overloaded'],
  'upstream-timeout': ['server_error', 'server_error'],
}

/** The `error` object of this dialect. */
export function errorOf(failure: Failure): JsonObject {
  const [type, code] = wordsByKind[failure.kind]
  return { message: failure.message, type, param: failure.param ?? null, code: failure.code ?? code }
}

/** The whole answer for a call that failed before its first byte. */
export function encodeFailure(failure: Failure): WireAnswer {
  const { retryAfterMs } = failure
  return {
    status: statusOf(failure),
    headers: {
      'content-type': 'application/json',
      ...(retryAfterMs !== undefined && {
        'retry-after': String(Math.ceil(retryAfterMs / 1000)),
        'retry-after-ms': String(Math.ceil(retryAfterMs)),
      }),
    },
    body: JSON.stringify({ error: errorOf(failure) }),
  }
}

/**
 * The `error` event. The documentation has its fields flat, the live API nests them (seen 2025-11-18); clients read
 * one or the other, so both are there.
 */
export function errorEvent(failure: Failure, sequenceNumber: number): JsonObject {
  const error = errorOf(failure)
  const { message, code, param } = error
  return { type: 'error', sequence_number: sequenceNumber, code, message, param, error }
}

/** What `response.error` says: a code is required there. */
export function responseError(failure: Failure): JsonObject {
  return { code: failure.code ?? wordsByKind[failure.kind][1] ?? 'server_error', message: failure.message }
}

/**
 * Ends a stream whose bytes were relayed: the `error` event, then `response.failed`, as the live API does. Codex acts
 * only on the second, every SDK stops at the first. The response's id and the last sequence number were not read on
 * their way through, so the numbers begin anew.
 */
export function encodeStreamFailure(failure: Failure, _framing: StreamFraming): string {
  const error = { type: 'response.failed', sequence_number: 1, response: failedResponse(failure) }
  return frameText('error', errorEvent(failure, 0)) + frameText('response.failed', error)
}

function failedResponse(failure: Failure): JsonObject {
  return { id: '', object: 'response', created_at: 0, status: 'failed', error: responseError(failure), output: [] }
}

/** One event of a stream. */
export function frameText(event: string, data: JsonObject): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

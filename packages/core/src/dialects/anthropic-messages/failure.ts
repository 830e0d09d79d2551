import type { WireAnswer } from '../../ir/dialect.ts'
import type { Failure, FailureKind } from '../../ir/failure.ts'
import { statusOf } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'

/** The API's word for each kind. https://platform.claude.com/docs/en/api/errors (seen 2026-11-21) */
const words: Readonly<Record<FailureKind, string>> = {
  'invalid-request': 'invalid_request_error',
  unsupported: 'invalid_request_error',
  'context-overflow': 'invalid_request_error',
  'content-blocked': 'invalid_request_error',
  unauthenticated: 'authentication_error',
  'budget-exceeded': 'billing_error',
  forbidden: 'permission_error',
  'not-found': 'not_found_error',
  'method-not-allowed': 'invalid_request_error',
  conflict: 'conflict_error',
  'too-large': 'request_too_large',
  'unsupported-media': 'invalid_request_error',
  'upgrade-required': 'invalid_request_error',
  'rate-limited': 'rate_limit_error',
  cancelled: 'api_error',
  internal: 'api_error',
  'upstream-protocol': 'api_error',
  'upstream-unavailable': 'api_error',
  overloaded: 'overloaded_error',
  'upstream-timeout': 'timeout_error',
}

/** The whole HTTP answer of a call that failed before its first byte. */
export function encodeFailure(failure: Failure): WireAnswer {
  return {
    status: statusOf(failure),
    headers: { 'content-type': 'application/json', ...retryHeaders(failure) },
    body: JSON.stringify(encodeError(failure)),
  }
}

/** A stream's last event when it broke; no `message_stop` follows it. */
export function encodeStreamFailure(failure: Failure): string {
  return `event: error\ndata: ${JSON.stringify(encodeError(failure))}\n\n`
}

/** The error object of a body or an event. The SDKs read a machine word at `details.error_code`. */
export function encodeError(failure: Failure): JsonObject {
  const { kind, message, upstream } = failure
  const code = errorCode(failure)
  return {
    type: 'error',
    error: { type: words[kind], message, ...(code !== undefined && { details: { error_code: code } }) },
    request_id: upstream?.requestId ?? null,
  }
}

/**
 * The tool runner of the SDK asks for a thread, and sends the conversation whole from then on when it is told, in the
 * API's own word, that there can be none: github.com/anthropics/anthropic-sdk-typescript, ThreadState.ts of 1.11.0
 * (seen 2026-11-21).
 */
function errorCode({ kind, param, code, upstream }: Failure): string | undefined {
  const isOurs = upstream === undefined && kind === 'unsupported'
  return isOurs && param === 'thread' ? 'thread_unsupported_request' : code
}

function retryHeaders({ retryAfterMs }: Failure): Record<string, string> {
  if (retryAfterMs === undefined) return {}
  const wait = Math.max(0, Math.ceil(retryAfterMs))
  return { 'retry-after': String(Math.ceil(wait / 1000)), 'retry-after-ms': String(wait) }
}

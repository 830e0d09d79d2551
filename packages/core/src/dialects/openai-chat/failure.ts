import type { WireAnswer } from '../../ir/dialect.ts'
import type { Failure, FailureKind } from '../../ir/failure.ts'
import { statusOf } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'

/** OpenAI's `error.type` and the `error.code` it uses when the failure names none. */
const wording: Readonly<Record<FailureKind, readonly [type: string, code: string | null]>> = {
  'invalid-request': ['invalid_request_error', null],
  unsupported: ['invalid_request_error', 'unsupported'],
  'context-overflow': ['invalid_request_error', 'context_length_exceeded'],
  'content-blocked': ['invalid_request_error', 'content_policy_violation'],
  unauthenticated: ['authentication_error', 'invalid_api_key'],
  'budget-exceeded': ['insufficient_quota', 'insufficient_quota'],
  forbidden: ['permission_error', null],
  'not-found': ['invalid_request_error', null],
  'method-not-allowed': ['invalid_request_error', 'method_not_allowed'],
  conflict: ['conflict_error', null],
  'too-large': ['invalid_request_error', 'request_too_large'],
  'unsupported-media': ['invalid_request_error', 'unsupported_media_type'],
  'upgrade-required': ['invalid_request_error', 'upgrade_required'],
  'rate-limited': ['rate_limit_error', 'rate_limit_exceeded'],
  cancelled: ['request_cancelled', 'request_cancelled'],
  internal: ['server_error', null],
  'upstream-protocol': ['server_error', 'upstream_protocol_error'],
  'upstream-unavailable': ['server_error', 'upstream_unavailable'],
  overloaded: ['server_error', 'overloaded'],
  'upstream-timeout': ['server_error', 'upstream_timeout'],
}

/** The whole HTTP answer of a call that failed before its first byte. */
export function encodeFailure(failure: Failure): WireAnswer {
  return {
    status: statusOf(failure),
    headers: { 'content-type': 'application/json', ...retryHeaders(failure) },
    body: JSON.stringify({ error: encodeError(failure) }),
  }
}

/** A stream's last frame when it broke. `[DONE]` never follows it. */
export function encodeStreamFailure(failure: Failure): string {
  return `data: ${JSON.stringify({ error: encodeError(failure) })}\n\n`
}

function encodeError(failure: Failure): JsonObject {
  const [type, code] = wording[failure.kind]
  return { message: failure.message, type, param: failure.param ?? null, code: failure.code ?? code }
}

function retryHeaders({ retryAfterMs }: Failure): Record<string, string> {
  if (retryAfterMs === undefined) return {}
  const wait = Math.max(0, Math.ceil(retryAfterMs))
  return { 'retry-after': String(Math.ceil(wait / 1000)), 'retry-after-ms': String(wait) }
}

import type { JsonObject } from './json.ts'

export type FailureKind =
  | 'invalid-request'
  | 'unsupported'
  | 'context-overflow'
  | 'content-blocked'
  | 'unauthenticated'
  | 'budget-exceeded'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'too-large'
  | 'unsupported-media'
  | 'upgrade-required'
  | 'rate-limited'
  | 'cancelled'
  | 'internal'
  | 'upstream-protocol'
  | 'upstream-unavailable'
  | 'overloaded'
  | 'upstream-timeout'

/** The HTTP status a client sees for each kind when no upstream gave its own. */
export const failureStatus: Readonly<Record<FailureKind, number>> = {
  'invalid-request': 400,
  unsupported: 400,
  'context-overflow': 400,
  'content-blocked': 400,
  unauthenticated: 401,
  'budget-exceeded': 402,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'too-large': 413,
  'unsupported-media': 415,
  'upgrade-required': 426,
  'rate-limited': 429,
  cancelled: 499,
  internal: 500,
  'upstream-protocol': 502,
  'upstream-unavailable': 502,
  overloaded: 503,
  'upstream-timeout': 504,
}

/** An expected way for a call to go wrong. Failures are values; only bugs are thrown. */
export interface Failure {
  readonly kind: FailureKind
  /** What was wrong and what to do, for the caller to read. Never holds a secret. */
  readonly message: string
  /** Where a second try may help: nowhere, the same deployment later, or another deployment now. */
  readonly retry: 'never' | 'same-target' | 'other-target'
  /** The HTTP status to answer with, when it is not `failureStatus[kind]` (an upstream's own status is kept). */
  readonly status?: number
  /** The request field at fault, as the caller's dialect names it: `messages[2].content`. */
  readonly param?: string
  /** A stable machine word, OpenAI's `error.code`: `model_not_found`, `context_length_exceeded` ... */
  readonly code?: string
  readonly retryAfterMs?: number
  readonly upstream?: UpstreamError
}

/** What the provider itself said. */
export interface UpstreamError {
  readonly provider: string
  readonly status: number
  readonly requestId?: string
  readonly contentType?: string
  /** Body as received, capped, so a same-dialect client gets the provider's own error back. */
  readonly body: string
  /** The provider's own type word (`overloaded_error`, `RESOURCE_EXHAUSTED`), when it gave one. */
  readonly type?: string
  /** The provider's own error object, for replay inside a stream of the same dialect. */
  readonly native?: JsonObject
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** The HTTP status a caller gets for this failure. */
export function statusOf(failure: Failure): number {
  return failure.status ?? failureStatus[failure.kind]
}

/** A request that is wrong in itself: never retried. `param` is the field, in the caller's own naming. */
export function invalidRequest(message: string, param?: string): { readonly ok: false; readonly failure: Failure } {
  return {
    ok: false,
    failure: { kind: 'invalid-request', message, retry: 'never', ...(param !== undefined && { param }) },
  }
}

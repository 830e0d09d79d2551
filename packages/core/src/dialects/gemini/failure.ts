import type { StreamFraming, WireAnswer } from '../../ir/dialect.ts'
import type { Failure, FailureKind } from '../../ir/failure.ts'
import { statusOf } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'

/** google.rpc.Code for each kind. https://google.aip.dev/193 (seen 2026-11-20) */
const statusWords: Readonly<Record<FailureKind, string>> = {
  'invalid-request': 'INVALID_ARGUMENT',
  unsupported: 'INVALID_ARGUMENT',
  'context-overflow': 'INVALID_ARGUMENT',
  'content-blocked': 'INVALID_ARGUMENT',
  unauthenticated: 'UNAUTHENTICATED',
  'budget-exceeded': 'RESOURCE_EXHAUSTED',
  forbidden: 'PERMISSION_DENIED',
  'not-found': 'NOT_FOUND',
  'method-not-allowed': 'UNIMPLEMENTED',
  conflict: 'ABORTED',
  'too-large': 'INVALID_ARGUMENT',
  'unsupported-media': 'INVALID_ARGUMENT',
  'upgrade-required': 'FAILED_PRECONDITION',
  'rate-limited': 'RESOURCE_EXHAUSTED',
  cancelled: 'CANCELLED',
  internal: 'INTERNAL',
  'upstream-protocol': 'UNAVAILABLE',
  'upstream-unavailable': 'UNAVAILABLE',
  overloaded: 'UNAVAILABLE',
  'upstream-timeout': 'DEADLINE_EXCEEDED',
}

/** `{"error":{code,message,status,details}}`: what clients of this dialect expect, with the details their SDKs read. */
export function errorBody(failure: Failure): JsonObject {
  const { message, param, code, retryAfterMs } = failure
  const details: JsonObject[] = []
  if (code !== undefined) {
    details.push({ '@type': `${types}ErrorInfo`, reason: code.toUpperCase(), domain: 'sluice' })
  }
  if (param !== undefined) {
    details.push({ '@type': `${types}BadRequest`, fieldViolations: [{ field: param, description: message }] })
  }
  if (retryAfterMs !== undefined) {
    details.push({ '@type': `${types}RetryInfo`, retryDelay: `${retryAfterMs / 1000}s` })
  }
  const error = { code: statusOf(failure), message, status: statusWords[failure.kind] }
  return { error: { ...error, ...(details.length > 0 && { details }) } }
}

const types = 'type.googleapis.com/google.rpc.'

export function encodeFailure(failure: Failure): WireAnswer {
  const { retryAfterMs } = failure
  return {
    status: statusOf(failure),
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      ...(retryAfterMs !== undefined && {
        'retry-after': String(Math.ceil(retryAfterMs / 1000)),
        'retry-after-ms': String(Math.ceil(retryAfterMs)),
      }),
    },
    body: JSON.stringify(errorBody(failure)),
  }
}

/**
 * The error that ends a stream. In the array framing it is the array's last element and closes the array: whoever
 * relayed the bytes before must have relayed whole elements, at least one, and no comma after the last.
 */
export function encodeStreamFailure(failure: Failure, framing: StreamFraming): string {
  const text = JSON.stringify(streamError(failure))
  return framing === 'sse' ? `data: ${text}\n\n` : `,\n${text}\n]`
}

/** The error chunk of a stream: a provider's own error as it said it, when it is one of this dialect. */
export function streamError(failure: Failure): JsonObject {
  const native = failure.upstream?.native
  const isOwn = typeof native?.['code'] === 'number' && typeof native['status'] === 'string'
  return isOwn ? { error: native } : errorBody(failure)
}

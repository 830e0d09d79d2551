import type { VirtualKey } from '@sluice/core/call/snapshot.ts'
import type { Failure } from '@sluice/core/ir/failure.ts'

/** Who is calling, or why that cannot be told. */
export type CallerCheck =
  | { readonly kind: 'virtual-key'; readonly key: VirtualKey }
  | { readonly kind: 'admin' | 'none' | 'unknown' | 'conflict' }

/** The target or the host cannot be read. */
export const badTarget: Failure = {
  kind: 'invalid-request',
  message: 'The request target or Host header is malformed.',
  retry: 'never',
}

/** No such path, or not by this method. */
export function noRoute(path: string, allowed: readonly string[]): Failure {
  const shown = path.slice(0, 200)
  return allowed.length > 0
    ? { kind: 'method-not-allowed', message: `'${shown}' answers ${allowed.join(', ')} only.`, retry: 'never' }
    : { kind: 'not-found', message: `There is no route '${shown}'. See GET /v1/models and the README.`, retry: 'never' }
}

/** What a 405 must say besides. */
export function allowHeader(allowed: readonly string[]): Record<string, string> | undefined {
  return allowed.length > 0 ? { allow: allowed.join(', ') } : undefined
}

/** A body where none is read. */
export const takesNoBody: Failure = {
  kind: 'invalid-request',
  message: 'This route takes no body.',
  retry: 'never',
}

/** The process is ending. */
export const goingAway: Failure = {
  kind: 'overloaded',
  message: 'This gateway is shutting down. Send the call again.',
  retry: 'same-target',
  retryAfterMs: 1000,
}

/** A GET of `/v1/responses` that wants a WebSocket: Codex falls back to HTTP at once on a 426, and only on that. */
export const upgradeRequired: Failure = {
  kind: 'upgrade-required',
  message: 'This gateway answers POST /v1/responses over HTTP, not over a WebSocket.',
  retry: 'never',
}

/** A GET of `/v1/responses` that wants none. */
export const onlyPost: Failure = {
  kind: 'method-not-allowed',
  message: 'Send POST /v1/responses; stored responses are not kept here.',
  retry: 'never',
}

const unauthenticated: Failure = {
  kind: 'unauthenticated',
  message: 'The API key is missing or not valid here. Send a key of this gateway (sl-...) as Authorization: Bearer.',
  retry: 'never',
  code: 'invalid_api_key',
}

/** Why somebody may not call. */
export const refuseCaller: Readonly<Record<Exclude<CallerCheck['kind'], 'virtual-key'>, Failure>> = {
  none: unauthenticated,
  unknown: unauthenticated,
  conflict: {
    kind: 'invalid-request',
    message: 'The request carries two credentials. Send one.',
    retry: 'never',
  },
  admin: {
    kind: 'forbidden',
    message: 'The admin key manages the gateway and makes no calls. Use a virtual key (sl-...).',
    retry: 'never',
  },
}

import type { Failure } from '../ir/failure.ts'
import { FrameTooLarge } from '../upstream/read-frames.ts'
import { TransportError, type TransportErrorKind } from '../upstream/transport.ts'

const kinds: Readonly<Record<TransportErrorKind, Failure['kind']>> = {
  'connect-failed': 'upstream-unavailable',
  'connect-timeout': 'upstream-timeout',
  'first-byte-timeout': 'upstream-timeout',
  'gap-timeout': 'upstream-timeout',
  'total-timeout': 'upstream-timeout',
  reset: 'upstream-unavailable',
  truncated: 'upstream-protocol',
  protocol: 'upstream-protocol',
  'too-large': 'upstream-protocol',
  tls: 'upstream-unavailable',
  redirect: 'upstream-protocol',
  credential: 'upstream-unavailable',
  aborted: 'cancelled',
}

/** A wire error as the failure the caller sees; undefined for anything else, which is a bug. */
export function transportFailure(error: unknown, provider: string): Failure | undefined {
  if (error instanceof FrameTooLarge) return broken(`Provider '${provider}' sent ${error.message}.`)
  if (!(error instanceof TransportError)) return undefined
  const kind = kinds[error.kind]
  return {
    kind,
    message: `Provider '${provider}': ${error.message}`,
    retry: kind === 'cancelled' ? 'never' : 'other-target',
    code: error.kind === 'credential' ? 'provider_auth_failed' : `upstream_${error.kind.replaceAll('-', '_')}`,
  }
}

function broken(message: string): Failure {
  return { kind: 'upstream-protocol', message, retry: 'other-target', code: 'upstream_too_large' }
}

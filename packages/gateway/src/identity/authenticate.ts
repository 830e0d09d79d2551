import type { VirtualKey } from '@sluice/core/call/snapshot.ts'
import type { KeyHasher } from './key-hasher.ts'
import { readCredential } from './read-credential.ts'

/** Who is calling, or why we cannot tell. */
export type Caller =
  | { readonly kind: 'virtual-key'; readonly key: VirtualKey }
  | { readonly kind: 'admin' }
  /** No credential at all: 401, saying how to present one. */
  | { readonly kind: 'none' }
  /** A credential nobody has, or nothing that could be one: 401. */
  | { readonly kind: 'unknown' }
  /** Two different credentials: 400. */
  | { readonly kind: 'conflict' }

export interface Credentials {
  readonly hasher: KeyHasher
  /** The keyed hash of the admin key. */
  readonly adminDigest: string
}

const none: Caller = { kind: 'none' }
const unknown: Caller = { kind: 'unknown' }
const conflict: Caller = { kind: 'conflict' }
const admin: Caller = { kind: 'admin' }

/**
 * Finds the caller of a request. `keys` is the snapshot's: virtual keys by digest. What an attacker can vary reaches the
 * map only through a keyed hash, so how long the look-up takes says nothing about any key.
 */
export function authenticate(
  request: { readonly headers: Headers; readonly url: string },
  keys: ReadonlyMap<string, VirtualKey>,
  { hasher, adminDigest }: Credentials,
): Caller {
  const presented = readCredential(request.headers, request.url)
  switch (presented.kind) {
    case 'credential':
      return findOwner(hasher(presented.value), keys, adminDigest)
    case 'none':
      return none
    case 'malformed':
      return unknown
    case 'conflict':
      return conflict
    default:
      return presented satisfies never
  }
}

/** Should one text be both, it is the lesser of the two. */
function findOwner(digest: string, keys: ReadonlyMap<string, VirtualKey>, adminDigest: string): Caller {
  const key = keys.get(digest)
  if (key) return { kind: 'virtual-key', key }
  return digest === adminDigest ? admin : unknown
}

import type { VirtualKey } from '@sluice/core/call/snapshot.ts'
import type { KeyHasher } from './key-hasher.ts'
import { type HeaderLookup, readCredential } from './read-credential.ts'

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
  /**
   * Digests of credentials that were found valid, so that a busy key is hashed once and not on every call. Whether the
   * digest is still anybody's key is looked up every time. The map is emptied when it is full.
   */
  readonly known: Map<string, string>
}

/** Most credentials remembered. */
const mostKnown = 10_000

const none: Caller = { kind: 'none' }
const unknown: Caller = { kind: 'unknown' }
const conflict: Caller = { kind: 'conflict' }
const admin: Caller = { kind: 'admin' }

/**
 * Finds the caller of a request. `keys` is the snapshot's: virtual keys by digest. What an attacker can vary reaches the
 * map only through a keyed hash, so how long the look-up takes says nothing about any key.
 */
export function authenticate(
  request: { readonly headers: HeaderLookup; readonly target: string },
  keys: ReadonlyMap<string, VirtualKey>,
  credentials: Credentials,
): Caller {
  const presented = readCredential(request.headers, request.target)
  switch (presented.kind) {
    case 'credential':
      return findOwner(presented.value, keys, credentials)
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
function findOwner(
  credential: string,
  keys: ReadonlyMap<string, VirtualKey>,
  { hasher, adminDigest, known }: Credentials,
): Caller {
  const remembered = known.get(credential)
  const digest = remembered ?? hasher(credential)
  if (digest === adminDigest) return admin
  const key = keys.get(digest)
  if (!key) return unknown
  if (remembered === undefined) remember(known, credential, digest)
  return { kind: 'virtual-key', key }
}

/** Only valid credentials are kept: what anybody may send must not fill the map. */
function remember(known: Map<string, string>, credential: string, digest: string): void {
  if (known.size >= mostKnown) known.clear()
  known.set(credential, digest)
}

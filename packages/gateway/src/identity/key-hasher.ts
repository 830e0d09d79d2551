/** The keyed hash of a credential, as 64 hex digits: what stores and snapshots hold instead of the credential. */
export type KeyHasher = (credential: string) => string

/**
 * HMAC-SHA-256 under the pepper. Credentials are random and long, so one fast round is enough; whoever has the database
 * but not the pepper can try nothing, and a stolen digest presented as a key is hashed again and finds nothing (A10).
 * The keyed state is made once and copied per call, which halves the time of making it anew.
 */
export function createKeyHasher(pepper: string): KeyHasher {
  const keyed = new Bun.CryptoHasher('sha256', pepper)
  return (credential) => keyed.copy().update(credential).digest('hex')
}

import type { Transport } from '../../upstream/transport.ts'

/** What getting and using a credential needs of the world. */
export interface CredentialPorts {
  /** Requests to token servers go out as calls do: no redirects, the origin asserted, every wait bounded. */
  readonly transport: Transport
  /** Milliseconds of a clock that never goes back: how old a token is. */
  nowMs(): number
  /** Milliseconds since 1970, by this machine's clock, which may be wrong: what a signature says. */
  unixMs(): number
  /** The text of a small file; undefined when it cannot be read or is larger than a credential can be. */
  readFile(path: string): Promise<string | undefined>
  readonly digests: Digests
}

/** Hashes that are there at once: the web's own answer with a promise, and a signature is made for every call. */
export interface Digests {
  /** SHA-256 in lower-case hexadecimal. Text is hashed as UTF-8. */
  sha256Hex(data: string | Uint8Array): string
  hmacSha256(key: string | Uint8Array, text: string): Uint8Array
  /** RSASSA-PKCS1-v1_5 with SHA-256 (RS256); undefined when the key is no RSA key in PEM. */
  signRs256(text: string, privateKey: string): Uint8Array | undefined
}

/** What was asked for, or why it could not be had. `problem` is for the operator and the caller: no secret, no path. */
export type Obtained<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly retryAfterMs?: number }

/** A problem as an answer. */
export function cannotObtain(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem }
}

import { isCredential, mostCredentialLength } from './credential-shape.ts'

/** Headers by lower-case name; repeated ones joined by `, `. */
export interface HeaderLookup {
  get(name: string): string | null
  has(name: string): boolean
}

/**
 * What a request presents. `malformed` can be nobody's key and is answered like a wrong one, before anything is
 * computed from it; `conflict` presents two keys, and which one was meant is not ours to guess (400).
 */
export type PresentedCredential =
  | { readonly kind: 'credential'; readonly value: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'conflict' }

const none: PresentedCredential = { kind: 'none' }
const malformed: PresentedCredential = { kind: 'malformed' }
const conflict: PresentedCredential = { kind: 'conflict' }

/** Headers that hold a bare key: Anthropic's, Google's and Azure's. */
const keyHeaders = ['x-api-key', 'x-goog-api-key', 'api-key'] as const

/**
 * Reads the caller's key from wherever its client puts it: `Authorization: Bearer`, the access key id of an AWS signature, `x-api-key`, `x-goog-api-key`,
 * `api-key` or `?key=`. Several are fine while they are the same. `url` may be a whole URL or only a path with its query.
 */
export function readCredential(headers: HeaderLookup, url: string): PresentedCredential {
  const plain = readPlainBearer(headers, url)
  return plain === undefined ? readAny(headers, url) : { kind: 'credential', value: plain }
}

/** The usual case: one `Authorization: Bearer` and no other place that could hold a key. */
function readPlainBearer(headers: HeaderLookup, url: string): string | undefined {
  const authorization = headers.get('authorization')
  if (!authorization?.startsWith('Bearer ') || url.includes('key=')) return undefined
  for (const name of keyHeaders) if (headers.has(name)) return undefined
  const value = authorization.slice('Bearer '.length)
  return isCredential(value) ? value : undefined
}

function readAny(headers: HeaderLookup, url: string): PresentedCredential {
  const found = new Finding()
  const authorization = headers.get('authorization')
  if (authorization !== null) found.addAuthorization(authorization)
  for (const name of keyHeaders) {
    const value = headers.get(name)
    if (value !== null) found.addHeader(value)
  }
  if (url.includes('key=')) for (const value of queryKeys(url)) found.add(value)
  return found.result()
}

/** The keys found so far. */
class Finding {
  #value: string | undefined
  #isMalformed = false
  #isConflict = false

  /** An empty key is no key: clients without one send `Bearer ` all the same. */
  add(value: string): void {
    if (value === '') return
    if (value.length > mostCredentialLength) this.#isMalformed = true
    else if (this.#value === undefined) this.#value = value
    else if (this.#value !== value) this.#isConflict = true
  }

  addAuthorization(value: string): void {
    if (value.length > mostCredentialLength * 2) this.#isMalformed = true
    else if (isJoined(value, bearer)) this.#isConflict = true
    else if (!/^bearer *$/i.test(value)) {
      const token = bearer.exec(value)?.[1] ?? signer.exec(value)?.[1]
      if (token === undefined) this.#isMalformed = value !== '' || this.#isMalformed
      else this.add(token)
    }
  }

  addHeader(value: string): void {
    if (value.length > mostCredentialLength * 2) this.#isMalformed = true
    else if (isJoined(value, bare)) this.#isConflict = true
    else this.add(value)
  }

  result(): PresentedCredential {
    if (this.#isMalformed) return malformed
    if (this.#isConflict) return conflict
    if (this.#value === undefined) return none
    return isCredential(this.#value) ? { kind: 'credential', value: this.#value } : malformed
  }
}

const bearer = /^bearer +(\S+)$/i
/**
 * AWS clients sign what they send, and name the signer in the clear. Their access key id is then the key; what it was
 * signed with is not looked at: like every key here it is known to be right by being known.
 */
const signer =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/[a-z0-9-]+\/[a-z0-9-]+\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/
const bare = /^\S+$/

/**
 * Two headers of one name arrive joined by a comma; such a value is two credentials, even when
 * they are equal. A comma inside something that is no credential anyway is merely malformed.
 */
function isJoined(value: string, shape: RegExp): boolean {
  if (!value.includes(', ')) return false
  return value.split(', ').every((each) => shape.test(each))
}

/** Every `key` parameter of the query, decoded; parameters that merely end in `key` are not among them. */
function queryKeys(url: string): readonly string[] {
  const from = url.indexOf('?')
  if (from < 0) return []
  const hash = url.indexOf('#', from)
  return new URLSearchParams(url.slice(from + 1, hash < 0 ? undefined : hash)).getAll('key')
}

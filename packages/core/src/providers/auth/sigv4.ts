/**
 * AWS Signature Version 4, for any service but S3 (whose paths are encoded once).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (seen 2026-11-21)
 */
import type { Digests } from './credential-ports.ts'

/** A request as it will be sent. */
export interface SignableRequest {
  readonly method: string
  /** The path as it stands in the request line, without the query. */
  readonly path: string
  /** The query as it stands there, without the `?`. */
  readonly query: string
  /** What is signed: lower-case names, `host` among them. Values as they are sent. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Whose signature it is. */
export interface SigningKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
}

export interface SignMoment {
  readonly unixMs: number
  readonly digests: Digests
  /** The key derived for this day (`20150830`), by whoever keeps it; absent: it is derived anew. */
  readonly derivedKey?: (day: string) => Uint8Array
}

const algorithm = 'AWS4-HMAC-SHA256'

/** `x-amz-date` and `authorization` for this request; nothing else of it may change afterwards. */
export function signRequest(
  request: SignableRequest,
  keys: SigningKeys,
  { unixMs, digests, derivedKey }: SignMoment,
): { readonly 'x-amz-date': string; readonly authorization: string } {
  const date = amzDate(unixMs)
  const headers = { ...request.headers, 'x-amz-date': date }
  const names = Object.keys(headers).toSorted()
  const signed = { ...request, headers }
  const scope = `${date.slice(0, 8)}/${keys.region}/${keys.service}/aws4_request`
  const text = `${algorithm}\n${date}\n${scope}\n${digests.sha256Hex(canonicalRequest(signed, names, digests))}`
  const day = date.slice(0, 8)
  const signature = hex(digests.hmacSha256(derivedKey?.(day) ?? deriveKey(keys, day, digests), text))
  return {
    'x-amz-date': date,
    authorization: `${algorithm} Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

/** `20150830T123600Z` */
function amzDate(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** The request in the one spelling both sides hash. */
export function canonicalRequest(
  { method, path, query, headers, body }: SignableRequest,
  names: readonly string[],
  digests: Digests,
): string {
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`)
  const head = `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${lines.join('')}`
  return `${head}\n${names.join(';')}\n${digests.sha256Hex(body)}`
}

/** Each part encoded as it stands, which may be for the second time: `%3A` becomes `%253A`. */
function canonicalPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(encode(part))
  }
  const isFolder = parts.length > 0 && /(?:^|\/)\.{0,2}$/.test(path)
  return `/${parts.join('/')}${isFolder ? '/' : ''}`
}

/** Sorted by name, then by value, both as encoded. */
function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs = query.split('&').map((each) => {
    const at = each.indexOf('=')
    const [name, value] = at < 0 ? [each, ''] : [each.slice(0, at), each.slice(at + 1)]
    return [encode(decode(name)), encode(decode(value))] as const
  })
  const sorted = pairs.toSorted(([a, av], [b, bv]) => compare(a, b) || compare(av, bv))
  return sorted.map(([name, value]) => `${name}=${value}`).join('&')
}

/** By code units: all of it is ASCII. */
function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Everything but letters, digits and `-._~`, as upper-case hexadecimal. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A query that was never encoded is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What signs all requests of one day to one service of one region. */
export function deriveKey(
  { secretAccessKey, region, service }: SigningKeys,
  day: string,
  digests: Digests,
): Uint8Array {
  let key = digests.hmacSha256(`AWS4${secretAccessKey}`, day)
  for (const step of [region, service, 'aws4_request']) key = digests.hmacSha256(key, step)
  return key
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

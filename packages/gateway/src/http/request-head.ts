import { hasToken, lowerCaseName, maxHeaders, trimBlanks } from './header-lines.ts'
import type { ParseFault } from './parse-fault.ts'

/** How the end of a request's body is told. */
export type RequestFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }

/** Request line and headers of one request, checked. */
export interface RequestHead {
  readonly method: string
  /** As it was written: printable ASCII and latin1, no blanks. */
  readonly target: string
  readonly headers: RequestHeaders
  readonly framing: RequestFraming
  /** HTTP/1.0 clients read no chunks. */
  readonly isHttp11: boolean
  /** Whether the client may send another request on this connection. */
  readonly isPersistent: boolean
  /** The client waits for a `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean
}

/** Headers by lower-case name. */
export class RequestHeaders {
  readonly #values: ReadonlyMap<string, string>
  /** How often the body's length is told: a list in one header is not the same as the header sent twice. */
  readonly lengthLines: number

  constructor(values: ReadonlyMap<string, string>, lengthLines = 0) {
    this.#values = values
    this.lengthLines = lengthLines
  }

  /** The value under a lower-case name, of several all, joined by `, `; null when there is none. */
  get(name: string): string | null {
    return this.#values.get(name) ?? null
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** All of them, in the order they came first. Has no prototype, so any name is safe to look up. */
  toRecord(): Record<string, string> {
    const record: Record<string, string> = Object.create(null)
    for (const [name, value] of this.#values) record[name] = value
    return record
  }

  /** Calls `visit` with every header. */
  forEach(visit: (value: string, name: string) => void): void {
    this.#values.forEach(visit)
  }
}

/**
 * The whole head in one pass: a method, a target, a version, then lines that are each a token, a colon and visible
 * text, as latin1. Strict where leniency has been used to smuggle requests: no bare CR or LF, no folded lines, no space
 * before a colon (RFC 9112 sections 2.2, 3 and 5).
 */
const wholeHead =
  /^[A-Z]{3,16} [\x21-\x7e\x80-\xff]+ HTTP\/1\.[01](?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/
const lengthDigits = /^\d{1,15}$/

/** Reads a head, from the request line to before the empty line, decoded as latin1. */
export function parseRequestHead(text: string): RequestHead | ParseFault {
  if (!wholeHead.test(text)) return fault('The request line or a header is malformed.')
  const lineEnd = text.indexOf('\r\n')
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd)
  const space = line.indexOf(' ')
  const isHttp11 = line.endsWith('1')
  const headers = readHeaders(text, lineEnd)
  if (!headers) return { kind: 'too-large', message: `The request has over ${maxHeaders} headers.` }
  const framing = chooseFraming(headers, isHttp11)
  if ('message' in framing) return framing
  const connection = headers.get('connection')
  return {
    method: line.slice(0, space),
    target: line.slice(space + 1, -' HTTP/1.1'.length),
    headers,
    framing,
    isHttp11,
    isPersistent: connection === null ? isHttp11 : isHttp11 && !hasToken(connection, 'close'),
    expectsContinue: isHttp11 && framing.kind !== 'none' && hasToken(headers.get('expect'), '100-continue'),
  }
}

function readHeaders(text: string, lineEnd: number): RequestHeaders | undefined {
  const values = new Map<string, string>()
  let count = 0
  let lengthLines = 0
  let at = lineEnd
  while (at >= 0) {
    if (++count > maxHeaders) return undefined
    const colon = text.indexOf(':', at)
    const end = text.indexOf('\r\n', colon)
    const name = lowerCaseName(text.slice(at + 2, colon))
    const value = trimBlanks(text, colon + 1, end < 0 ? text.length : end)
    const earlier = values.get(name)
    values.set(name, earlier === undefined ? value : `${earlier}, ${value}`)
    if (name === 'content-length') lengthLines++
    at = end
  }
  return new RequestHeaders(values, lengthLines)
}

const none: RequestFraming = { kind: 'none' }
const chunked: RequestFraming = { kind: 'chunked' }

/** One length or one `chunked`, never both (RFC 9112 section 6.3). The same length told twice is one length. */
function chooseFraming(headers: RequestHeaders, isHttp11: boolean): RequestFraming | ParseFault {
  const coding = headers.get('transfer-encoding')
  const length = headers.get('content-length')
  if (coding !== null) {
    if (length !== null) return fault('Both Content-Length and Transfer-Encoding.')
    if (!isHttp11) return fault('Transfer-Encoding in an HTTP/1.0 request.')
    return coding.toLowerCase() === 'chunked' ? chunked : fault('A Transfer-Encoding other than chunked.')
  }
  if (length === null) return none
  if (lengthDigits.test(length)) return readLength(length)
  const [first = '', ...others] = length.split(', ')
  const isRepeated = lengthDigits.test(first) && others.every((each) => each === first)
  return isRepeated && headers.lengthLines > 1 ? readLength(first) : fault('The Content-Length is not one number.')
}

function readLength(digits: string): RequestFraming {
  return digits === '0' ? none : { kind: 'length', bytes: Number(digits) }
}

function fault(message: string): ParseFault {
  return { kind: 'protocol', message }
}

/** How the end of a body is told. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' }

/** Status line and headers of one answer, checked. */
export interface ResponseHead {
  readonly status: number
  /** Lower-case names; repeated ones joined by `, `. Has no prototype, so any name is safe to look up. */
  readonly headers: Readonly<Record<string, string>>
  readonly framing: Framing
  /** Whether the peer lets the connection be used again. */
  readonly isPersistent: boolean
  /** How long the peer says it keeps an idle connection. */
  readonly idleLimitMs: number | undefined
}

/** Why bytes were refused: not HTTP as we accept it, or over a limit. */
export interface ParseFault {
  readonly kind: 'protocol' | 'too-large'
  readonly message: string
}

export const maxHeadBytes: number = 64 * 1024
export const maxHeaders = 200

/** The whole head in one pass: a status line, then lines that are each a token, a colon and visible text. */
const wholeHead =
  /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/
const lengthDigits = /^\d{1,15}$/

/**
 * Reads a head, from the status line to before the empty line, decoded as latin1. Strict where leniency has been used
 * to smuggle answers: no bare CR or LF, no folded lines, no space before a colon, one length or one `chunked`, never
 * both (RFC 9112 sections 2.2, 5 and 6.3).
 */
export function parseHead(text: string): ResponseHead | ParseFault {
  if (!wholeHead.test(text)) return fault('The status line or a header is malformed.')
  const status = Number(text.slice(9, 12))
  const isHttp11 = text.charCodeAt(7) === 49
  const headers = readHeaders(text)
  if (!headers) return { kind: 'too-large', message: `More than ${maxHeaders} headers.` }
  const framing = chooseFraming(status, headers, isHttp11)
  if ('message' in framing) return framing
  return {
    status,
    headers,
    framing,
    isPersistent: isHttp11 && !hasToken(headers['connection'], 'close'),
    idleLimitMs: readIdleLimit(headers['keep-alive']),
  }
}

/** The headers of a head that has the right form; undefined when there are too many. */
function readHeaders(text: string): Record<string, string> | undefined {
  const headers: Record<string, string> = Object.create(null)
  let count = 0
  let at = text.indexOf('\r\n')
  while (at >= 0) {
    if (++count > maxHeaders) return undefined
    const colon = text.indexOf(':', at)
    const end = text.indexOf('\r\n', colon)
    const name = lowerCase(text.slice(at + 2, colon))
    const value = trimBlanks(text, colon + 1, end < 0 ? text.length : end)
    const earlier = headers[name]
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`
    at = end
  }
  return headers
}

const maxKnownNames = 500
const knownNames = new Map<string, string>()

/** Header names are few and come again: looking one up is cheaper than making it anew, and all share one string. */
function lowerCase(name: string): string {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  if (knownNames.size < maxKnownNames) knownNames.set(name, lower)
  return lower
}

function trimBlanks(text: string, start: number, end: number): string {
  let from = start
  let to = end
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function chooseFraming(status: number, headers: Record<string, string>, isHttp11: boolean): Framing | ParseFault {
  const coding = headers['transfer-encoding']
  const length = headers['content-length']
  if (coding !== undefined) {
    if (length !== undefined) return fault('Both Content-Length and Transfer-Encoding.')
    if (coding.toLowerCase() !== 'chunked') return fault('A Transfer-Encoding other than chunked.')
    if (!isHttp11) return fault('Transfer-Encoding in an HTTP/1.0 answer.')
  }
  if (length !== undefined && !lengthDigits.test(length)) return fault('The Content-Length is not one number.')
  if (status < 200 || status === 204 || status === 304) return { kind: 'none' }
  if (coding !== undefined) return { kind: 'chunked' }
  if (length !== undefined) return { kind: 'length', bytes: Number(length) }
  return { kind: 'until-close' }
}

/** `keep-alive: timeout=5`: Node and uvicorn servers tell, and close soon enough that it matters. */
function readIdleLimit(keepAlive: string | undefined): number | undefined {
  const seconds = keepAlive === undefined ? undefined : /(?:^|[,\s])timeout=(\d{1,6})/.exec(keepAlive)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

function hasToken(list: string | undefined, token: string): boolean {
  if (list === undefined) return false
  return list.split(',').some((each) => each.trim().toLowerCase() === token)
}

function fault(message: string): ParseFault {
  return { kind: 'protocol', message }
}

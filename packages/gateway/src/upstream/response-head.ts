import { hasToken, lowerCaseName, maxHeaders, trimBlanks } from '../http/header-lines.ts'
import type { ParseFault } from '../http/parse-fault.ts'

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
    const name = lowerCaseName(text.slice(at + 2, colon))
    const value = trimBlanks(text, colon + 1, end < 0 ? text.length : end)
    const earlier = headers[name]
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`
    at = end
  }
  return headers
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

function fault(message: string): ParseFault {
  return { kind: 'protocol', message }
}

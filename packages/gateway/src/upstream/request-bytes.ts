import type { OutboundRequest } from '@sluice/core/upstream/transport.ts'
import type { Target } from './target.ts'

const nameToken = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const badInValue = /[^\t\x20-\x7e\x80-\xff]/
const onlyAscii = /^[\0-\x7f]*$/

/** Headers that say how the bytes travel; only the transport knows that. */
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-connection',
])

/** Short bodies are joined to their head: one write, one packet. */
const joinBelowBytes = 64 * 1024

/** One request, ready for the socket, in the pieces it is written in. */
export type RequestBytes = readonly (string | Uint8Array)[]

/**
 * The bytes of one HTTP/1.1 request. Throws on a header that would break out of its line, because no checked input can
 * hold one. A piece that is a string is pure ASCII in its head and UTF-8 in its body, as the socket encodes strings.
 */
export function encodeRequest(request: OutboundRequest, target: Target): RequestBytes {
  const { body } = request
  const head = encodeHead(request, target, body === undefined ? 0 : byteLength(body))
  if (body === undefined || byteLength(body) === 0) return [asBytes(head)]
  if (typeof body === 'string') {
    if (body.length > joinBelowBytes) return [asBytes(head), Buffer.from(body)]
    return onlyAscii.test(head) ? [head + body] : [Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])]
  }
  if (body.byteLength > joinBelowBytes) return [asBytes(head), body]
  return [Buffer.concat([Buffer.from(head, 'latin1'), body])]
}

function encodeHead(request: OutboundRequest, target: Target, bodyBytes: number): string {
  const first = `${request.method} ${target.path} HTTP/1.1\r\nhost: ${target.authority}\r\naccept-encoding: identity\r\n`
  const hasLength = request.body !== undefined || sendsContent.has(request.method)
  const length = hasLength ? `content-length: ${bodyBytes}\r\n` : ''
  return `${first}${length}${headerLines(request.headers)}\r\n`
}

/** Methods that mean a body: an empty one is told as such (RFC 9110 section 8.6). */
const sendsContent: ReadonlySet<OutboundRequest['method']> = new Set(['POST', 'PUT', 'PATCH'])

/** Lines by the object they were written from: callers keep one object for equal headers. */
const knownLines = new WeakMap<object, string>()

function headerLines(headers: OutboundRequest['headers']): string {
  const known = knownLines.get(headers)
  if (known !== undefined) return known
  const lines = writeLines(headers)
  knownLines.set(headers, lines)
  return lines
}

function writeLines(headers: OutboundRequest['headers']): string {
  let lines = ''
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || ownHeaders.has(name)) continue
    if (!nameToken.test(name)) throw new Error(`Not a lower-case header name: ${JSON.stringify(name)}`)
    if (badInValue.test(value)) throw new Error(`The value of header ${name} cannot be sent.`)
    lines += `${name}: ${value}\r\n`
  }
  return lines
}

function asBytes(head: string): string | Uint8Array {
  return onlyAscii.test(head) ? head : Buffer.from(head, 'latin1')
}

function byteLength(body: Uint8Array | string): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
}

import { STATUS_CODES } from 'node:http'

const nameToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const badInValue = /[^\t\x20-\x7e]/

/** Headers that say how the bytes travel; only the connection knows that. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'date', 'upgrade', 'trailer'],
])

/** What the connection itself has to say in the head of an answer. */
export interface HeadEnding {
  /** The length of the body in bytes; `chunked` or `until-close` when it is not known; undefined for no body at all. */
  readonly length: number | 'chunked' | 'until-close' | undefined
  readonly isLast: boolean
}

/**
 * The head of an HTTP/1.1 answer with its empty line, pure ASCII. Throws on a header that would break out of its line,
 * because no checked input can hold one.
 */
export function writeHead(
  status: number,
  headers: Readonly<Record<string, string>>,
  { length, isLast }: HeadEnding,
): string {
  let head = `${statusLine(status)}date: ${dateText()}\r\n`
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || ownHeaders.has(name)) continue
    if (!isKnownName(name)) throw new Error(`Not a header name: ${JSON.stringify(name)}`)
    if (badInValue.test(value)) throw new Error(`The value of header ${name} cannot be sent.`)
    head += `${name}: ${value}\r\n`
  }
  if (typeof length === 'number') head += `content-length: ${length}\r\n`
  else if (length === 'chunked') head += 'transfer-encoding: chunked\r\n'
  return isLast ? `${head}connection: close\r\n\r\n` : `${head}\r\n`
}

const statusLines = new Map<number, string>()

function statusLine(status: number): string {
  const known = statusLines.get(status)
  if (known !== undefined) return known
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Status'}\r\n`
  statusLines.set(status, line)
  return line
}

const mostNames = 500
const names = new Set<string>()

function isKnownName(name: string): boolean {
  if (names.has(name)) return true
  if (!nameToken.test(name)) return false
  if (names.size < mostNames) names.add(name)
  return true
}

let dateSecond = 0
let dateOfSecond = ''

/** The time as HTTP writes it, which is to the second. */
function dateText(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateOfSecond = new Date(second * 1000).toUTCString()
  }
  return dateOfSecond
}

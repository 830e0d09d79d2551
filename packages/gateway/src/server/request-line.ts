/** The parts of a request's target that routing and authentication read; both read this one object. */
export interface RequestLine {
  readonly path: string
  /** Undefined when there is no query, which is nearly always. */
  readonly query: URLSearchParams | undefined
}

const longestTarget = 8192

/**
 * Splits a request's target. Undefined when it or the Host header is malformed: two Host headers, a Host that is no
 * authority, a fragment, an over-long target. Bun lets those through (attack cases A3, D2), and a path read from them
 * could differ from the one a proxy in front has authorised. `request.url` is what Bun made of the target: dot segments
 * are resolved, and of an absolute one only path and query are left.
 */
export function readRequestLine(request: Request): RequestLine | undefined {
  const { url } = request
  const host = request.headers.get('host')
  if (host === null || host.length > 300 || !authority.test(host) || url.length > longestTarget) return undefined
  const start = url.startsWith('http://') ? url.indexOf('/', 'http://'.length) : -1
  if (start < 0 || url.includes('#')) return undefined
  const question = url.indexOf('?', start)
  if (question < 0) return { path: url.slice(start), query: undefined }
  return { path: url.slice(start, question), query: new URLSearchParams(url.slice(question + 1)) }
}

const authority = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

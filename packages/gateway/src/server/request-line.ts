import type { HttpRequest } from '../http/http-request.ts'

/** The parts of a request's target that routing and authentication read; both read this one object. */
export interface RequestLine {
  readonly path: string
  /** Undefined when there is no query, which is nearly always. */
  readonly query: URLSearchParams | undefined
}

const longestTarget = 8192

/**
 * Splits a request's target. Undefined when it or the Host header is malformed: two Host headers, a Host that is no
 * authority, a fragment, an over-long target. A path read from those could differ from the one a proxy in front has
 * authorised (attack cases A3, D2).
 */
export function readRequestLine({ target, headers }: HttpRequest): RequestLine | undefined {
  const host = headers.get('host')
  if (host === null || host.length > 300 || !authority.test(host)) return undefined
  if (target.length > longestTarget || target.includes('#')) return undefined
  const plain = canonical.test(target) ? target : resolveTarget(target)
  if (plain === undefined) return undefined
  const question = plain.indexOf('?')
  if (question < 0) return { path: plain, query: undefined }
  return { path: plain.slice(0, question), query: new URLSearchParams(plain.slice(question + 1)) }
}

const authority = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/** A path that means what it says: no dot segment, no backslash, nothing that a URL parser would write otherwise. */
const canonical =
  /^(?:\/(?!\.|%2e)[A-Za-z0-9_~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%-]*)+\/?(?:\?[\x21\x23-\x26\x28-\x3b\x3d\x3f-\x7e]*)?$/i

/**
 * Any other target as a URL parser understands it: dot segments and backslashes resolved, of an absolute one only path
 * and query left.
 */
function resolveTarget(target: string): string | undefined {
  const isAbsolute = /^https?:\/\//i.test(target)
  if (!isAbsolute && !target.startsWith('/')) return undefined
  try {
    const url = new URL(isAbsolute ? target : `http://host${target}`)
    return url.pathname + url.search
  } catch {
    return undefined
  }
}

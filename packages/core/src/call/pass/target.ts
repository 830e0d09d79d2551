import { invalidRequest, type Result } from '../../ir/failure.ts'
import type { Provider } from '../../providers/provider.ts'

/** Where a request goes: a URL of the provider's own origin, and its path for the log. */
export interface PassTarget {
  readonly url: string
  readonly path: string
}

/**
 * Joins what a client wrote after the provider's name to the provider's address. The path is the provider's own, from
 * its root (`/openai/v1/files` is `/v1/files` there); only what the base URL has before its version stays in front, so
 * that an address below a path (`https://host/team-a/v1`) keeps its callers there. A path that begins with all of the
 * base's is not doubled.
 *
 * The client's bytes decide nothing but path and query: they are checked segment by segment, written after a fixed origin,
 * and the result is read again and compared.
 */
export function joinTarget(
  { baseUrl, origin }: Pick<Provider, 'baseUrl' | 'origin'>,
  { path, query }: { readonly path: string; readonly query: string },
): Result<PassTarget> {
  const wrong = findFault(path)
  if (wrong !== undefined) return invalidRequest(`The path cannot be passed on: ${wrong}.`)
  const joined = joinPaths(baseUrl.slice(origin.length), path)
  const text = origin + joined + keptQuery(query)
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isAsWritten = url?.origin === origin && url.pathname === joined && url.username === '' && url.hash === ''
  if (!url || !isAsWritten) return invalidRequest('The path or query cannot be passed on as it is written.')
  return { ok: true, value: { url: url.href, path: joined } }
}

const versionSegment = /^v\d+(?:(?:alpha|beta)\d*)?$/

function joinPaths(basePath: string, path: string): string {
  const base = basePath.split('/').filter((each) => each !== '')
  const scope = versionSegment.test(base.at(-1) ?? '') ? base.slice(0, -1) : base
  const asked = path.split('/').slice(1)
  const isWithin = scope.every((each, at) => isSame(each, asked[at] ?? ''))
  return isWithin ? path : `/${[...scope, ...asked].join('/')}`
}

/** Versions stand for each other: `/v1beta1/projects/p` is below `/v1/projects/p`. */
function isSame(one: string, other: string): boolean {
  return one === other || (versionSegment.test(one) && versionSegment.test(other))
}

const plainPath = /^(?:\/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+\/?$/

/** Segments after which a model's name stands: there, and only there, a slash may be encoded (an ARN has one). */
const beforeModel: ReadonlySet<string> = new Set([
  ...['model', 'models', 'deployments', 'endpoints', 'engines', 'inference-profiles', 'foundation-models'],
])

function findFault(path: string): string | undefined {
  if (!plainPath.test(path)) return 'it has an empty segment or a character that does not belong there'
  const segments = path.split('/').slice(1)
  for (const [at, segment] of segments.entries()) {
    const fault = findSegmentFault(segment, beforeModel.has(segments[at - 1] ?? ''))
    if (fault !== undefined) return fault
  }
  return undefined
}

/** What servers have been led astray with: dots and slashes in disguise, once and twice encoded. */
function findSegmentFault(segment: string, maySlash: boolean): string | undefined {
  const decoded = decodeSegment(segment)
  if (decoded === undefined) return 'it is not UTF-8'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(decoded)) return 'it has an encoded control character or backslash'
  if (/%[0-9a-f]{2}/i.test(decoded)) return 'it is encoded twice'
  const plain = decoded.normalize('NFKC')
  if ((!maySlash && plain.includes('/')) || plain.includes('\\')) return 'it has an encoded slash'
  const isClean = plain
    .split('/')
    .every((part) => !/^(?:\.{1,2}(?:;.*)?)?$/.test(part) || (part === '' && segment === ''))
  return isClean ? undefined : 'it has a dot segment'
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** Names under which a query carries a credential; the caller's goes nowhere, and no other than ours is presented. */
const credentialNames: ReadonlySet<string> = new Set([
  ...['key', 'api_key', 'api-key', 'apikey', 'access_token', 'oauth_token', 'token', 'authorization', 'auth'],
  ...['$httpmethod', 'x-http-method-override'],
])

function keptQuery(query: string): string {
  const kept = query.split('&').filter((pair) => pair !== '' && !isCredential(pair))
  return kept.length > 0 ? `?${kept.join('&')}` : ''
}

function isCredential(pair: string): boolean {
  const [name = ''] = [...new URLSearchParams(pair).keys()]
  const lower = name.trim().toLowerCase()
  return credentialNames.has(lower) || lower.startsWith('x-amz-')
}

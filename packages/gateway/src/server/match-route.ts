import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Route } from './route-table.ts'

/** A request's way through the table. */
export interface RouteMatch {
  readonly route: Route
  /** The model in the path, decoded. */
  readonly model?: string
  /** The path as the client wrote it was below `/v1beta`. */
  readonly isBeta: boolean
  /** The path as the client wrote it was below `/api/v1`, OpenRouter's name for the same. */
  readonly isOpenRouter: boolean
}

/** Why a path leads nowhere, and in whose words to say so. */
export interface NoRoute {
  readonly allowed: readonly string[]
  readonly dialect: ClientDialectId
}

interface Pattern {
  readonly before: string
  readonly after: string
  readonly route: Route
}

interface StrippedPath extends Pick<RouteMatch, 'isBeta' | 'isOpenRouter'> {
  readonly path: string
}

export type RouteMatcher = (method: string, path: string) => RouteMatch | NoRoute

/** Compiles the table once. Matching looks at the path only, never at host or query. */
export function createMatcher(table: readonly Route[]): RouteMatcher {
  const literals = new Map<string, Route>()
  const patterns: Pattern[] = []
  for (const route of table) {
    const at = route.path.indexOf('{model}')
    if (at < 0) literals.set(`${route.method} ${route.path}`, route)
    else patterns.push({ before: route.path.slice(0, at), after: route.path.slice(at + '{model}'.length), route })
  }
  patterns.sort((a, b) => b.after.length - a.after.length || b.before.length - a.before.length)

  function find(method: string, { path, ...kind }: StrippedPath): RouteMatch | undefined {
    const route = literals.get(`${method} ${path}`)
    if (route) return { route, ...kind }
    for (const { before, after, route } of patterns) {
      if (route.method !== method || !path.startsWith(before) || !path.endsWith(after)) continue
      const model = decodeModel(path.slice(before.length, path.length - after.length))
      if (model !== undefined) return { route, model, ...kind }
    }
    return undefined
  }

  /** Every spelling of a route without a model that was ever asked for: a few dozen at most. */
  const known = new Map<string, RouteMatch>()

  return (method, rawPath) => {
    const spelling = `${method} ${rawPath}`
    const before = known.get(spelling)
    if (before) return before
    const stripped = stripPrefix(rawPath)
    const found = find(method, stripped)
    if (found?.route.path.startsWith('/{model}') && belowProvider.test(rawPath)) return nowhere(rawPath)
    if (found && found.model === undefined) known.set(spelling, found)
    if (found) return found
    if (belowProvider.test(rawPath)) return nowhere(rawPath)
    const allowed = ['GET', 'POST', 'HEAD'].filter((each) => each !== method && find(each, stripped))
    return { allowed, dialect: suggestedDialect(rawPath) }
  }
}

/** `/gemini/v1beta/models/x:generateContent`: a path of a provider's own, not a model's name with slashes. */
const belowProvider = /^\/(?!v\d|api\/)[^/]+\/(?:upload\/)?v\d[^/]*\//

function nowhere(rawPath: string): NoRoute {
  return { allowed: [], dialect: suggestedDialect(rawPath) }
}

/** `/api/v1/x`, `/v1/v1/x`, `/v1/x` and `/x` are one route; `/v1beta` is Google's name for the same. */
function stripPrefix(rawPath: string): StrippedPath {
  const isOpenRouter = rawPath.startsWith('/api/v1/')
  let path = isOpenRouter ? rawPath.slice(4) : rawPath
  if (path.startsWith('/v1beta/')) return { path: path.slice('/v1beta'.length), isBeta: true, isOpenRouter }
  for (let times = 0; times < 2 && path.startsWith('/v1/'); times++) path = path.slice(3)
  return { path, isBeta: false, isOpenRouter }
}

/** A percent-decoded model name; undefined for an empty, unended, over-long or undecodable one. */
function decodeModel(encoded: string): string | undefined {
  if (encoded === '' || encoded.endsWith('/') || encoded.length > 600) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

function suggestedDialect(path: string): ClientDialectId {
  if (path.includes('/messages')) return 'anthropic-messages'
  if (path.includes('/v1beta') || /:[a-zA-Z]+$/.test(path)) return 'gemini'
  return path.includes('/responses') ? 'openai-responses' : 'openai-chat'
}

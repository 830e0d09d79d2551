import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { CacheMark } from '../../ir/part.ts'

/** The most cache points of a request. https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html (seen 2026-11-21) */
const mostPoints = 4

/** A block of its own, after what is to be cached. Five minutes are the usual time, and not every model is told another. */
export function writeCachePoint({ ttl }: CacheMark): JsonObject {
  return { cachePoint: { type: 'default', ...(ttl === '1h' && { ttl }) } }
}

/** A block or a tool that is a cache point. */
export function isCachePoint(block: JsonObject): boolean {
  return block['cachePoint'] !== undefined
}

/** The lists of a request that may hold cache points, in the order in which the API caches them. */
export type CachedLists = readonly (readonly JsonObject[])[]

/** A later point covers all before it, so the first ones are the ones to go when there are too many. */
export function limitCachePoints(lists: CachedLists, lose: Lose): CachedLists {
  const found = lists.flat().filter(isCachePoint).length
  if (found <= mostPoints) return lists
  let excess = found - mostPoints
  lose({ path: 'cache', why: `${mostPoints} cache points at most; the first ${excess} were left out` })
  return lists.map((list) => list.filter((block) => !isCachePoint(block) || excess-- <= 0))
}

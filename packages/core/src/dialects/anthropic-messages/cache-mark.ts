import type { JsonObject } from '../../ir/json.ts'
import type { CacheMark, Extensions } from '../../ir/part.ts'
import { asObject, rest } from '../../ir/read.ts'
import { extend, ownFields } from './own-fields.ts'

interface Marked {
  readonly cache?: CacheMark
  readonly ext?: Extensions
}

/**
 * What every block and tool may carry: its cache mark, and the fields not named in `known`. A cache mark may say more
 * than a time to live (Claude Code sends `scope`); that stays under `cache_control` in the bag.
 */
export function readMarked(wire: JsonObject, known: readonly string[], notes?: JsonObject): Marked {
  const control = asObject(wire['cache_control'])
  const fields: Record<string, JsonObject[string]> = { ...rest(wire, 'cache_control', ...known), ...notes }
  if (!control) return extend(fields)
  const ttl = control['ttl']
  const cache: CacheMark = ttl === '5m' || ttl === '1h' ? { ttl } : {}
  const more = rest(control, ...(control['type'] === 'ephemeral' ? ['type'] : []), ...(cache.ttl ? ['ttl'] : []))
  if (more) fields['cache_control'] = more
  return { cache, ...extend(fields) }
}

/** The wire fields `readMarked` took apart. */
export function writeMarked({ cache, ext }: Marked): JsonObject {
  const { cache_control, ...fields } = ownFields(ext)
  return cache ? { ...fields, cache_control: { type: 'ephemeral', ...cache, ...asObject(cache_control) } } : fields
}

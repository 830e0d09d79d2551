import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { dialect } from './own-fields.ts'

/**
 * The counting habit here: `input_tokens` is only what was neither read from nor written to the cache, so the three are
 * added up; thinking is already inside `output_tokens`. In a stream `message_start` and `message_delta` each tell a part
 * of the fields, cumulatively: the later value replaces the earlier one, field by field.
 */
export function readUsage(wire: JsonObject, earlier?: Usage): Usage {
  const value = earlier?.native ? { ...earlier.native.value, ...wire } : wire
  const cacheRead = asNumber(value['cache_read_input_tokens'])
  const cacheWrite = asNumber(value['cache_creation_input_tokens']) ?? sumOfCreation(value)
  const fresh = asNumber(value['input_tokens'])
  return {
    input: fresh === undefined ? undefined : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cacheRead,
    cacheWrite,
    output: asNumber(value['output_tokens']),
    reasoning: asNumber(asObject(value['output_tokens_details'])?.['thinking_tokens']),
    native: { dialect, value },
  }
}

/** Cache writes by time to live, for an answer that tells only these. */
function sumOfCreation(value: JsonObject): number | undefined {
  const counts = Object.values(asObject(value['cache_creation']) ?? {}).filter((count) => typeof count === 'number')
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0)
}

/** The `usage` of a whole message, and of `message_start`. */
export function writeUsage(usage: Usage | undefined): JsonObject {
  if (usage?.native?.dialect === dialect) return usage.native.value
  const { input, cacheRead = 0, cacheWrite = 0, output, reasoning } = usage ?? noUsage
  return {
    input_tokens: Math.max(0, (input ?? 0) - cacheRead - cacheWrite),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output ?? 0,
    ...(reasoning !== undefined && { output_tokens_details: { thinking_tokens: reasoning } }),
  }
}

/** The `usage` of `message_delta`: the totals, without the fields that only `message_start` tells. */
export function writeDeltaUsage(usage: Usage | undefined, told: JsonObject): JsonObject {
  const { service_tier, inference_geo, cache_creation, speed, ...totals } = writeUsage(usage)
  const isNews = JSON.stringify(cache_creation) !== JSON.stringify(told['cache_creation'])
  return {
    ...totals,
    ...(isNews && cache_creation !== undefined && { cache_creation }),
    ...(speed !== told['speed'] && speed !== undefined && { speed }),
    ...(service_tier !== told['service_tier'] && service_tier !== undefined && { service_tier }),
    ...(inference_geo !== told['inference_geo'] && inference_geo !== undefined && { inference_geo }),
  }
}

const noUsage: Usage = {
  input: undefined,
  cacheRead: undefined,
  cacheWrite: undefined,
  output: undefined,
  reasoning: undefined,
}

import type { JsonObject } from '../../ir/json.ts'
import { asNumber } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { dialect } from './own-fields.ts'

/**
 * The counting habit here: `inputTokens` is only what was neither read from nor written to the cache, so the three are
 * added up, and `totalTokens` is their sum and the output. Reasoning is inside `outputTokens` and not told apart. Every
 * cache count stands twice, under an older name that ends in `Count` too.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html (seen 2026-11-21)
 */
export function readUsage(value: JsonObject): Usage {
  const cacheRead = asNumber(value['cacheReadInputTokens']) ?? asNumber(value['cacheReadInputTokenCount'])
  const cacheWrite = asNumber(value['cacheWriteInputTokens']) ?? asNumber(value['cacheWriteInputTokenCount'])
  const fresh = asNumber(value['inputTokens'])
  return {
    input: fresh === undefined ? undefined : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cacheRead,
    cacheWrite,
    output: asNumber(value['outputTokens']),
    reasoning: undefined,
    native: { dialect, value },
  }
}

import type { JsonObject } from '../../ir/json.ts'
import { asNumber, rest } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { dialect } from './own-fields.ts'

/** Fields of the last line that count something; durations are nanoseconds. */
const counters = [
  'prompt_eval_count',
  'eval_count',
  'total_duration',
  'load_duration',
  'prompt_eval_duration',
  'eval_duration',
] as const

/** What the last line tells beside its counts. */
export function withoutCounts(line: JsonObject): JsonObject {
  return rest(line, ...counters) ?? {}
}

/**
 * The counting habit here: `prompt_eval_count` and `eval_count` are whole, thinking inside the latter. A prompt that was
 * still in the cache is counted too, or by older servers not told at all. Nothing is billed.
 */
export function readUsage(line: JsonObject): Usage | undefined {
  const value = rest(line, ...Object.keys(withoutCounts(line)))
  if (!value) return undefined
  return {
    input: asNumber(line['prompt_eval_count']),
    cacheRead: undefined,
    cacheWrite: undefined,
    output: asNumber(line['eval_count']),
    reasoning: undefined,
    native: { dialect, value },
  }
}

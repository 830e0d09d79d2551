import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { dialect } from './extension.ts'

/**
 * Counting habit: `input_tokens` contains `cached_tokens` and `cache_write_tokens`, `output_tokens` contains
 * `reasoning_tokens`, as in the language, so every number carries over as it is. Sent once, in the terminal event.
 * Details may be missing altogether (llama.cpp); a host may add its own (`cost` of OpenRouter), kept in `native`.
 */
export function decodeUsage(wire: JsonObject): Usage {
  const input = asObject(wire['input_tokens_details'])
  const output = asObject(wire['output_tokens_details'])
  return {
    input: asNumber(wire['input_tokens']),
    cacheRead: asNumber(input?.['cached_tokens']),
    cacheWrite: asNumber(input?.['cache_write_tokens']),
    output: asNumber(wire['output_tokens']),
    reasoning: asNumber(output?.['reasoning_tokens']),
    native: { dialect, value: wire },
  }
}

/** Clients require every number but `cache_write_tokens`, so what was not reported is 0. */
export function encodeUsage(usage: Usage): JsonObject {
  if (usage.native?.dialect === dialect) return usage.native.value
  const { input = 0, output = 0, cacheRead = 0, cacheWrite, reasoning = 0 } = usage
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: cacheRead,
      ...(cacheWrite !== undefined && { cache_write_tokens: cacheWrite }),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}

import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { dialect } from './own-fields.ts'

/**
 * The counting habit here: two counts side by side. `tokens` is what ran through the model, with some five hundred
 * tokens of Cohere's own preamble; `billed_units` is what is paid for, without it
 * (https://docs.cohere.com/v2/docs/how-does-cohere-pricing-work, seen 2026-11-21). The bill is what a gateway accounts
 * for and what the caller wrote and read, so `billed_units` is the usage. `cached_tokens` and `reasoning_tokens` are
 * parts of `tokens`, larger at times than the billed whole, so they are told only where `tokens` is all there is.
 */
export function readUsage(wire: JsonObject): Usage | undefined {
  const billed = asObject(wire['billed_units'])
  const tokens = asObject(wire['tokens'])
  if (!billed && !tokens) return undefined
  const counts = billed ?? tokens ?? {}
  return {
    input: asNumber(counts['input_tokens']),
    cacheRead: billed ? undefined : asNumber(wire['cached_tokens']),
    cacheWrite: undefined,
    output: asNumber(counts['output_tokens']),
    reasoning: billed ? undefined : asNumber(tokens?.['reasoning_tokens']),
    native: { dialect, value: wire },
  }
}

import type { DialectId } from './dialect-id.ts'
import type { JsonObject } from './json.ts'

/**
 * Tokens of one model call. Totals include their breakdowns, whatever the provider's own habit:
 * `input` contains cached and audio tokens, `output` contains reasoning. `undefined` means "not reported".
 */
export interface Usage {
  readonly input: number | undefined
  readonly cacheRead: number | undefined
  readonly cacheWrite: number | undefined
  readonly output: number | undefined
  readonly reasoning: number | undefined
  readonly inputAudio?: number
  readonly outputAudio?: number
  /** What some providers bill reranking by, instead of tokens. */
  readonly searchUnits?: number
  /** The provider's own object, for billing what has no field here and for faithful replay. */
  readonly native?: { readonly dialect: DialectId; readonly value: JsonObject }
}

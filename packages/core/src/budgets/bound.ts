import type { Amounts } from './meter.ts'
import type { Quote } from './quote.ts'

/** The most one attempt can take. What it really took is never more, or the provider broke its word. */
export interface Bound extends Amounts {
  readonly quote: Quote
  readonly choices: number
  /** The `max_tokens` that must be sent, for each choice. */
  readonly maxOutputTokens: number
  /** Fewer than these for each choice are not worth sending. */
  readonly leastOutputTokens: number
}

export interface BoundFacts {
  readonly quote: Quote
  /** See `boundInputTokens`. */
  readonly inputTokens: number
  /** For each choice: what the client asked for, or the model's maximum. 0 for what has no output. */
  readonly maxOutputTokens: number
  /** How short an answer may become where a budget affords no more; `maxOutputTokens` when it may not be shortened. */
  readonly leastOutputTokens?: number
  /** `n`; 1 unless told. */
  readonly choices?: number
  /** 0 for the later attempts of a call that has been counted; 1 unless told. */
  readonly requests?: number
}

/** Bounds one attempt. */
export function boundAttempt(facts: BoundFacts): Bound {
  const { quote, inputTokens, maxOutputTokens, choices = 1, requests = 1 } = facts
  const outputTokens = maxOutputTokens * choices
  return {
    nanos: quote.boundNanos(inputTokens, outputTokens),
    inputTokens,
    outputTokens,
    requests,
    concurrency: 1,
    quote,
    choices,
    maxOutputTokens,
    leastOutputTokens: Math.min(maxOutputTokens, facts.leastOutputTokens ?? maxOutputTokens),
  }
}

/** The same attempt with at most so many output tokens for each choice. */
export function shortenBound(bound: Bound, maxOutputTokens: number): Bound {
  const outputTokens = maxOutputTokens * bound.choices
  return { ...bound, maxOutputTokens, outputTokens, nanos: bound.quote.boundNanos(bound.inputTokens, outputTokens) }
}

/** What is left, by meter; Infinity where nothing limits. */
export interface Room {
  readonly nanos: number
  readonly outputTokens: number
  /** Input and output together. */
  readonly tokens: number
}

/**
 * The longest answer, in tokens for each choice, whose bound fits the room: a small budget shortens an answer instead
 * of refusing it, and still cannot be overspent. Undefined when not even the shortest fits.
 */
export function affordableOutputTokens(bound: Bound, room: Room): number | undefined {
  const { quote, inputTokens, choices } = bound
  const fits = (tokens: number): boolean =>
    tokens * choices <= room.outputTokens &&
    inputTokens + tokens * choices <= room.tokens &&
    quote.boundNanos(inputTokens, tokens * choices) <= room.nanos
  if (fits(bound.maxOutputTokens)) return bound.maxOutputTokens
  if (!fits(bound.leastOutputTokens)) return undefined
  // The bound never falls as tokens grow, so halving finds the last that fits.
  let most = bound.leastOutputTokens
  let tooMany = bound.maxOutputTokens
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2)
    if (fits(middle)) most = middle
    else tooMany = middle
  }
  return most
}

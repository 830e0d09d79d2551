/**
 * What a limit counts. `tokens` is input and output together; `concurrency` is attempts in flight, which are given back
 * whole when they end.
 */
export type Meter = 'usd' | 'requests' | 'input-tokens' | 'output-tokens' | 'tokens' | 'concurrency'

/** Every meter, in the order they are listed to users. */
export const meters: readonly Meter[] = ['usd', 'requests', 'input-tokens', 'output-tokens', 'tokens', 'concurrency']

/** How much one attempt takes, of everything that can be counted. Whole numbers, 0 or more. */
export interface Amounts {
  /** Money in nano-USD: $1 is 1,000,000,000. Rounded up, once per attempt. */
  readonly nanos: number
  readonly inputTokens: number
  /** All answers of the attempt together. */
  readonly outputTokens: number
  readonly requests: number
  readonly concurrency: number
}

/** Takes nothing of anything. */
export const noAmounts: Amounts = { nanos: 0, inputTokens: 0, outputTokens: 0, requests: 0, concurrency: 0 }

/** The part of the amounts that this meter counts. */
export function amountOf(meter: Meter, amounts: Amounts): number {
  switch (meter) {
    case 'usd':
      return amounts.nanos
    case 'requests':
      return amounts.requests
    case 'input-tokens':
      return amounts.inputTokens
    case 'output-tokens':
      return amounts.outputTokens
    case 'tokens':
      return amounts.inputTokens + amounts.outputTokens
    case 'concurrency':
      return amounts.concurrency
    default:
      return meter satisfies never
  }
}

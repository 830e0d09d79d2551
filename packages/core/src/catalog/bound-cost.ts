import { addNanos, mostNanos, scaleNanos, tokenCost, wholeCount } from './money.ts'
import {
  type Factor,
  factors,
  type Price,
  type PriceCard,
  type RateCard,
  type ServiceTier,
  serviceTiers,
  type TokenKind,
  type TokenRates,
} from './price.ts'
import { isByUnit } from './settled-cost.ts'

/** The most a call can use. Everything absent is taken to be possible, except what a call has to ask for. */
export interface BoundedUse {
  /** At most so many go in, cached and written ones included. */
  readonly inputTokens: number
  /** At most so many come out over all choices, thinking included: the `max_tokens` that is sent, times `n`. */
  readonly outputTokens: number
  /** How often the provider's own web search may run; 0 when the call does not offer it. */
  readonly webSearches?: number
  /** How many search units a reranking may be billed. */
  readonly searchUnits?: number
  /** Service tiers the provider may choose beside the standard one; all but `batch` unless told. */
  readonly services?: readonly ServiceTier[]
  /** What may multiply the rates; everything unless told. */
  readonly factors?: readonly Factor[]
}

/**
 * The most a call can cost, in nano-USD: each side's tokens at the highest rate that could apply to any of them (cache
 * write, long prompt, service tier, factors), the fee of the request, and those of server tools. For every usage within
 * `use`, `settledCost` is at most this. Undefined when the price, or a rate or fee that is needed, is not known.
 */
export function boundCost(use: BoundedUse, price: Price | undefined): number | undefined {
  if (price === undefined) return undefined
  if (price === 'free') return 0
  const input = isByUnit(price)
    ? unitCost(use, price.fees?.searchUnit)
    : sideCost(wholeCount(use.inputTokens), inputKinds, use, price)
  const output = sideCost(wholeCount(use.outputTokens), outputKinds, use, price)
  const searches = wholeCount(use.webSearches)
  const search = searches === 0 ? 0 : price.fees?.webSearch
  if (input === undefined || output === undefined || search === undefined) return undefined
  const fees = addNanos(price.fees?.request ?? 0, Math.min(mostNanos, searches * search))
  return addNanos(addNanos(input, output), fees)
}

function unitCost({ searchUnits }: BoundedUse, fee: number | undefined): number | undefined {
  if (searchUnits === undefined || fee === undefined) return undefined
  return Math.min(mostNanos, wholeCount(searchUnits) * fee)
}

/** The first of each side contains the others. */
const inputKinds = [
  'input',
  'cacheRead',
  'cacheReadAudio',
  'cacheWrite',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
] as const
const outputKinds = ['output', 'outputAudio', 'outputImage', 'reasoning'] as const

/** One nano-USD more for every line beyond the first: each is rounded up on its own. */
function sideCost(
  tokens: number,
  kinds: readonly [TokenKind, ...TokenKind[]],
  use: BoundedUse,
  price: PriceCard,
): number | undefined {
  if (tokens === 0) return 0
  const services = use.services ?? unasked
  let highest = 0
  let mostLines = 1
  const cards: readonly (RateCard | undefined)[] = [price, ...services.map((each) => price.services?.[each])]
  for (const card of cards) {
    for (const rates of card ? ratesWithin(card, use.inputTokens) : []) {
      if (rates[kinds[0]] === undefined) return undefined
      let lines = 0
      for (const kind of kinds) {
        const rate = rates[kind]
        if (rate === undefined) continue
        lines++
        highest = Math.max(highest, rate)
      }
      mostLines = Math.max(mostLines, lines)
    }
  }
  return addNanos(tokenCost(tokens, scaleNanos(highest, highestFactor(use, price))), mostLines - 1)
}

const unasked = serviceTiers.filter((each) => each !== 'batch')

/** The rates of every hour, and of every tier that a prompt of at most so many tokens can reach. */
function ratesWithin(card: RateCard, inputTokens: number): readonly TokenRates[] {
  return [card, ...(card.hours ?? []), ...(card.tiers ?? []).filter((tier) => inputTokens > tier.aboveInputTokens)]
}

function highestFactor(use: BoundedUse, price: PriceCard): number {
  let thousandths = 1000
  for (const factor of use.factors ?? factors)
    thousandths = scaleNanos(thousandths, Math.max(1000, price.factors?.[factor] ?? 1000))
  return thousandths
}

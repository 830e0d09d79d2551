import { scaleNanos } from './money.ts'
import {
  type Factor,
  factors,
  type PriceCard,
  type RateCard,
  type ServiceTier,
  serviceTiers,
  type TokenKind,
  type TokenRates,
} from './price.ts'

/** The most that one side of a call can be charged. */
export interface Ceiling {
  /** Nano-USD per million tokens of any kind. */
  readonly rate: number
  /** Lines beyond the first that its tokens may be split into: each is rounded up on its own. */
  readonly moreLines: number
}

/** Ceilings of prompts beyond so many tokens; a side is undefined where a rate it needs is not known. */
interface Step {
  readonly aboveInputTokens: number
  readonly input: Ceiling | undefined
  readonly output: Ceiling | undefined
}

/** What may apply to a call: see `BoundedUse`. */
export interface Possible {
  readonly services?: readonly ServiceTier[]
  readonly factors?: readonly Factor[]
}

/** By what may apply, as bits: reckoned once for each price. */
const known = new WeakMap<PriceCard, (readonly Step[] | undefined)[]>()

/** The ceilings for a prompt of at most so many tokens. */
export function ceilingFor(price: PriceCard, possible: Possible, inputTokens: number): Step {
  const mask = maskOf(possible)
  let byMask = known.get(price)
  if (!byMask) {
    byMask = []
    known.set(price, byMask)
  }
  let steps = byMask[mask]
  if (!steps) {
    steps = climb(price, possible)
    byMask[mask] = steps
  }
  let found = steps[0] ?? unknownStep
  for (const step of steps) if (inputTokens > step.aboveInputTokens) found = step
  return found
}

const unknownStep: Step = { aboveInputTokens: 0, input: undefined, output: undefined }

/** What a call has to ask for is possible only when told. */
const unasked = serviceTiers.filter((each) => each !== 'batch')

function maskOf(possible: Possible): number {
  let mask = possible.services === undefined ? 8 : 0
  for (const service of possible.services ?? []) mask |= 1 << serviceTiers.indexOf(service)
  if (possible.factors === undefined) mask |= 64
  for (const factor of possible.factors ?? []) mask |= 16 << factors.indexOf(factor)
  return mask
}

function climb(price: PriceCard, possible: Possible): readonly Step[] {
  const cards: RateCard[] = [price]
  for (const service of possible.services ?? unasked) {
    const card = price.services?.[service]
    if (card) cards.push(card)
  }
  const thousandths = highestFactor(price, possible)
  const starts = new Set([0, ...cards.flatMap(({ tiers = [] }) => tiers.map((tier) => tier.aboveInputTokens))])
  return [...starts]
    .toSorted((a, b) => a - b)
    .map((aboveInputTokens) => {
      const rates = cards.flatMap((card) => ratesWithin(card, aboveInputTokens + 1))
      return {
        aboveInputTokens,
        input: ceilingOf(rates, inputKinds, thousandths),
        output: ceilingOf(rates, outputKinds, thousandths),
      }
    })
}

/** The first of each side contains the others. */
const inputKinds: readonly TokenKind[] = [
  'input',
  'cacheRead',
  'cacheReadAudio',
  'cacheWrite',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
]
const outputKinds: readonly TokenKind[] = ['output', 'outputAudio', 'outputImage', 'reasoning']

function ceilingOf(all: readonly TokenRates[], kinds: readonly TokenKind[], thousandths: number): Ceiling | undefined {
  let rate = 0
  let lines = 1
  for (const rates of all) {
    const own = kinds.flatMap((kind) => rates[kind] ?? [])
    if (kinds[0] === undefined || rates[kinds[0]] === undefined) return undefined
    rate = Math.max(rate, ...own)
    lines = Math.max(lines, own.length)
  }
  return { rate: scaleNanos(rate, thousandths), moreLines: lines - 1 }
}

/** The rates of every hour, and of every tier that a prompt of at most so many tokens can reach. */
function ratesWithin(card: RateCard, inputTokens: number): readonly TokenRates[] {
  return [card, ...(card.hours ?? []), ...(card.tiers ?? []).filter((tier) => inputTokens > tier.aboveInputTokens)]
}

function highestFactor(price: PriceCard, possible: Possible): number {
  let thousandths = 1000
  for (const factor of possible.factors ?? factors)
    thousandths = scaleNanos(thousandths, Math.max(1000, price.factors?.[factor] ?? 1000))
  return thousandths
}

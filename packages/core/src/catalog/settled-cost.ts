import type { JsonObject } from '../ir/json.ts'
import { asNumber, asObject } from '../ir/read.ts'
import type { Usage } from '../ir/usage.ts'
import { type BilledUsage, billUsage } from './billed-usage.ts'
import { addNanos, mostNanos, nanosOfUsd, scaleNanos, tokenCost } from './money.ts'
import type { Price, PriceCard, RateCard, ServiceTier, TokenRates, ToldCost } from './price.ts'

/** What the caller knows of a call that its usage does not tell. */
export interface SettleFacts {
  /** How it was served, for providers that tell it elsewhere than in the usage; what the usage says wins. */
  readonly service?: ServiceTier
  /** Seconds since 1970 at which it began, for prices by the hour; not told: the dearest hour. */
  readonly startedAtSeconds?: number
}

/**
 * What a call cost, in nano-USD: what the provider says it charged, where its price says that it does; else every line of the bill (a kind of token with a rate of its own, a fee) rounded up once.
 * Undefined when that is not known: no price, no usage, or something used whose rate or fee nobody knows.
 */
export function settledCost(
  usage: Usage | undefined,
  price: Price | undefined,
  facts?: SettleFacts,
): number | undefined {
  if (price === undefined) return undefined
  if (price === 'free') return 0
  const told = price.told && usage?.native && readTold(usage.native.value, price.told)
  if (told) return told
  const billed = usage && billUsage(usage)
  if (!billed) return undefined
  const service = billed.service ?? facts?.service
  const card: RateCard = (service && price.services?.[service]) ?? price
  const rates = ratesAt(card, facts?.startedAtSeconds) ?? ratesFor(card, billed.inputTokens)
  const lines = new Lines(factorOf(price, billed))
  if (isByUnit(price))
    lines.addFee(billed.searchUnits ?? 1, billed.searchUnits === undefined ? undefined : price.fees?.searchUnit)
  else addInput(lines, rates, billed)
  addOutput(lines, rates, billed)
  lines.addFee(1, price.fees?.request ?? 0)
  lines.addFee(billed.webSearches, price.fees?.webSearch)
  return lines.nanos
}

/** What the provider says it charged, rounded up; 0 is what some say who do not know. */
function readTold(native: JsonObject, told: ToldCost): number | undefined {
  const usd = told === 'usd' ? readUsd(native) : (asNumber(native['cost_in_usd_ticks']) ?? 0) / 1e10
  return usd === undefined ? undefined : nanosOfUsd(usd)
}

/** With a key of the caller's own at OpenRouter, the provider behind it charges apart. */
function readUsd(native: JsonObject): number | undefined {
  const cost = asNumber(native['cost']) ?? asNumber(asObject(native['cost'])?.['total_cost'])
  const apart = native['is_byok'] === true ? asObject(native['cost_details'])?.['upstream_inference_cost'] : undefined
  return cost === undefined ? undefined : cost + (asNumber(apart) ?? 0)
}

/** Reranking by search units bills no tokens of what goes in. */
export function isByUnit({ input, fees }: PriceCard): boolean {
  return input === undefined && fees?.searchUnit !== undefined
}

/** The rates of a call's tokens at the size of its prompt. */
function ratesFor(card: RateCard, inputTokens: number): TokenRates {
  let rates: TokenRates = card
  for (const tier of card.tiers ?? []) if (inputTokens > tier.aboveInputTokens) rates = tier
  return rates
}

/** The rates of the hour, where it has some. */
function ratesAt(card: RateCard, seconds: number | undefined): TokenRates | undefined {
  if (!card.hours) return undefined
  const first: TokenRates = card
  if (seconds === undefined) return card.hours.reduce((most, each) => (isDearer(each, most) ? each : most), first)
  const minute = Math.floor(seconds / 60) % 1440
  return card.hours.find(({ fromMinute: from, toMinute: to }) =>
    from <= to ? minute >= from && minute < to : minute >= from || minute < to,
  )
}

function isDearer(one: TokenRates, other: TokenRates): boolean {
  return (one.input ?? 0) + (one.output ?? 0) > (other.input ?? 0) + (other.output ?? 0)
}

/** A bill being added up. */
class Lines {
  /** Undefined as soon as one line is unknown. */
  nanos: number | undefined = 0
  readonly #thousandths: number

  constructor(thousandths: number) {
    this.#thousandths = thousandths
  }

  add(tokens: number, rate: number | undefined): void {
    if (tokens === 0 || this.nanos === undefined) return
    this.nanos =
      rate === undefined ? undefined : addNanos(this.nanos, tokenCost(tokens, scaleNanos(rate, this.#thousandths)))
  }

  addFee(count: number, fee: number | undefined): void {
    if (count === 0 || this.nanos === undefined) return
    this.nanos = fee === undefined ? undefined : addNanos(this.nanos, Math.min(mostNanos, count * fee))
  }
}

/** Tokens of a kind without a rate of its own join the line of the kind that contains it. */
function addInput(lines: Lines, rates: TokenRates, billed: BilledUsage): void {
  let { plainInput, cacheRead, cacheWrite } = billed
  if (rates.cacheReadAudio === undefined) cacheRead += billed.cacheReadAudio
  else lines.add(billed.cacheReadAudio, rates.cacheReadAudio)
  if (rates.cacheRead === undefined) plainInput += cacheRead
  else lines.add(cacheRead, rates.cacheRead)
  if (rates.cacheWrite1h === undefined) cacheWrite += billed.cacheWrite1h
  else lines.add(billed.cacheWrite1h, rates.cacheWrite1h)
  if (rates.cacheWrite === undefined) plainInput += cacheWrite
  else lines.add(cacheWrite, rates.cacheWrite)
  if (rates.inputAudio === undefined) plainInput += billed.inputAudio
  else lines.add(billed.inputAudio, rates.inputAudio)
  if (rates.inputImage === undefined) plainInput += billed.inputImage
  else lines.add(billed.inputImage, rates.inputImage)
  lines.add(plainInput, rates.input)
}

function addOutput(lines: Lines, rates: TokenRates, billed: BilledUsage): void {
  let { plainOutput } = billed
  if (rates.outputAudio === undefined) plainOutput += billed.outputAudio
  else lines.add(billed.outputAudio, rates.outputAudio)
  if (rates.outputImage === undefined) plainOutput += billed.outputImage
  else lines.add(billed.outputImage, rates.outputImage)
  if (rates.reasoning === undefined) plainOutput += billed.reasoning
  else lines.add(billed.reasoning, rates.reasoning)
  lines.add(plainOutput, rates.output)
}

function factorOf(price: PriceCard, { factors }: BilledUsage): number {
  let thousandths = 1000
  for (const factor of factors) thousandths = scaleNanos(thousandths, price.factors?.[factor] ?? 1000)
  return thousandths
}

import { decimalText } from '../../catalog/money.ts'
import type { Price, PriceCard, RateCard, TokenKind, TokenRates } from '../../catalog/price.ts'

/**
 * A price as OpenRouter tells it: USD per token as decimal text. Two fields are required there, so what nobody knows is
 * `-1`, as it is for models whose price depends; `0` is what costs nothing.
 */
export function openRouterPricing(price: Price | undefined): Readonly<Record<string, unknown>> {
  if (price === undefined) return { prompt: unknown, completion: unknown }
  if (price === 'free') return { prompt: '0', completion: '0' }
  const overrides = [...overridesOf(price)]
  return {
    ...ratesOf(price),
    prompt: perToken(price.input) ?? unknown,
    completion: perToken(price.output) ?? (price.input === undefined ? unknown : '0'),
    ...feesOf(price),
    ...(overrides.length > 0 && { overrides }),
  }
}

const unknown = '-1'

const names: readonly (readonly [string, TokenKind])[] = [
  ['input_cache_read', 'cacheRead'],
  ['input_cache_write', 'cacheWrite'],
  ['input_cache_write_1h', 'cacheWrite1h'],
  ['input_audio_cache', 'cacheReadAudio'],
  ['audio', 'inputAudio'],
  ['audio_output', 'outputAudio'],
  ['image_token', 'inputImage'],
  ['image_output', 'outputImage'],
  ['internal_reasoning', 'reasoning'],
]

function ratesOf(rates: TokenRates): Readonly<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const [name, kind] of names) {
    const text = perToken(rates[kind])
    if (text !== undefined) all[name] = text
  }
  return all
}

function feesOf({ fees }: PriceCard): Readonly<Record<string, string>> {
  const all: Record<string, string> = {}
  if (fees?.request !== undefined) all['request'] = decimalText(fees.request, 9)
  if (fees?.webSearch !== undefined) all['web_search'] = decimalText(fees.webSearch, 9)
  if (fees?.inputImagePiece !== undefined) all['image'] = decimalText(fees.inputImagePiece, 9)
  return all
}

/** Later ones win, and all conditions must hold: long prompts after hours. */
function* overridesOf(card: RateCard): Generator<Readonly<Record<string, unknown>>> {
  for (const { fromMinute, toMinute, ...rates } of card.hours ?? [])
    yield { utc_start: clock(fromMinute), utc_end: clock(toMinute), ...changesOf(rates) }
  for (const { aboveInputTokens, ...rates } of card.tiers ?? [])
    yield { min_prompt_tokens: aboveInputTokens, ...changesOf(rates) }
}

function changesOf(rates: TokenRates): Readonly<Record<string, unknown>> {
  const [prompt, completion] = [perToken(rates.input), perToken(rates.output)]
  const { image_token: _, image_output: __, internal_reasoning: ___, audio_output: ____, ...rest } = ratesOf(rates)
  return { ...(prompt !== undefined && { prompt }), ...(completion !== undefined && { completion }), ...rest }
}

/** 90 minutes are 130. */
function clock(minute: number): number {
  return Math.floor(minute / 60) * 100 + (minute % 60)
}

function perToken(ratePerMillionNanos: number | undefined): string | undefined {
  return ratePerMillionNanos === undefined ? undefined : decimalText(ratePerMillionNanos, 15)
}

/**
 * What a provider charges for a model. All money is in whole nano-USD (1 USD = 1,000,000,000), never in floats, so that
 * what is reserved, settled and added up agrees to the last digit.
 *
 * An unknown price is `undefined`, never 0; what costs nothing is `'free'`, and somebody said so.
 */
export type Price = 'free' | PriceCard

/** Every rate and fee of one model at one provider, made by `definePrice`: each card is complete. */
export interface PriceCard extends RateCard {
  /** Rates of other service tiers; a tier that is not here costs what the standard one does. */
  readonly services?: { readonly [service in ServiceTier]?: RateCard }
  readonly fees?: Fees
  /** What multiplies every token's rate when it applies, in thousandths: 1100 is a tenth more. */
  readonly factors?: { readonly [factor in Factor]?: number }
  /** How the provider tells in the answer what it charged: then that is the cost, and the rates only bound it. */
  readonly told?: ToldCost
}

/**
 * `usd`: `usage.cost`, a number or an object with `total_cost` (OpenRouter, Perplexity); `usd_ticks`:
 * `usage.cost_in_usd_ticks`, ten billion to the dollar (x.ai).
 */
export const toldCosts = ['usd', 'usd_ticks'] as const
export type ToldCost = (typeof toldCosts)[number]

/** Rates by the size of the prompt. */
export interface RateCard extends TokenRates {
  /** Hours of the day with rates of their own, whatever the prompt's size; elsewhere in the day the others hold. */
  readonly hours?: readonly RateHours[]
  /** Ascending. The last one whose `aboveInputTokens` the whole prompt exceeds prices every token of the call. */
  readonly tiers?: readonly RateTier[]
}

export interface RateTier extends TokenRates {
  readonly aboveInputTokens: number
}

/** Minutes of the day in UTC, from the first to before the last; it may run over midnight. */
export interface RateHours extends TokenRates {
  readonly fromMinute: number
  readonly toMinute: number
}

/**
 * Nano-USD per million tokens: 3 USD per million is 3,000,000,000. A kind of token without a rate of its own is billed
 * with the kind that contains it: cached and audio tokens as `input`, thinking and audio as `output`, an hour's cache as
 * `cacheWrite`. Only `input` and `output` themselves can be unknown.
 */
export type TokenRates = { readonly [kind in TokenKind]?: number }

/** What tokens are told apart by. `cacheWrite` is kept for the provider's usual time, five minutes at most of them. */
export const tokenKinds = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'cacheReadAudio',
  'inputAudio',
  'inputImage',
  'outputAudio',
  'outputImage',
  'reasoning',
] as const
export type TokenKind = (typeof tokenKinds)[number]

/** Ways to be served that have rates of their own; `batch` is asked for by handing in a batch. */
export const serviceTiers = ['priority', 'flex', 'batch'] as const
export type ServiceTier = (typeof serviceTiers)[number]

/** `fast`: Anthropic's faster inference; `us`: inference kept in the United States. */
export const factors = ['fast', 'us'] as const
export type Factor = (typeof factors)[number]

/** Nano-USD for each one. */
export type Fees = { readonly [fee in Fee]?: number }

/**
 * `request`: every call. `webSearch`, `fileSearch`: one use of the provider's own tool. `codeSession`: one container of
 * its code interpreter. `searchUnit`: what rerank bills. The rest bill media by the piece, the second or the character.
 */
export const feeNames = [
  'request',
  'webSearch',
  'fileSearch',
  'codeSession',
  'searchUnit',
  'page',
  'inputImagePiece',
  'outputImagePiece',
  'inputCharacter',
  'inputAudioSecond',
  'outputAudioSecond',
  'outputVideoSecond',
] as const
export type Fee = (typeof feeNames)[number]

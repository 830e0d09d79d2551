import type { WrittenCard, WrittenPrice, WrittenTier } from '@sluice/core/catalog/define-price.ts'
import type { ModelKind } from '@sluice/core/catalog/model.ts'
import type { Fee, ServiceTier, TokenKind } from '@sluice/core/catalog/price.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects } from '@sluice/core/ir/read.ts'

/**
 * The price in an entry of facts, from USD per token to USD per million. A price of nothing at all means there that
 * nobody looked it up, so it is unknown here; whoever knows a model to be free says so in the overrides.
 */
export function readFactPrice(entry: JsonObject, kind: ModelKind): WrittenPrice | undefined {
  const card = readTiered(entry) ?? readCard(entry, '')
  const fees = readFees(entry, kind)
  if (!hasRate(card) && Object.keys(fees).length === 0) return undefined
  const services: { [service in ServiceTier]?: WrittenCard } = {}
  for (const [service, suffix] of serviceSuffixes) {
    const own = readCard(entry, suffix)
    if (hasRate(own)) services[service] = own
  }
  const factors = readFactors(entry)
  return {
    ...(hasRate(card) ? withoutNothing(card, kind) : {}),
    ...(Object.keys(services).length > 0 && { services }),
    ...(Object.keys(fees).length > 0 && { fees }),
    ...(factors && { factors }),
  }
}

const serviceSuffixes = [
  ['priority', '_priority'],
  ['flex', '_flex'],
  ['batch', '_batches'],
] as const

const rateFields: readonly (readonly [TokenKind, string])[] = [
  ['input', 'input_cost_per_token'],
  ['output', 'output_cost_per_token'],
  ['cacheRead', 'cache_read_input_token_cost'],
  ['cacheWrite', 'cache_creation_input_token_cost'],
  ['cacheWrite1h', 'cache_creation_input_token_cost_above_1hr'],
  ['cacheReadAudio', 'cache_read_input_audio_token_cost'],
  ['inputAudio', 'input_cost_per_audio_token'],
  ['outputAudio', 'output_cost_per_audio_token'],
  ['inputImage', 'input_cost_per_image_token'],
  ['outputImage', 'output_cost_per_image_token'],
  ['reasoning', 'output_cost_per_reasoning_token'],
]

function readCard(entry: JsonObject, suffix: string): WrittenCard {
  const base = readRates(entry, suffix)
  const tiers: WrittenTier[] = []
  for (const thousands of [128, 200, 256, 272, 512]) {
    const rates = readRates(entry, `_above_${thousands}k_tokens${suffix}`)
    if (hasRate(rates)) tiers.push({ above: thousands * 1000, ...rates })
  }
  return { ...base, ...(tiers.length > 0 && { tiers }) }
}

function readRates(entry: JsonObject, suffix: string): { readonly [kind in TokenKind]?: number } {
  const rates: { [kind in TokenKind]?: number } = {}
  for (const [kind, field] of rateFields) {
    const perToken = asNumber(entry[field + suffix])
    if (perToken !== undefined && perToken >= 0) rates[kind] = usdPerMillion(perToken)
  }
  return rates
}

/** Alibaba's models: the range that the prompt falls into prices the whole call. */
function readTiered(entry: JsonObject): WrittenCard | undefined {
  const ranges = asObjects(entry['tiered_pricing'])
  const [first, ...rest] = ranges.filter((each) => Array.isArray(each['range']))
  if (!first) return undefined
  return { ...readRates(first, ''), tiers: rest.map((each) => ({ above: startOf(each), ...readRates(each, '') })) }
}

function startOf(range: JsonObject): number {
  const start = range['range']
  return asNumber(Array.isArray(start) ? start[0] : undefined) ?? 0
}

function usdPerMillion(usdPerToken: number): number {
  return Number((usdPerToken * 1e6).toPrecision(12))
}

function hasRate(card: WrittenCard): boolean {
  return rateFields.some(([kind]) => (card[kind] ?? 0) > 0)
}

/** Kinds whose rate is told as 0 because they do not occur, or because the provider asks no more than for the rest. */
function withoutNothing(card: WrittenCard, kind: ModelKind): WrittenCard {
  const { tiers, ...rates } = card
  const hasOutput = kind === 'chat' || kind === 'completion' || kind === 'realtime' || (rates.output ?? 0) > 0
  const kept = Object.entries(rates).filter(([name, rate]) =>
    name === 'output' ? hasOutput : name === 'input' || name === 'cacheRead' || (typeof rate === 'number' && rate > 0),
  )
  return { ...Object.fromEntries(kept), ...(tiers && { tiers }) }
}

function readFees(entry: JsonObject, kind: ModelKind): { [fee in Fee]?: number } {
  const fees: { [fee in Fee]?: number } = {}
  const search = asObject(entry['search_context_cost_per_query'])
  const told: readonly (readonly [Fee, unknown])[] = [
    ['request', entry['input_cost_per_request']],
    [kind === 'rerank' ? 'searchUnit' : 'request', entry['input_cost_per_query']],
    ['webSearch', search?.['search_context_size_high'] ?? search?.['search_context_size_medium']],
    ['codeSession', entry['code_interpreter_cost_per_session']],
    ['page', entry['ocr_cost_per_page']],
    ['inputImagePiece', entry['input_cost_per_image']],
    ['outputImagePiece', entry['output_cost_per_image']],
    ['inputCharacter', entry['input_cost_per_character']],
    ['inputAudioSecond', entry['input_cost_per_second']],
    [kind === 'video' ? 'outputVideoSecond' : 'outputAudioSecond', entry['output_cost_per_second']],
    ['outputVideoSecond', entry['output_cost_per_video_per_second']],
  ]
  for (const [fee, value] of told) {
    const usd = asNumber(value)
    if (usd !== undefined && usd > 0) fees[fee] = usd
  }
  return fees
}

function readFactors(entry: JsonObject): WrittenPrice['factors'] {
  const own = asObject(entry['provider_specific_entry'])
  const fast = asNumber(own?.['fast'])
  const us = asNumber(own?.['us'])
  if (fast === undefined && us === undefined) return undefined
  return { ...(fast !== undefined && { fast }), ...(us !== undefined && { us }) }
}

import { findProvider as findPriced, type MatchLogic, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices'
import type { WrittenCard, WrittenPrice } from '@sluice/core/catalog/define-price.ts'
import type { ModelKind } from '@sluice/core/catalog/model.ts'
import type { Fee, TokenKind } from '@sluice/core/catalog/price.ts'
import { providersNamed } from './provider-names.ts'
import type { Told } from './source.ts'

/** The providers of `@pydantic/genai-prices`; what it has on Hugging Face is priced by routes that are no models. */
export const pricedProviders: readonly string[] = [
  'anthropic',
  'avian',
  'aws',
  'azure',
  'baseten',
  'cerebras',
  'cloudflare',
  'cohere',
  'deepseek',
  'doubleword',
  'fireworks',
  'github-copilot',
  'google',
  'groq',
  'minimax',
  'mistral',
  'moonshotai',
  'novita',
  'openai',
  'openrouter',
  'ovhcloud',
  'perplexity',
  'together',
  'voyageai',
  'x-ai',
  'zai',
  'zhipuai',
]

/** What the package knows, as of `today` (`2026-11-21`); prices of later days stand in `later`. */
export function readGenaiPrices(today: string): readonly Told[] {
  return pricedProviders.flatMap((id) => {
    const source = findPriced({ providerId: id })
    if (!source) throw new Error(`@pydantic/genai-prices has no provider ${id}`)
    const served = source.models.filter((model) => isServed(id, model))
    return providersNamed(id).flatMap((provider) =>
      served.filter((model) => isAt(provider, model)).map((model) => readModel(model, provider, today)),
    )
  })
}

/** OpenRouter's list holds names without an author, and names that move. */
function isServed(id: string, { id: model }: ModelInfo): boolean {
  // A name that ends in a dash is the beginning of many.
  if (model.endsWith('-') || /\.ft-/.test(model)) return false
  return id === 'openrouter' ? model.includes('/') && !model.startsWith('~') : !model.includes(':free')
}

/** Google's own API serves no Claude. */
function isAt(provider: string, { id }: ModelInfo): boolean {
  return provider !== 'gemini' || !id.startsWith('claude')
}

function readModel(model: ModelInfo, provider: string, today: string): Told {
  const { now, later, unread } = readPrices(model, today)
  const names = equalsIn(model.match).filter((name) => name !== model.id)
  return {
    source: 'genai-prices',
    provider,
    model: model.id,
    aliases: names,
    matches: (name) => isMatch(model.match, name),
    kind: kindOf(model.id),
    ...(model.name !== undefined && { name: model.name }),
    ...(model.id.endsWith(':free') ? { price: 'free' as const } : now && { price: now }),
    ...(later.length > 0 && { later }),
    ...(model.context_window !== undefined && { contextTokens: model.context_window }),
    ...(model.deprecated === true && { isDeprecated: true }),
    unread,
  }
}

/** The package has no kinds of models; their names tell. */
function kindOf(model: string): ModelKind {
  return kindPatterns.find(([pattern]) => pattern.test(model))?.[1] ?? 'chat'
}

const kindPatterns: readonly (readonly [RegExp, ModelKind])[] = [
  [/rerank/i, 'rerank'],
  [/embed|bge-|voyage-\d|voyage-(?:lite|large|code|law|finance|multi|context)|\be5-|gte-/i, 'embedding'],
  [/moderation/i, 'moderation'],
  [/whisper|transcribe|voxtral-mini-\d/i, 'transcription'],
  [/ocr/i, 'ocr'],
  [/-tts/i, 'speech'],
  [/realtime|-live-|sonic|grok-voice/i, 'realtime'],
  [/gpt-image|imagen|flux/i, 'image'],
  [/(?:^|\/)(?:ada|babbage|curie|davinci)$|text-davinci|distilbert/i, 'completion'],
]

interface Prices {
  readonly now: WrittenPrice | 'free' | undefined
  readonly later: readonly { readonly from: string; readonly price: WrittenPrice }[]
  readonly unread: readonly string[]
}

function readPrices({ prices }: ModelInfo, today: string): Prices {
  const unread: string[] = []
  if (!Array.isArray(prices)) return { now: writePrice(prices, unread), later: [], unread }
  let now: ModelPrice | undefined
  let hours: { from: string; to: string; price: ModelPrice }[] = []
  const later: { from: string; price: WrittenPrice }[] = []
  for (const { constraint, prices: own } of prices) {
    if (constraint?.type === 'time_of_date') {
      hours.push({ from: minuteOf(constraint.start_time), to: minuteOf(constraint.end_time), price: own })
    } else if (constraint === undefined || constraint.start_date <= today) {
      now = own
      hours = []
    } else {
      const price = writePrice(own, unread)
      if (price && price !== 'free') later.push({ from: constraint.start_date, price })
    }
  }
  const written = now && writePrice(now, unread)
  if (!written || written === 'free' || hours.length === 0) return { now: written, later, unread }
  const withHours = hours.map(({ from, to, price }) => ({ from, to, ...ratesOf(price, unread) }))
  return { now: { ...written, hours: withHours }, later, unread }
}

/** `01:00:00Z` -> `01:00`. */
function minuteOf(time: string): string {
  return time.slice(0, 5)
}

const kinds: Readonly<Record<string, TokenKind>> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite',
  cache_write_1h_mtok: 'cacheWrite1h',
  cache_audio_read_mtok: 'cacheReadAudio',
  input_audio_mtok: 'inputAudio',
  output_audio_mtok: 'outputAudio',
  input_image_mtok: 'inputImage',
  output_image_mtok: 'outputImage',
  output_reasoning_mtok: 'reasoning',
}

const fees: Readonly<Record<string, readonly [Fee, number]>> = {
  requests_kcount: ['request', 1000],
  web_searches_kcount: ['webSearch', 1000],
  storage_searches_kcount: ['fileSearch', 1000],
  input_document_kpages: ['page', 1000],
  input_audio_hours: ['inputAudioSecond', 3600],
}

function writePrice(price: ModelPrice, unread: string[]): WrittenPrice | 'free' | undefined {
  const card = ratesOf(price, unread)
  const all: { [fee in Fee]?: number } = {}
  for (const [key, value] of Object.entries(price)) {
    const fee = fees[key]
    if (fee && typeof value === 'number' && value > 0) all[fee[0]] = tidy(value / fee[1])
  }
  const isEmpty = Object.keys(card).length === 0 && Object.keys(all).length === 0
  if (isEmpty) return undefined
  if (!Object.keys(all).length && card.input === 0 && (card.output ?? 0) === 0) return 'free'
  return { ...card, ...(Object.keys(all).length > 0 && { fees: all }) }
}

function ratesOf(price: ModelPrice, unread: string[]): WrittenCard {
  const base: { [kind in TokenKind]?: number } = {}
  const tiers = new Map<number, { [kind in TokenKind]?: number }>()
  for (const [key, value] of Object.entries(price)) {
    const kind = kinds[key]
    if (kind === undefined) {
      if (!(key in fees) && key !== 'audio_hours') unread.push(key)
    } else if (typeof value === 'number') base[kind] = value
    else if (value) {
      base[kind] = value.base
      for (const { start, price: own } of value.tiers) tiers.set(start, { ...tiers.get(start), [kind]: own })
    }
  }
  if (tiers.size === 0) return base
  return { ...base, tiers: [...tiers].map(([above, rates]) => ({ above, ...rates })) }
}

/** Quotients such as 0.36 / 3600, without the noise of their last digits. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

function equalsIn(match: MatchLogic): readonly string[] {
  if ('equals' in match) return [match.equals]
  return 'or' in match ? match.or.flatMap(equalsIn) : []
}

function isMatch(match: MatchLogic, model: string): boolean {
  const name = model.toLowerCase()
  if ('or' in match) return match.or.some((each) => isMatch(each, model))
  if ('and' in match) return match.and.every((each) => isMatch(each, model))
  if ('equals' in match) return name === match.equals.toLowerCase()
  if ('starts_with' in match) return name.startsWith(match.starts_with.toLowerCase())
  if ('ends_with' in match) return name.endsWith(match.ends_with.toLowerCase())
  if ('contains' in match) return name.includes(match.contains.toLowerCase())
  return new RegExp(match.regex).test(model)
}

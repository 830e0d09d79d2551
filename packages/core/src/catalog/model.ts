import type { DialectId } from '../ir/dialect-id.ts'
import type { Price } from './price.ts'

/** A model and every way to have it. */
export interface CatalogModel extends ModelFacts {
  /** An entry for each name a provider has for it, those of one provider together and the usual one first. */
  readonly offers: readonly Offer[]
}

/** What is known of a model, whoever serves it. Absent means that nobody told us, not that there is none. */
export interface ModelFacts {
  /** `author/model`, as OpenRouter spells it where it has the model. */
  readonly id: string
  readonly name: string
  readonly kind: ModelKind
  /** Other names of the model itself. */
  readonly aliases: readonly string[]
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number | undefined
  readonly maxOutputTokens: number | undefined
  readonly input: readonly Modality[]
  readonly output: readonly Modality[]
  readonly abilities: ReadonlySet<Ability>
  /** Days as `2026-11-21`. */
  readonly released: string | undefined
  readonly retires: string | undefined
}

/** One model at one provider, under one name. What it does not say is as with the model. */
export interface Offer {
  /** The id of a known provider. */
  readonly provider: string
  /** The provider's own name of it. */
  readonly model: string
  /** Other names by which this provider knows it, at the same price. */
  readonly aliases: readonly string[]
  /** Undefined: nobody knows. */
  readonly price: Price | undefined
  /** Prices announced for a later day, in the order of their days; `priceOn` picks. */
  readonly later: readonly { readonly from: string; readonly price: Price }[]
  readonly contextTokens: number | undefined
  readonly maxOutputTokens: number | undefined
  readonly abilities: ReadonlySet<Ability>
  readonly retires: string | undefined
  /** Where the address speaks several and this model only one. */
  readonly dialect: DialectId | undefined
}

export const modelKinds = [
  'chat',
  'completion',
  'embedding',
  'rerank',
  'moderation',
  'image',
  'video',
  'speech',
  'transcription',
  'realtime',
  'ocr',
] as const
export type ModelKind = (typeof modelKinds)[number]

export const modalities = ['text', 'image', 'file', 'audio', 'video'] as const
export type Modality = (typeof modalities)[number]

/** What a model can do beyond text in, text out; what it reads and writes is told by its modalities. */
export const abilities = [
  'tools',
  'parallel_tools',
  'tool_choice',
  'structured_output',
  'reasoning',
  'caching',
  'web_search',
  'computer_use',
  'prefill',
] as const
export type Ability = (typeof abilities)[number]

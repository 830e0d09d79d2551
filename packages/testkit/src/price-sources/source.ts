import type { WrittenPrice } from '@sluice/core/catalog/define-price.ts'
import type { Ability, Modality, ModelKind } from '@sluice/core/catalog/model.ts'

/** One model at one provider, as one source tells it. */
export interface Told {
  readonly source: string
  /** The id of a known provider. */
  readonly provider: string
  readonly model: string
  readonly aliases: readonly string[]
  /** Whether the source means this name too. */
  readonly matches?: (model: string) => boolean
  readonly name?: string
  readonly kind?: ModelKind
  readonly price?: WrittenPrice | 'free'
  readonly later?: readonly { readonly from: string; readonly price: WrittenPrice }[]
  readonly contextTokens?: number
  readonly maxOutputTokens?: number
  readonly input?: readonly Modality[]
  readonly output?: readonly Modality[]
  readonly abilities?: readonly Ability[]
  readonly retires?: string
  readonly isDeprecated?: boolean
  /** What the source had and we have no field for. */
  readonly unread?: readonly string[]
}

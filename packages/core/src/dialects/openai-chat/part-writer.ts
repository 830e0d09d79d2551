import type { CodecContext, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Seal } from '../../ir/part.ts'
import { parseObject } from '../../ir/read.ts'
import type { ClientStyle } from './client-style.ts'
import type { Turns } from './in-turn.ts'
import type { SealedPlace } from './reasoning-details.ts'
import { wrapDetail } from './reasoning-details.ts'
import { dialect } from './wire.ts'

/** Any event of a part after its start. */
export type PartEvent = Extract<StreamEvent, { readonly part: number }>
export type PartStart = Extract<PartEvent, { type: 'part-start' }>

/** Writes one part of a streamed answer; each answer is the text to send now. */
export interface PartWriter {
  add(event: PartEvent): string
}

/** What the parts of one choice share while it is written. */
export interface ChoiceWriting {
  readonly index: number
  readonly style: ClientStyle
  readonly context: CodecContext
  readonly lose: Lose
  /** A chunk of this choice with this delta, as JSON text. */
  readonly delta: (delta: string) => string
  /** A chunk of this choice with these members beside an empty delta. */
  readonly members: (members: JsonObject) => string
  /** Characters of thinking and of text so far. */
  reasoningLength: number
  textLength: number
  /** How many of each were written: the index of the next one. */
  calls: number
  images: number
  details: number
  hasRefusal: boolean
  /** Who may speak now, and who may think. */
  readonly turns: { readonly words: Turns; readonly thoughts: Turns }
}

/** Gathers a seal whose pieces may come one by one. */
export class SealBox {
  #seal: Seal | undefined

  constructor(seal: Seal | undefined) {
    this.#seal = seal
  }

  get seal(): Seal | undefined {
    return this.#seal
  }

  add(piece: Seal): void {
    this.#seal = this.#seal ? { ...this.#seal, ...piece, data: this.#seal.data + piece.data } : piece
  }
}

/** The element of `reasoning_details` that carries a seal to this client: its own as it was, any other wrapped. */
export function sealDetail(seal: Seal, place: SealedPlace, index: number): JsonObject {
  const native = seal.dialect === dialect ? parseObject(seal.data) : undefined
  return native ?? wrapDetail(seal, place, index)
}

/** The chunk with that element. */
export function sealDelta(seal: Seal, place: SealedPlace, choice: ChoiceWriting): string {
  return choice.delta(JSON.stringify({ reasoning_details: [sealDetail(seal, place, choice.details++)] }))
}

/** Reports what has no place in a chat completion. */
export function loseAnswerPart(choice: ChoiceWriting, { part }: PartEvent, why: string): string {
  choice.lose({ path: `choices[${choice.index}].parts[${part}]`, why })
  return ''
}

/** For a part that was reported when it began. */
export const silentWriter: PartWriter = { add: () => '' }

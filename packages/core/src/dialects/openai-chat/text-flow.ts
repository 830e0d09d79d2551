import type { Emit, PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Extensions, TokenLogprob } from '../../ir/part.ts'
import { decodeCitation } from './citations.ts'
import type { DetailPart } from './reasoning-details.ts'
import { sealOf } from './reasoning-details.ts'
import type { Draft } from './wire.ts'
import { extend } from './wire.ts'

interface OpenPart {
  readonly kind: 'text' | 'refusal' | 'reasoning'
  /** Tells one thinking element from the next; `''` for text. */
  readonly key: string
  readonly part: number
  /** The element of `reasoning_details` so far, whose signature comes last. */
  readonly frame: Draft
  /** Other fields of a thinking chunk. */
  readonly more: Draft
  /** Characters of the message's text before this part. */
  readonly offset: number
}

/**
 * The running text of one choice. The dialect never says that a part begins or ends: a change of field does. At most
 * one of these parts is open.
 */
export class TextFlow {
  readonly #choice: number
  readonly #provider: string
  readonly #nextNumber: () => number
  #open: OpenPart | undefined
  #textLength = 0
  #waiting: JsonObject[] = []

  constructor(choice: number, provider: string, nextNumber: () => number) {
    this.#choice = choice
    this.#provider = provider
    this.#nextNumber = nextNumber
  }

  text(kind: 'text' | 'refusal', text: string, emit: Emit): void {
    const open = this.#open
    const part = open?.kind === kind ? open.part : this.#begin({ kind }, { key: '' }, emit)
    if (kind === 'text') this.#textLength += text.length
    emit({ type: 'text-delta', choice: this.#choice, part, text })
  }

  /** Thinking that came as the plain text of a field. */
  thought(field: string, text: string, emit: Emit): void {
    this.#think({ key: field, form: 'full', ext: extend({ $field: field })?.ext }, text, emit)
  }

  /** Thinking that came as a chunk of a content list, with the chunk's other fields, which count when it is whole. */
  thinkingChunk(text: string, more: JsonObject, emit: Emit): void {
    this.thought('thinking', text, emit)
    if (this.#open) Object.assign(this.#open.more, more)
  }

  /** Thinking that came as an element of `reasoning_details`, its text perhaps in a field as well. */
  detail({ form, text, frame, isSealed }: DetailPart, field: string | undefined, emit: Emit): void {
    if (form === 'redacted') return this.#redacted(frame, emit)
    if (text === '' && isSealed && this.#open?.kind === 'reasoning') {
      Object.assign(this.#open.frame, frame)
      return
    }
    const { signature: _, data: __, ...shown } = frame
    const ext = extend({ $detail: shown, ...(field !== undefined && { $field: field }) })?.ext
    this.#think({ key: `${frame['type']}:${frame['index']}`, form, ext }, text, emit)
    if (this.#open) Object.assign(this.#open.frame, frame)
  }

  /** A source of the text, which may be told before the text begins. */
  annotation(annotation: JsonObject, emit: Emit): void {
    const open = this.#open
    if (open?.kind !== 'text') this.#waiting.push(annotation)
    else {
      const citation = decodeCitation(annotation, open.offset)
      emit({ type: 'citation', choice: this.#choice, part: open.part, citation })
    }
  }

  /** False when no text is open that these tokens could belong to. */
  logprobs(kind: 'text' | 'refusal', tokens: readonly TokenLogprob[], emit: Emit): boolean {
    if (this.#open?.kind !== kind) return false
    emit({ type: 'logprobs', choice: this.#choice, part: this.#open.part, tokens })
    return true
  }

  /** Ends the open part, if any. */
  close(emit: Emit): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    const isSealed = open.frame['signature'] !== undefined || open.frame['data'] !== undefined
    const at = { choice: this.#choice, part: open.part }
    if (isSealed) emit({ type: 'seal-delta', ...at, seal: sealOf(open.frame, this.#provider) })
    const hasMore = Object.keys(open.more).length > 0
    emit({ type: 'part-end', ...at, ...(hasMore && extend({ $more: open.more })) })
  }

  /** Annotations that no text came for. */
  takeWaiting(): readonly JsonObject[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }

  #think(head: { key: string; form: 'full' | 'summary'; ext: Extensions | undefined }, text: string, emit: Emit): void {
    const { key, form, ext } = head
    const open = this.#open
    const isOpen = open?.kind === 'reasoning' && open.key === key
    const part = isOpen ? open.part : this.#begin({ kind: 'reasoning', form }, { key, ext }, emit)
    if (text !== '') emit({ type: 'reasoning-delta', choice: this.#choice, part, text })
  }

  #redacted(frame: JsonObject, emit: Emit): void {
    this.close(emit)
    const at = { choice: this.#choice, part: this.#nextNumber() }
    const head = { kind: 'reasoning', form: 'redacted', seal: sealOf(frame, this.#provider) } as const
    emit({ type: 'part-start', ...at, head })
    emit({ type: 'part-end', ...at })
  }

  #begin(
    head: Extract<PartHead, { kind: OpenPart['kind'] }>,
    { key, ext }: { readonly key: string; readonly ext?: Extensions | undefined },
    emit: Emit,
  ): number {
    this.close(emit)
    const part = this.#nextNumber()
    this.#open = { kind: head.kind, key, part, frame: {}, more: {}, offset: this.#textLength }
    emit({ type: 'part-start', choice: this.#choice, part, head, ...(ext && { ext }) })
    if (head.kind === 'text') for (const annotation of this.takeWaiting()) this.annotation(annotation, emit)
    return part
  }
}

import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import { encodeCitation } from './citations.ts'
import { fieldFor } from './client-style.ts'
import { encodeLogprobs } from './logprobs.ts'
import type { ChoiceWriting, PartEvent, PartStart, PartWriter } from './part-writer.ts'
import { loseAnswerPart, SealBox, sealDelta } from './part-writer.ts'
import { fillDetail } from './reasoning-details.ts'
import { own } from './wire.ts'

/** Text or a refusal. Citations count from the beginning of the message, so the text before this part is remembered. */
export class TextWriter implements PartWriter {
  readonly #choice: ChoiceWriting
  readonly #field: 'content' | 'refusal'
  readonly #offset: number
  readonly #seal: SealBox

  constructor(choice: ChoiceWriting, { head }: PartStart) {
    this.#choice = choice
    this.#field = head.kind === 'refusal' ? 'refusal' : 'content'
    this.#offset = choice.textLength
    this.#seal = new SealBox('seal' in head ? head.seal : undefined)
    if (this.#field === 'refusal') choice.hasRefusal = true
  }

  add(event: PartEvent): string {
    const choice = this.#choice
    switch (event.type) {
      case 'text-delta':
        if (this.#field === 'content') choice.textLength += event.text.length
        return choice.delta(`{"${this.#field}":${JSON.stringify(event.text)}}`)
      case 'citation':
        return choice.delta(JSON.stringify({ annotations: [encodeCitation(event.citation, this.#offset)] }))
      case 'logprobs':
        return choice.members({ logprobs: this.#logprobs(encodeLogprobs(event.tokens)) })
      case 'seal-delta':
        this.#seal.add(event.seal)
        return ''
      case 'part-end':
        return this.#seal.seal ? sealDelta(this.#seal.seal, { on: 'text' }, choice) : ''
      case 'part-start':
        return ''
      default:
        return loseAnswerPart(choice, event, `no place for a ${event.type} in text`)
    }
  }

  #logprobs(tokens: readonly JsonObject[]): JsonObject {
    return this.#field === 'content' ? { content: tokens, refusal: null } : { content: null, refusal: tokens }
  }
}

/**
 * Thinking. The host's own goes out in the fields it came in; any other in the client's one field, its seal afterwards
 * in an element of `reasoning_details` that says which range of the text it signs.
 */
export class ReasoningWriter implements PartWriter {
  readonly #choice: ChoiceWriting
  readonly #form: 'full' | 'summary' | 'redacted'
  readonly #field: string | undefined
  readonly #frame: JsonObject | undefined
  readonly #start: number
  readonly #seal: SealBox

  constructor(choice: ChoiceWriting, { head, ext }: PartStart) {
    const notes = own(ext)
    const noted = fieldFor(notes['$field'], choice.style)
    this.#choice = choice
    this.#form = head.kind === 'reasoning' ? head.form : 'full'
    this.#frame = asObject(notes['$detail'])
    this.#field = noted ?? (this.#frame ? undefined : choice.style.reasoningField)
    this.#start = choice.reasoningLength
    this.#seal = new SealBox('seal' in head ? head.seal : undefined)
  }

  add(event: PartEvent): string {
    switch (event.type) {
      case 'reasoning-delta':
        this.#choice.reasoningLength += event.text.length
        return this.#choice.delta(this.#delta(event.text))
      case 'seal-delta':
        this.#seal.add(event.seal)
        return ''
      case 'part-end':
        return this.#more(own(event.ext)) + this.#end()
      case 'part-start':
        return ''
      default:
        return loseAnswerPart(this.#choice, event, `no place for a ${event.type} in thinking`)
    }
  }

  #delta(text: string): string {
    if (this.#field === 'thinking') return JSON.stringify({ content: [thinkingChunk(text)] })
    if (!this.#frame) return `{"${this.#field}":${JSON.stringify(text)}}`
    const detail = fillDetail(this.#frame, text)
    return JSON.stringify({ ...(this.#field && { [this.#field]: text }), reasoning_details: [detail] })
  }

  /** Fields of a thinking chunk that were told when it was whole. */
  #more({ $more }: JsonObject): string {
    const more = asObject($more)
    return more ? this.#choice.delta(JSON.stringify({ content: [{ ...thinkingChunk(''), ...more }] })) : ''
  }

  #end(): string {
    const { seal } = this.#seal
    if (!seal) return ''
    const length = this.#choice.reasoningLength - this.#start
    return sealDelta(seal, { on: 'reasoning', form: this.#form, start: this.#start, length }, this.#choice)
  }
}

/** Thinking as a chunk of a content list. */
export function thinkingChunk(text: string): JsonObject {
  return { type: 'thinking', thinking: text === '' ? [] : [{ type: 'text', text }] }
}

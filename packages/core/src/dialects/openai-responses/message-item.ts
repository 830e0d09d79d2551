import type { Json, JsonObject } from '../../ir/json.ts'
import type { Citation, Seal, TokenLogprob } from '../../ir/part.ts'
import { asString } from '../../ir/read.ts'
import { encodeAnnotation } from './annotations.ts'
import type { AnswerWriter, DeltaFrame, PartDelta, PartSink } from './answer-writer.ts'
import { deltaFrame } from './answer-writer.ts'
import { ownOf } from './extension.ts'
import { encodeLogprobs } from './logprobs.ts'

/** One message item of the answer and its content parts. */
export class MessageItem {
  readonly id: string
  readonly writer: AnswerWriter
  readonly index: number
  readonly content: JsonObject[] = []
  readonly #fields: JsonObject
  #opened = 0

  /** `fields` are what the item had at its source; empty for other dialects. */
  constructor(writer: AnswerWriter, fields: JsonObject) {
    this.writer = writer
    this.id = asString(fields['id']) ?? writer.newId('msg_')
    this.index = writer.nextIndex()
    this.#fields = fields
    writer.added(this.index, this.#item('in_progress', fields))
  }

  /** `holdsText`: log probabilities are expected, and they go into the event of their text. */
  open(kind: 'text' | 'refusal', holdsText: boolean): TextSink {
    return new TextSink(this, { kind, index: this.#opened++, holdsText })
  }

  /** A content part of a kind that has no word in the language, whole. */
  addOpaque(part: JsonObject): void {
    const place = { item_id: this.id, output_index: this.index, content_index: this.#opened++ }
    this.writer.event('response.content_part.added', { ...place, part })
    this.writer.event('response.content_part.done', { ...place, part })
    this.content.push(part)
  }

  close(fields: JsonObject = this.#fields, status = 'completed'): void {
    this.writer.done(this.index, this.#item(status, fields))
  }

  #item(status: string, fields: JsonObject): JsonObject {
    const content = status === 'in_progress' ? [] : this.content
    return { id: this.id, type: 'message', status, content, role: 'assistant', ...fields }
  }
}

interface TextPlace {
  readonly kind: 'text' | 'refusal'
  readonly index: number
  readonly holdsText: boolean
}

/** Writes one text or refusal. */
export class TextSink implements PartSink {
  /** A seal on the text itself: it has no place in a message, so an item of its own follows. */
  seal: Seal | undefined
  readonly #item: MessageItem
  readonly #writer: AnswerWriter
  readonly #place: JsonObject
  readonly #frame: DeltaFrame
  readonly #isText: boolean
  readonly #holdsText: boolean
  readonly #annotations: JsonObject[] = []
  readonly #unplaced: Citation[] = []
  readonly #logprobs: JsonObject[] = []
  #held: string | undefined
  #text = ''

  constructor(item: MessageItem, { kind, index, holdsText }: TextPlace) {
    this.#item = item
    this.#writer = item.writer
    this.#isText = kind === 'text'
    this.#holdsText = holdsText
    this.#place = { item_id: item.id, output_index: item.index, content_index: index }
    this.#frame = this.#isText
      ? deltaFrame('response.output_text.delta', this.#place, ',"logprobs":[]')
      : deltaFrame('response.refusal.delta', this.#place)
    this.#writer.event('response.content_part.added', { ...this.#place, part: this.#part([]) })
  }

  add(delta: PartDelta): void {
    switch (delta.type) {
      case 'text-delta':
        return this.addText(delta.text)
      case 'citation':
        return this.#cite(delta.citation)
      case 'logprobs':
        return this.#addLogprobs(delta.tokens)
      case 'seal-delta':
        this.seal = this.seal ? { ...this.seal, data: this.seal.data + delta.seal.data } : delta.seal
        return
      default:
        this.#writer.lose({ path: `parts.${delta.type}`, why: 'a text of the Responses API has no place for it' })
    }
  }

  addText(text: string): void {
    this.#flush()
    this.#text += text
    if (this.#holdsText && this.#isText) this.#held = text
    else this.#writer.delta(this.#frame, text)
  }

  end(fields: JsonObject): void {
    this.#flush()
    for (const citation of this.#unplaced) this.#annotate(encodeAnnotation(citation, this.#text.length))
    this.#item.content.push({ ...this.#part(this.#logprobs), ...fields })
    if (this.#isText) {
      const done = { ...this.#place, text: this.#text, logprobs: this.#logprobs }
      this.#writer.event('response.output_text.done', done)
    } else {
      this.#writer.event('response.refusal.done', { ...this.#place, refusal: this.#text })
    }
    this.#writer.event('response.content_part.done', { ...this.#place, part: { ...this.#part([]), ...fields } })
  }

  #part(logprobs: Json): JsonObject {
    if (!this.#isText) return { type: 'refusal', refusal: this.#text }
    return { type: 'output_text', annotations: [...this.#annotations], logprobs, text: this.#text }
  }

  #flush(): void {
    if (this.#held !== undefined) this.#writer.delta(this.#frame, this.#held)
    this.#held = undefined
  }

  #addLogprobs(tokens: readonly TokenLogprob[]): void {
    const logprobs = encodeLogprobs(tokens)
    this.#logprobs.push(...logprobs)
    const delta = this.#held ?? ''
    this.#held = undefined
    this.#writer.event('response.output_text.delta', { ...this.#place, delta, logprobs })
  }

  /** A citation without a range is for the whole text, whose length is known at its end. */
  #cite(citation: Citation): void {
    this.#flush()
    const isPlaced = citation.span !== undefined || ownOf(citation.ext) !== undefined
    if (!isPlaced && citation.source.kind !== 'other') this.#unplaced.push(citation)
    else this.#annotate(encodeAnnotation(citation, this.#text.length))
    if (citation.quote !== undefined) {
      this.#writer.lose({ path: 'parts.citations.quote', why: 'an annotation has no quote', value: citation.quote })
    }
  }

  #annotate(annotation: JsonObject | undefined): void {
    if (!annotation) {
      this.#writer.lose({ path: 'parts.citations', why: 'an annotation needs a URL or a document' })
      return
    }
    const annotation_index = this.#annotations.length
    this.#annotations.push(annotation)
    this.#writer.event('response.output_text.annotation.added', { ...this.#place, annotation_index, annotation })
  }
}

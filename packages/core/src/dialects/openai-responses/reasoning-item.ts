import type { JsonObject } from '../../ir/json.ts'
import type { ReasoningPart, Seal } from '../../ir/part.ts'
import { asString } from '../../ir/read.ts'
import { wrapSeal } from '../../ir/seal.ts'
import type { AnswerWriter, DeltaFrame, PartDelta, PartSink } from './answer-writer.ts'
import { deltaFrame } from './answer-writer.ts'
import { dialect } from './extension.ts'
import { madeReasoningPrefix, madeThoughtPrefix } from './made-id.ts'
import { textSealId } from './read-items.ts'

/** One reasoning item of the answer: summaries, thoughts, and a seal at its end. */
export class ReasoningItem {
  readonly id: string
  readonly writer: AnswerWriter
  readonly index: number
  readonly summary: JsonObject[] = []
  readonly content: JsonObject[] = []
  seal: Seal | undefined
  readonly #fields: JsonObject
  readonly #opened = { summary: 0, content: 0 }

  /** `fields` are what the item had at its source; empty for other dialects, of which `form` is the thinking. */
  constructor(writer: AnswerWriter, fields: JsonObject, form: ReasoningPart['form'] = 'redacted') {
    this.writer = writer
    this.id = asString(fields['id']) ?? writer.newId(form === 'full' ? madeThoughtPrefix : madeReasoningPrefix)
    this.index = writer.nextIndex()
    this.#fields = fields
    writer.added(this.index, { id: this.id, type: 'reasoning', summary: [], ...fields })
  }

  /** A redacted thought has no section: it is only a seal. */
  open(place: 'summary' | 'content' | 'none'): PartSink {
    return place === 'none' ? new SealSink(this) : new ThoughtSink(this, place, this.#opened[place]++)
  }

  close(fields: JsonObject = this.#fields): void {
    const { id, summary, content, seal } = this
    this.writer.done(this.index, {
      id,
      type: 'reasoning',
      summary,
      ...fields,
      ...(content.length > 0 && { content }),
      ...(seal && { encrypted_content: sealText(seal) }),
    })
  }
}

/** Our own dialect's seals go as they are; others wrapped, so that they come back and find home. */
function sealText(seal: Seal): string {
  return seal.dialect === dialect ? seal.data : wrapSeal(seal)
}

/** The item that carries the seal of the text before it. */
export function writeTextSeal(writer: AnswerWriter, seal: Seal): void {
  const item = new ReasoningItem(writer, {})
  item.seal = { ...seal, id: textSealId }
  item.close()
}

class SealSink implements PartSink {
  readonly #item: ReasoningItem

  constructor(item: ReasoningItem) {
    this.#item = item
  }

  add(delta: PartDelta): void {
    if (delta.type === 'seal-delta') this.#item.seal = joinSeals(this.#item.seal, delta.seal)
    else this.#item.writer.lose({ path: `parts.${delta.type}`, why: 'a redacted thought is only a seal' })
  }

  end(): void {
    // The item says all there is when it closes.
  }
}

/** Writes one summary or one thought. */
class ThoughtSink implements PartSink {
  readonly #item: ReasoningItem
  readonly #isSummary: boolean
  readonly #place: JsonObject
  readonly #frame: DeltaFrame
  #text = ''

  constructor(item: ReasoningItem, place: 'summary' | 'content', index: number) {
    this.#item = item
    this.#isSummary = place === 'summary'
    const at = { item_id: item.id, output_index: item.index }
    this.#place = this.#isSummary ? { ...at, summary_index: index } : { ...at, content_index: index }
    this.#frame = this.#isSummary
      ? deltaFrame('response.reasoning_summary_text.delta', this.#place)
      : deltaFrame('response.reasoning_text.delta', this.#place)
    item.writer.event(this.#isSummary ? 'response.reasoning_summary_part.added' : 'response.content_part.added', {
      ...this.#place,
      part: this.#part(),
    })
  }

  add(delta: PartDelta): void {
    if (delta.type === 'reasoning-delta') {
      this.#text += delta.text
      this.#item.writer.delta(this.#frame, delta.text)
    } else if (delta.type === 'seal-delta') {
      this.#item.seal = joinSeals(this.#item.seal, delta.seal)
    } else {
      this.#item.writer.lose({ path: `parts.${delta.type}`, why: 'reasoning of the Responses API has no place for it' })
    }
  }

  end(): void {
    const { writer, summary, content } = this.#item
    const part = this.#part()
    if (this.#isSummary) {
      summary.push(part)
      writer.event('response.reasoning_summary_text.done', { ...this.#place, text: this.#text })
      writer.event('response.reasoning_summary_part.done', { ...this.#place, part })
    } else {
      content.push(part)
      writer.event('response.reasoning_text.done', { ...this.#place, text: this.#text })
      writer.event('response.content_part.done', { ...this.#place, part })
    }
  }

  #part(): JsonObject {
    return { type: this.#isSummary ? 'summary_text' : 'reasoning_text', text: this.#text }
  }
}

function joinSeals(earlier: Seal | undefined, later: Seal): Seal {
  return earlier ? { ...earlier, ...later, data: earlier.data + later.data } : later
}

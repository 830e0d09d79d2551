import type { Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'

/** An event inside a part. */
export type PartDelta = Extract<
  StreamEvent,
  {
    type:
      | 'text-delta'
      | 'reasoning-delta'
      | 'args-delta'
      | 'media-delta'
      | 'citation'
      | 'seal-delta'
      | 'logprobs'
      | 'opaque-delta'
  }
>

/** Where the events of one open part go. */
export interface PartSink {
  add(delta: PartDelta): void
  /** The part is over; `fields` are what its content part has beside the words of the language. */
  end(fields: JsonObject): void
}

/**
 * The frames of one answer: numbers them, and keeps the finished items in the order they were opened. `take` hands out
 * what was written since the last time.
 */
export class AnswerWriter {
  readonly newId: (prefix: string) => string
  readonly lose: Lose
  readonly #output: (JsonObject | undefined)[] = []
  #text = ''
  #sequence = 0
  #told = 0

  constructor(newId: (prefix: string) => string, lose: Lose) {
    this.newId = newId
    this.lose = lose
  }

  /** The number of the next event. */
  get sequence(): number {
    return this.#sequence
  }

  /** The finished items. */
  get output(): readonly JsonObject[] {
    return this.#output.filter((each) => each !== undefined)
  }

  event(type: string, fields: JsonObject): void {
    const data = JSON.stringify({ type, ...fields, sequence_number: this.#sequence++ })
    this.#text += `event: ${type}\ndata: ${data}\n\n`
  }

  /** The hot path: everything around the text was built when the part opened. See `deltaFrame`. */
  delta(frame: DeltaFrame, text: string): void {
    this.#text += `${frame.before}${JSON.stringify(text)}${frame.after}${this.#sequence++}}\n\n`
  }

  /** The place of the item opened last; -1 before the first. */
  get lastIndex(): number {
    return this.#output.length - 1
  }

  /** The place of a new item. */
  nextIndex(): number {
    this.#output.push(undefined)
    return this.#output.length - 1
  }

  added(index: number, item: JsonObject): void {
    this.event('response.output_item.added', { output_index: index, item })
  }

  /**
   * The item is finished. Clients take items in the order of their ends, so an item that ends before one that was
   * opened earlier is told after it.
   */
  done(index: number, item: JsonObject): void {
    this.#output[index] = item
    for (let next = this.#output[this.#told]; next !== undefined; next = this.#output[this.#told]) {
      this.event('response.output_item.done', { output_index: this.#told++, item: next })
    }
  }

  /** No more items: tells the ends that waited for an item which never came to its own. */
  close(): void {
    for (; this.#told < this.#output.length; this.#told++) {
      const item = this.#output[this.#told]
      if (item) this.event('response.output_item.done', { output_index: this.#told, item })
    }
  }

  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }
}

/** A delta event cut in two where its text goes; the sequence number follows. */
export interface DeltaFrame {
  readonly before: string
  readonly after: string
}

/** `place` is what the event says beside its delta: item id and indexes. */
export function deltaFrame(type: string, place: JsonObject, extra = ''): DeltaFrame {
  const head = JSON.stringify({ type, ...place })
  return { before: `event: ${type}\ndata: ${head.slice(0, -1)},"delta":`, after: `${extra},"sequence_number":` }
}

import type { StreamEvent } from '../../ir/event.ts'

type OfPart = Extract<StreamEvent, { readonly part: number }>

interface Speaker {
  add(event: OfPart): string
}

/**
 * A message has one field of text and one of thinking, and a client joins what comes for each in the order it comes.
 * Parts of one kind that are open at once therefore speak in turn: the later waits until the earlier has ended.
 */
export class Turns {
  #speaker: number | undefined
  readonly #waiting: { readonly writer: Speaker; readonly event: OfPart }[] = []

  /** The writer of one part, held back while an earlier part of this field is open. */
  queue(writer: Speaker): Speaker {
    return { add: (event) => this.#add(writer, event) }
  }

  #add(writer: Speaker, event: OfPart): string {
    this.#speaker ??= event.part
    if (event.part !== this.#speaker) {
      this.#waiting.push({ writer, event })
      return ''
    }
    const text = writer.add(event)
    return event.type === 'part-end' ? text + this.#next() : text
  }

  /** The part that has waited longest says what it has to say, and goes on speaking unless it has ended too. */
  #next(): string {
    this.#speaker = this.#waiting[0]?.event.part
    const said = this.#waiting.filter(({ event }) => event.part === this.#speaker)
    const others = this.#waiting.filter(({ event }) => event.part !== this.#speaker)
    this.#waiting.splice(0, this.#waiting.length, ...others)
    let text = ''
    for (const { writer, event } of said) text += writer.add(event)
    return said.at(-1)?.event.type === 'part-end' ? text + this.#next() : text
  }
}

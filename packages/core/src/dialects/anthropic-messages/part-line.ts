import type { StreamEvent } from '../../ir/event.ts'

/** An event that belongs to a part. */
export type PartEvent = Extract<StreamEvent, { readonly part: number }>

/**
 * Blocks of this dialect come one after another, parts of others may interleave. One part is let through at a time; what
 * belongs to later parts waits until it has ended.
 */
export class PartLine {
  readonly #write: (event: PartEvent) => string
  #open: number | undefined
  readonly #waiting = new Map<number, PartEvent[]>()

  constructor(write: (event: PartEvent) => string) {
    this.#write = write
  }

  /** The text to send now; '' while the event has to wait. */
  push(event: PartEvent): string {
    if (event.part === this.#open) return this.#pass(event)
    if (event.type !== 'part-start') {
      this.#waiting.get(event.part)?.push(event)
      return ''
    }
    if (this.#open !== undefined) {
      this.#waiting.set(event.part, [event])
      return ''
    }
    this.#open = event.part
    return this.#pass(event)
  }

  #pass(event: PartEvent): string {
    const text = this.#write(event)
    if (event.type !== 'part-end') return text
    this.#open = undefined
    return text + this.#next()
  }

  /** Lets in the part that has waited longest, and after it the next, as far as they have already ended. */
  #next(): string {
    let text = ''
    for (const [part, events] of this.#waiting) {
      if (this.#open !== undefined) break
      this.#waiting.delete(part)
      this.#open = part
      for (const event of events) {
        text += this.#write(event)
        if (event.type === 'part-end') this.#open = undefined
      }
    }
    return text
  }
}

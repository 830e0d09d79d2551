import { drainMicrotasks } from 'bun:jsc'

interface Event {
  readonly atMs: number
  /** Events of the same moment run in the order they were planned. */
  readonly order: number
  readonly act: () => void
  isOff: boolean
}

/**
 * A world in which time passes only from event to event. After each, everything that waits for nothing but promises has
 * run; so a run depends on its seed alone.
 */
export class VirtualTime {
  nowMs = 0
  readonly #heap: Event[] = []
  #planned = 0

  /** Plans an event; the function it returns calls it off. */
  after(delayMs: number, act: () => void): () => void {
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#planned++, act, isOff: false }
    this.#push(event)
    return () => {
      event.isOff = true
    }
  }

  /** Runs events until this moment, or until `isOver` after any of them. */
  runUntil(untilMs: number, isOver: () => boolean): void {
    for (;;) {
      const next = this.#heap[0]
      if (!next || next.atMs > untilMs) break
      this.#pop()
      if (next.isOff) continue
      this.nowMs = next.atMs
      next.act()
      drainMicrotasks()
      if (isOver()) return
    }
    this.nowMs = untilMs
  }

  #push(event: Event): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (!parent || !isBefore(event, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = event
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (child && right && isBefore(right, child)) {
        below++
        child = right
      }
      if (!child || !isBefore(child, last)) break
      heap[at] = child
      at = below
    }
    heap[at] = last
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}

/** Something with a deadline on the ticker's clock. */
export interface Timed {
  /** When to call `expire`; `Infinity` for never. May be moved at any time. */
  readonly dueAt: number
  expire(now: number): void
}

const defaultTickMs = 50

/**
 * One coarse timer for all deadlines: moving a deadline is one assignment, not a timer of its own. The clock counts
 * ticks: while the process itself was held up it does not run on, so answers that wait in the socket are not timed out
 * for our own pause. It stands still while nothing is watched.
 */
export class Ticker {
  readonly #tickMs: number
  readonly #watched = new Set<Timed>()
  #timer: Timer | undefined
  #now = 0
  #readAt = 0

  constructor(tickMs: number = defaultTickMs) {
    this.#tickMs = tickMs
  }

  /** Milliseconds since some moment, up to one tick behind. */
  get now(): number {
    return this.#now
  }

  watch(timed: Timed): void {
    this.#watched.add(timed)
    if (this.#timer) return
    this.#readAt = performance.now()
    this.#timer = setInterval(() => this.#tick(), this.#tickMs)
    this.#timer.unref()
  }

  unwatch(timed: Timed): void {
    this.#watched.delete(timed)
  }

  #tick(): void {
    const readAt = performance.now()
    this.#now += Math.min(readAt - this.#readAt, this.#tickMs * 4)
    this.#readAt = readAt
    for (const each of this.#watched) if (each.dueAt <= this.#now) each.expire(this.#now)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** Counts open calls and knows whether more may come. */
export class CallGate {
  /** Readiness fails, calls are still taken: load balancers need a moment to look away. */
  isDraining = false
  /** No new call is taken. */
  isShut = false
  #open = 0
  #entered = 0

  get open(): number {
    return this.#open
  }

  /** How many there have been, the open ones among them. */
  get entered(): number {
    return this.#entered
  }

  enter(): void {
    this.#open++
    this.#entered++
  }

  leave(): void {
    this.#open--
  }
}

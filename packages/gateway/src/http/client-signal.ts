import type { CancelListener, CancelSignal } from '@sluice/core/upstream/transport.ts'

/** Fires when a client has closed its connection. One listener is the rule: the exchange that is under way. */
export class ClientSignal implements CancelSignal {
  #listener: CancelListener | undefined
  #others: CancelListener[] | undefined
  aborted = false

  addEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.#listener === undefined) this.#listener = listener
    else this.#others = [...(this.#others ?? []), listener]
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    if (this.#listener === listener) this.#listener = undefined
    else this.#others = this.#others?.filter((each) => each !== listener)
  }

  /** Fires, once. */
  fire(): void {
    if (this.aborted) return
    this.aborted = true
    this.#listener?.handleEvent()
    for (const each of this.#others ?? []) each.handleEvent()
  }
}

import type { CallAnswer } from '@sluice/core/call/client-call.ts'
import { streamResponseBody } from './stream-body.ts'

/** Counts open calls and knows whether more may come. */
export class CallGate {
  /** Readiness fails, calls are still taken: load balancers need a moment to look away. */
  isDraining = false
  /** No new call is taken. */
  isShut = false
  #open = 0
  #onEmpty: (() => void) | undefined

  get open(): number {
    return this.#open
  }

  enter(): void {
    this.#open++
  }

  leave(): void {
    this.#open--
    if (this.#open === 0) this.#onEmpty?.()
  }

  /** Resolves when no call is open. */
  whenEmpty(): Promise<void> {
    if (this.#open === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onEmpty = resolve
    })
  }
}

/** The HTTP answer of a call. `onDone` is called once, when its last byte is out or its client is gone. */
export function sendAnswer(answer: CallAnswer, request: Request, onDone: () => void): Response {
  const { status, headers, body } = answer
  if (typeof body === 'string') {
    onDone()
    return new Response(body, { status, headers })
  }
  return new Response(streamResponseBody(body, request, onDone), { status, headers })
}

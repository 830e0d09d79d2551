import type { CallAnswer } from '@sluice/core/call/client-call.ts'
import { streamResponseBody } from './stream-body.ts'

/** Counts open calls and knows whether more may come. */
export class CallGate {
  /** Readiness fails, calls are still taken: load balancers need a moment to look away. */
  isDraining = false
  /** No new call is taken. */
  isShut = false
  #open = 0

  get open(): number {
    return this.#open
  }

  enter(): void {
    this.#open++
  }

  leave(): void {
    this.#open--
  }
}

/**
 * How long a connection may be without a byte from now on, in seconds; 0 is for ever. To be called while its request
 * has not been answered whole: later it does nothing.
 */
export type SetPatience = (seconds: number) => void

/**
 * From the end of an answer on: for the next request to begin, and for a client to take any of what Bun still holds of a
 * whole answer. Longer than load balancers keep an idle connection, so that it is they who close it.
 */
const afterAnswerSeconds = 75

/** The HTTP answer of a call. `onDone` is called once, when its last byte is handed over or its client is gone. */
export function sendAnswer(
  { status, headers, body }: CallAnswer,
  request: Request,
  { setPatience, onDone }: { readonly setPatience: SetPatience; readonly onDone: () => void },
): Response {
  const restore = (): void => setPatience(afterAnswerSeconds)
  if (typeof body !== 'string')
    return new Response(streamResponseBody(body, request, { beforeEnd: restore, onDone }), { status, headers })
  const response = new Response(body, { status, headers })
  restore()
  onDone()
  return response
}

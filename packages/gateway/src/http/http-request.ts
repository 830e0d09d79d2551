import type { BodyReceiver, BodyTaker } from './body-receiver.ts'
import { ClientSignal } from './client-signal.ts'
import type { RequestHead, RequestHeaders } from './request-head.ts'
import type { ByteSpan } from './view-bytes.ts'

/** One request as it came in over a connection of ours. */
export class HttpRequest {
  readonly method: string
  /** As it was written; see `RequestHead.target`. */
  readonly target: string
  readonly headers: RequestHeaders
  /** What the head says of the body's length; undefined for a chunked one, 0 for none. */
  readonly bodyBytes: number | undefined
  /** Fires when the client is gone before its answer is over. */
  readonly signal: ClientSignal = new ClientSignal()
  readonly #body: BodyReceiver | undefined
  readonly #askForBody: () => void

  constructor(head: RequestHead, body: BodyReceiver | undefined, askForBody: () => void) {
    this.method = head.method
    this.target = head.target
    this.headers = head.headers
    const { framing } = head
    this.bodyBytes = framing.kind === 'none' ? 0 : framing.kind === 'length' ? framing.bytes : undefined
    this.#body = body
    this.#askForBody = askForBody
  }

  /** The body, when all of it is here already and nobody has taken it. */
  takeWholeBody(): ByteSpan | undefined {
    return this.#body?.takeWhole()
  }

  /** Takes the body piece by piece; called at most once. */
  claimBody(taker: BodyTaker): void {
    if (!this.#body) return taker.end()
    this.#askForBody()
    this.#body.claim(taker)
  }

  /** The client has closed its connection. */
  leave(): void {
    this.signal.fire()
  }
}

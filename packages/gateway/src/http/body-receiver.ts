import { ChunkedBody } from './chunked-body.ts'
import type { ParseFault } from './parse-fault.ts'
import type { RequestFraming } from './request-head.ts'
import { type ByteSpan, viewBytes } from './view-bytes.ts'

/** Who takes a request's body. */
export interface BodyTaker {
  /** More bytes have come. False refuses them and all that follow. */
  take(bytes: Uint8Array): boolean
  /** The body is whole. */
  end(): void
  /** It will never be: malformed, or the client is gone. */
  breakOff(fault: ParseFault | undefined): void
}

/** Unclaimed bytes beyond this stop the reading until somebody takes the body. */
const mostUnclaimedBytes = 64 * 1024

/**
 * Takes a request's body out of its framing. Until somebody claims it the first bytes are kept, and a client that sends
 * more is not read from.
 */
export class BodyReceiver {
  readonly #chunked: ChunkedBody | undefined
  readonly #bytes: number
  #left: number
  #unclaimed: Uint8Array[] = []
  #whole: ByteSpan | undefined
  #unclaimedBytes = 0
  #taker: BodyTaker | undefined
  #isRefused = false
  #fault: ParseFault | undefined
  /** All of it has come. */
  isComplete = false

  constructor(framing: Exclude<RequestFraming, { kind: 'none' }>) {
    this.#chunked = framing.kind === 'chunked' ? new ChunkedBody() : undefined
    this.#bytes = framing.kind === 'length' ? framing.bytes : 0
    this.#left = this.#bytes
  }

  /** The reading has to wait for a taker. */
  get isFull(): boolean {
    return this.#taker === undefined && this.#unclaimedBytes > mostUnclaimedBytes
  }

  /** Nobody will take the rest: what comes is let go. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /** Feeds bytes from `start` on and tells how many of them belonged to the body. */
  push(bytes: Buffer, start: number): number | ParseFault {
    if (!this.#chunked) return this.#pushLength(bytes, start)
    const piece = this.#chunked.push(bytes, start)
    if ('message' in piece) {
      this.breakOff(piece)
      return piece
    }
    if (piece.body) this.#give(piece.body)
    if (piece.isEnd) this.#complete()
    return piece.used
  }

  /** The body, when all of it came with the head, which is nearly always; claimed by that. */
  takeWhole(): ByteSpan | undefined {
    const whole = this.#whole
    this.#whole = undefined
    return whole
  }

  /** Whoever wants the body says so once; what has come already is handed over at once. */
  claim(taker: BodyTaker): void {
    this.#taker = taker
    const whole = this.takeWhole()
    if (whole) this.#offer(viewBytes(whole.bytes, whole.start, whole.end))
    const early = this.#unclaimed
    this.#unclaimed = []
    this.#unclaimedBytes = 0
    for (const bytes of early) this.#offer(bytes)
    if (this.isComplete) this.#complete()
    else if (this.#fault) taker.breakOff(this.#fault)
  }

  /** The client is gone, or sent something else than a body. */
  breakOff(fault: ParseFault | undefined): void {
    if (this.isComplete || this.#fault) return
    this.#fault = fault ?? { kind: 'protocol', message: 'The client closed the connection.' }
    this.#taker?.breakOff(fault)
  }

  #pushLength(bytes: Buffer, start: number): number {
    const count = Math.min(this.#left, bytes.length - start)
    const isWhole = count === this.#bytes && !this.#taker
    this.#left -= count
    if (isWhole) this.#whole = { bytes, start, end: start + count }
    else this.#give(viewBytes(bytes, start, start + count))
    if (this.#left === 0) this.#complete()
    return count
  }

  #give(bytes: Uint8Array): void {
    if (this.#taker) return this.#offer(bytes)
    this.#unclaimed.push(bytes)
    this.#unclaimedBytes += bytes.byteLength
  }

  #offer(bytes: Uint8Array): void {
    if (!this.#isRefused && this.#taker && !this.#taker.take(bytes)) this.#isRefused = true
  }

  #complete(): void {
    this.isComplete = true
    const taker = this.#taker
    this.#taker = undefined
    taker?.end()
  }
}

import type { AnswerFacts, FailedAnswer } from '../ir/dialect.ts'
import type { Failure } from '../ir/failure.ts'
import type { UpstreamAnswer } from '../upstream/transport.ts'

/**
 * How one attempt speaks with its deployment: what goes out, and how what comes back becomes the client's answer.
 * There are two: `relay.ts` passes bytes through, `translate.ts` takes them through the language of `ir/`.
 */
export interface Exchange {
  readonly mode: 'relay' | 'translate'
  /** Path below the provider's base URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** What is sent; asked for once, and not kept: it may be as large as all the rest of the call. */
  takeBody(): string
  /** A whole 2xx answer. */
  readWhole(text: string): WholeReading
  /** A streamed 2xx answer of this `content-type`, which tells how it is framed; called once. */
  createStream(contentType: string | undefined): StreamTranscoder
  /** Takes an answer out of what its address wraps it in, before anything of it is read. */
  unwrap?(answer: UpstreamAnswer): UpstreamAnswer
  /** An answer that is not 2xx. */
  readFailure(answer: FailedAnswer): Failure
}

/** A whole answer, ready for the client; with `failure` set it must not be sent as one. */
export interface WholeReading extends AnswerFacts {
  readonly body: string
  readonly failure: Failure | undefined
}

/** Turns upstream bytes into client bytes, chunk by chunk, synchronously. `''` means nothing to send yet. */
export interface StreamTranscoder extends AnswerFacts {
  push(chunk: Uint8Array): string | Uint8Array
  /** The upstream body ended: the rest of the answer, an error event if it ended before its healthy terminal. */
  end(): string | Uint8Array
  /** The upstream broke off or a deadline passed: what ends the client's stream, in its dialect. Once only. */
  fail(failure: Failure): string
  /** Set when the answer was found broken, or said so itself. */
  readonly failure: Failure | undefined
  /** The answer's last frame has gone by: whatever the upstream still sends, the client needs none of it. */
  readonly isOver: boolean
  /** False while part of a frame has been sent: nothing may be written in between. */
  readonly isBetweenFrames: boolean
}

import type { FailedAnswer } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import type { WholeReading } from '../exchange.ts'

/** How one attempt at a task speaks with its deployment: in one request, or in several whose answers are put together. */
export interface TaskExchange {
  readonly mode: 'relay' | 'translate'
  /** The client reads the provider's own errors as they are. */
  readonly isSameWords: boolean
  /** Requests to send, in the order of their answers. None: the gateway answers by itself, with an estimate. */
  readonly pieces: readonly TaskPiece[]
  /** The client's answer from the bodies of all 2xx answers. */
  read(texts: readonly string[]): WholeReading
  readFailure(answer: FailedAnswer): Failure
  /** Another way when this one failed so; undefined when there is none. */
  orElse?(failure: Failure): TaskExchange | undefined
}

/** One request. */
export interface TaskPiece {
  /** Below the provider's base URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Asked for once and not kept. */
  takeBody(): string
}

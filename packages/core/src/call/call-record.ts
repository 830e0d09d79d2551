import type { DialectId } from '../ir/dialect-id.ts'
import type { Failure, FailureKind } from '../ir/failure.ts'
import type { Loss } from '../ir/request.ts'
import type { Usage } from '../ir/usage.ts'

/** How a call ended. `broken`: the answer began and did not end well. `cancelled`: the client left first. */
export type CallOutcome = 'ok' | 'failed' | 'broken' | 'cancelled'

/** How a call's bytes travelled: as they came, through the language, or to a route of the client's own choice. */
export type CallMode = 'relay' | 'translate' | 'passthrough'

/** One try at one deployment. */
export interface AttemptRecord {
  readonly provider: string
  readonly model: string
  readonly status: number | undefined
  readonly failure: FailureKind | undefined
  readonly elapsedMs: number
}

/** Everything the log says of one call: who, where, how much, how long, how it ended. Never a body, never a secret. */
export interface CallRecord {
  readonly requestId: string
  readonly snapshotId: number
  readonly keyId: string
  readonly route: string
  /** What the client speaks; for pass-through what the provider does. */
  readonly clientDialect: DialectId
  /** What was asked for when it was no answer in words: `cohere-v2-embed`. */
  readonly task: string | undefined
  readonly requestedModel: string
  /** The deployment that answered, or the last one tried. */
  readonly provider: string | undefined
  readonly model: string | undefined
  readonly mode: CallMode | undefined
  /** Method and path at the provider, without the query, where a client chose them: pass-through. */
  readonly path: string | undefined
  readonly stream: boolean
  readonly status: number
  readonly outcome: CallOutcome
  readonly failure: Failure | undefined
  readonly attempts: readonly AttemptRecord[]
  readonly usage: Usage | undefined
  /** In nano-USD; undefined: not known. */
  readonly costNanos?: number | undefined
  readonly finish: string | null
  readonly losses: readonly Loss[]
  readonly firstByteMs: number | undefined
  readonly totalMs: number
}

import { settledCost } from '../catalog/settled-cost.ts'
import type { AnswerFacts } from '../ir/dialect.ts'
import type { DialectId } from '../ir/dialect-id.ts'
import type { Failure, FailureKind } from '../ir/failure.ts'
import { statusOf } from '../ir/failure.ts'
import type { Loss } from '../ir/request.ts'
import type { Deployment } from '../providers/provider.ts'
import type { CallPorts } from './call-ports.ts'
import type { AttemptRecord, CallMode, CallOutcome } from './call-record.ts'
import type { ClientCall } from './client-call.ts'
import type { Snapshot } from './snapshot.ts'

/** What a record says of the call itself. */
export interface LivingCall extends Pick<ClientCall, 'requestId' | 'route' | 'key' | 'task'> {
  readonly codec: { readonly id: DialectId }
}

/** The life of one call: gathers facts while it runs and hands over its one record when it ends. */
export class CallLife {
  readonly snapshot: Snapshot
  /** What the attempt under way could not carry over. */
  losses: Loss[] = []
  requestedModel = ''
  isStream = false
  mode: CallMode | undefined
  /** Method and path at the provider, where a client chose them. */
  path: string | undefined
  /** The client speaks the dialect of the deployment last tried: its errors pass unchanged. */
  isSameDialect = false
  /** What the call cost, in nano-USD, once it is over; undefined: nobody knows. */
  costNanos: number | undefined
  readonly #call: LivingCall
  readonly #ports: CallPorts
  readonly #startedMs: number
  readonly #attempts: AttemptRecord[] = []
  #deployment: Deployment | undefined
  #attemptStartedMs = 0
  #firstByteMs: number | undefined
  #isOver = false

  get requestId(): string {
    return this.#call.requestId
  }

  constructor(call: LivingCall, snapshot: Snapshot, ports: CallPorts) {
    this.#call = call
    this.snapshot = snapshot
    this.#ports = ports
    this.#startedMs = ports.nowMs()
  }

  /** A try at this deployment begins, with what its request lost. What an earlier try could not carry is forgotten. */
  beginAttempt(deployment: Deployment, losses: Loss[]): void {
    this.#deployment = deployment
    this.#attemptStartedMs = this.#attempts.length === 0 ? this.#startedMs : this.#ports.nowMs()
    this.losses = losses
  }

  /** The try that began last came to nothing. */
  failAttempt(failure: Failure): void {
    this.#endAttempt(this.#ports.nowMs(), failure.upstream?.status, failure.kind)
  }

  #endAttempt(nowMs: number, status: number | undefined, failure?: FailureKind): void {
    const deployment = this.#deployment
    if (!deployment) return
    this.#attempts.push({
      provider: deployment.provider.name,
      model: deployment.model,
      elapsedMs: nowMs - this.#attemptStartedMs,
      status,
      failure,
    })
  }

  markFirstByte(): void {
    this.#firstByteMs ??= this.#ports.nowMs() - this.#startedMs
  }

  /** The answer went out whole. */
  succeed(status: number, facts: AnswerFacts): void {
    this.#finish('ok', status, facts)
  }

  /** The call failed before the first byte of an answer. */
  fail(failure: Failure): void {
    this.#finish(failure.kind === 'cancelled' ? 'cancelled' : 'failed', statusOf(failure), undefined, failure)
  }

  /** The answer began and broke off. */
  breakOff(failure: Failure, facts: AnswerFacts): void {
    this.#finish(failure.kind === 'cancelled' ? 'cancelled' : 'broken', 200, facts, failure)
  }

  #finish(outcome: CallOutcome, status: number, facts?: AnswerFacts, failure?: Failure): void {
    if (this.#isOver) return
    this.#isOver = true
    const nowMs = this.#ports.nowMs()
    // A call that failed has told of its last try already.
    if (facts) {
      this.#endAttempt(nowMs, status, failure?.kind)
      this.costNanos = this.#settle(facts)
    }
    this.#ports.record({
      requestId: this.#call.requestId,
      snapshotId: this.snapshot.id,
      keyId: this.#call.key.id,
      route: this.#call.route,
      clientDialect: this.#call.codec.id,
      task: this.#call.task?.shape,
      requestedModel: this.requestedModel,
      provider: this.#deployment?.provider.name,
      model: this.#deployment?.model,
      mode: this.mode,
      path: this.path,
      stream: this.isStream,
      status,
      outcome,
      failure,
      attempts: this.#attempts,
      usage: facts?.usage,
      costNanos: this.costNanos,
      finish: facts?.finish ?? null,
      losses: this.losses,
      firstByteMs: this.#firstByteMs,
      totalMs: nowMs - this.#startedMs,
    })
  }

  /** The price came with the deployment: nothing is looked up here. */
  #settle({ usage }: AnswerFacts): number | undefined {
    const price = this.#deployment?.price
    if (price === undefined || price === 'free' || !price.hours) return settledCost(usage, price)
    return settledCost(usage, price, { startedAtSeconds: this.#ports.unixSeconds() })
  }
}

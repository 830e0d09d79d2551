import type { LedgerSink } from './ledger-line.ts'
import type { BudgetStore } from './store.ts'
import type { LogDisk } from './write-ahead-log.ts'

/** What budgets need of the world. */
export interface BudgetPorts {
  readonly store: BudgetStore
  readonly peers: Peers
  readonly disk: LogDisk
  readonly ledger: LedgerSink
  /** Milliseconds of a clock that never goes back and does not follow the time of day. */
  nowMs(): number
  /** Calls `act` once after `delayMs`; the function it returns calls that off. */
  after(delayMs: number, act: () => void): () => void
  /** A fresh id: prefix + random letters and digits. */
  newId(prefix: string): string
  /** Replicas there may be at the moment, this one included. */
  replicas(): number
  /** Takes what operators should know of. Returns at once and never throws. */
  tell(news: BudgetNews): void
}

/** The other replicas. */
export interface Peers {
  /**
   * Asks every other replica to give back what it does not use of these counters (`BudgetBook.giveBack`), and resolves
   * once all that can be reached have, or after a while. Never rejects. A lost message costs a refusal, never money.
   */
  recall(counterKeys: readonly string[]): Promise<void>
}

/** What operators should know of. */
export type BudgetNews =
  /** A soft limit has been passed. Each replica tells by itself, and again after it has started anew. */
  | { readonly kind: 'soft-limit'; readonly counterKey: string; readonly limit: bigint; readonly settled: bigint }
  /** An attempt cost more than could be known beforehand. */
  | { readonly kind: 'beyond-bound'; readonly requestId: string; readonly attempt: number }
  /** The log's disk failed: nothing that costs money is admitted until it has been written anew. */
  | { readonly kind: 'log-failed' }
  | { readonly kind: 'log-mended' }
  /** Another process runs on a copy of this replica's log; this one takes no more leases. */
  | { readonly kind: 'fenced' }
  /** The ledger has taken no lines for so long that this many without a money limit were dropped. */
  | { readonly kind: 'lines-lost'; readonly count: number }

/** How budgets are kept; the same on every replica. */
export interface BudgetSettings {
  /** How long a lease admits new attempts. */
  readonly admitMs: number
  /** How long after that its attempts may still be settled. Must exceed the longest attempt. */
  readonly settleMs: number
  /** How many seconds of its calls a lease should last. */
  readonly leaseSeconds: number
  /** How long the other replicas have to give back what they do not use. */
  readonly recallMs: number
  /** How long the store has to answer. */
  readonly storeMs: number
  /** How long a request may wait for leases, all questions together. */
  readonly patienceMs: number
  /** A lease nobody took from for so long goes back. */
  readonly idleMs: number
  /** Between two searches for leases of lost replicas. */
  readonly reapMs: number
  /** The log is written anew when it has grown to this. */
  readonly logBytes: number
  /** Lines that may wait for the ledger. */
  readonly waitingLines: number
}

/** Fit for calls of up to 15 minutes. */
export const defaultBudgetSettings: BudgetSettings = {
  admitMs: 10_000,
  settleMs: 20 * 60_000,
  leaseSeconds: 2,
  recallMs: 50,
  storeMs: 1000,
  patienceMs: 2500,
  idleMs: 3000,
  reapMs: 5000,
  logBytes: 8 * 1024 * 1024,
  waitingLines: 100_000,
}

/** The promise's value, or undefined when it takes longer than this or rejects. */
export function within<T>(
  ports: Pick<BudgetPorts, 'after'>,
  limitMs: number,
  promise: Promise<T>,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const callOff = ports.after(limitMs, () => resolve(undefined))
    const end = (value: T | undefined): void => {
      callOff()
      resolve(value)
    }
    promise.then(end, () => end(undefined))
  })
}

import type { CounterLimit } from './limit.ts'

/**
 * Where budgets are agreed on among replicas. A replica takes a lease from a counter, spends it in memory and reports;
 * the store sees about one question per second per busy counter, whatever the rate of calls.
 *
 * Every operation is one short transaction. All times are the store's own clock. Each may be repeated, and those of
 * different leases may arrive in any order: what is reported only grows. A store that cannot answer says so as a value;
 * a question whose answer was lost may have been carried out.
 */
export interface BudgetStore {
  /**
   * Takes a lease on every counter asked for, or on none. Asking again with the same lease ids answers the same once they
   * were granted. What was refused may be granted to a second asking, which then nobody waits for: its lease is burnt. So
   * a transport must not repeat a question by itself.
   */
  acquire(ask: AcquireAsk): Promise<StoreReply<AcquireReply>>
  /** Tells how far leases are spent, and gives back what they no longer need. */
  report(reports: readonly LeaseReport[]): Promise<StoreReply<readonly LeaseNews[]>>
  /** Closes leases for good. A lease the store has never heard of can then no longer be granted. */
  release(finals: readonly LeaseReport[]): Promise<StoreReply<readonly LeaseNews[]>>
  /** Burns what leases of lost replicas left unreported. */
  reap(): Promise<StoreReply<ReapReply>>
}

export type StoreReply<T> =
  | { readonly ok: true; readonly value: T }
  /** The store cannot be asked; `why` is for the log. */
  | { readonly ok: false; readonly why: string }

export interface AcquireAsk {
  /** Names the replica's write-ahead log: the same after a restart on the same disk, never used by two at a time. */
  readonly replica: string
  /** Grows with every start of the replica. An ask of an earlier start that arrives late is refused. */
  readonly fence: number
  /** At most one for a counter. */
  readonly items: readonly LeaseAsk[]
  /** Booked first, in the same transaction, whether or not the leases are granted. */
  readonly reports: readonly LeaseReport[]
  /** How long the leases admit new calls, from the moment of the grant; never past the window's end. */
  readonly admitMs: number
  /** How long after that what is in flight may still be settled. Must exceed the longest call. */
  readonly settleMs: number
  /** Replicas there may be: near the limit a lease is at most a share of what is left. */
  readonly replicas: number
}

export interface LeaseAsk {
  /** Made by the replica, never used before. */
  readonly leaseId: string
  readonly counter: CounterLimit
  /** Less is of no use. 0 is granted even when nothing is left. */
  readonly least: number
  /** Granted whole when it is there; at least `least`. */
  readonly need: number
  /** More than `need` is granted only while plenty is left ... */
  readonly want: number
  /** ... and only when it is this much more: what does not suffice for another request would only be missing elsewhere. */
  readonly unit: number
}

export type AcquireReply =
  | { readonly outcome: 'granted'; readonly leases: readonly LeaseGrant[] }
  | { readonly outcome: 'short'; readonly shortage: Shortage }
  /** A later start of this replica has been seen. */
  | { readonly outcome: 'fenced' }
  /** One of the leases has been released before it was granted. */
  | { readonly outcome: 'closed' }

export interface LeaseGrant {
  readonly leaseId: string
  readonly granted: number
  readonly windowStartMs: number
  /** From now on by the store's clock. */
  readonly admitMs: number
  readonly state: CounterState
}

/** A counter as the store knows it. */
export interface CounterState {
  readonly limit: bigint | undefined
  /** Spent for certain, over all that counts now. */
  readonly settled: bigint
  /** Granted to replicas and not yet reported. */
  readonly outstanding: bigint
  /** Until the window ends, or the oldest slice of a rolling one drops out; undefined for a lifetime. */
  readonly resetsInMs: number | undefined
}

/** The first counter, in the order of their keys, that could not give `least`. */
export interface Shortage {
  readonly counterKey: string
  readonly least: number
  readonly state: CounterState
}

/** A lease and the row it was taken from. */
export interface LeasePlace {
  readonly leaseId: string
  readonly counterKey: string
  readonly windowStartMs: number
}

/** Both amounts are sums since the grant and only grow; the store keeps the largest it has heard. */
export interface LeaseReport extends LeasePlace {
  readonly spent: number
  readonly returned: number
}

export interface LeaseNews {
  readonly leaseId: string
  /**
   * `open`: carry on. `reaped`: what was unreported is burnt; release it once nothing is in flight, and what was not
   * spent comes back. `closed`: it was released. `unknown`: the store has lost it; admit nothing more on it.
   */
  readonly state: 'open' | 'reaped' | 'closed' | 'unknown'
  /** Spent for certain in the lease's window, by all replicas. */
  readonly settled: bigint
}

export interface ReapReply {
  readonly reaped: number
  /** More leases are due than one transaction takes. */
  readonly hasMore: boolean
}

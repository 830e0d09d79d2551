import type { Account } from './account.ts'
import type { Scope } from './limit.ts'
import { periodName } from './limit.ts'
import type { Meter } from './meter.ts'

/** How far one limit is used, as far as this replica knows without asking: for `x-ratelimit-*` headers and their like. */
export interface Standing {
  readonly counterKey: string
  readonly scope: Scope
  readonly meter: Meter
  readonly period: string
  readonly limit: bigint
  /** What this replica could still take, had nobody taken anything since the store last told. Never negative. */
  readonly remaining: bigint
  /** Undefined for a lifetime, and before the store has told. */
  readonly resetsInMs: number | undefined
}

/** The standing of every limit of an account that refuses. */
export function standingsOf(account: Account, nowMs: number): readonly Standing[] {
  const standings: Standing[] = []
  for (const { counter, known, current } of account.purses) {
    if (counter.limit === undefined) continue
    // The lease at hand is part of what the store counts as outstanding.
    const free = known ? counter.limit - known.state.settled - known.state.outstanding : counter.limit
    const left = free + BigInt(Math.max(0, Math.floor(current.left)))
    const resets = known?.state.resetsInMs
    standings.push({
      counterKey: counter.key,
      scope: counter.scope,
      meter: counter.meter,
      period: periodName(counter.per),
      limit: counter.limit,
      remaining: left > 0n ? left : 0n,
      resetsInMs: known && resets !== undefined ? Math.max(0, resets - (nowMs - known.atMs)) : undefined,
    })
  }
  return standings
}

import type { LeaseDesk } from './lease-desk.ts'
import type { Purse } from './purse.ts'

/**
 * Renews leases of busy counters before calls have to wait for it, and lets go of those nobody uses. A lease is only let
 * go once its successor is there: with the store down it serves to its end.
 */
export async function refillPurses(desk: LeaseDesk, elapsedMs: number): Promise<void> {
  const nowMs = desk.ports.nowMs()
  const due: Purse[] = []
  for (const purse of desk.active) {
    purse.updateRate(elapsedMs, nowMs)
    if (purse.isIdle(nowMs, desk.settings.idleMs)) purse.retire()
    else if (needsRefill(purse, nowMs, desk.settings.admitMs)) due.push(purse)
  }
  for (let at = 0; at < due.length; at += pursesAtOnce) await refill(desk, due.slice(at, at + pursesAtOnce))
}

/** Counters in one transaction of the store. */
const pursesAtOnce = 100

function needsRefill(purse: Purse, nowMs: number, admitMs: number): boolean {
  const { current, rate, isSoft, hasLease } = purse
  if (purse.underway || (!purse.isInUse && hasLease)) return false
  const isEnding = current.admitUntilMs - nowMs < admitMs * 0.3
  if (isSoft) return hasLease ? isEnding : current.spent > 0
  return hasLease && rate >= 1 && (isEnding || current.left < rate)
}

/** One question for all: where nothing is left it grants nothing, and the rest is not refused for it. */
async function refill(desk: LeaseDesk, purses: readonly Purse[]): Promise<void> {
  // A call may have asked by itself since.
  const due = purses.filter((purse) => !purse.underway)
  if (due.length === 0) return
  const asks = due.map((purse) => {
    return { purse, least: 0, need: 0, want: purse.isSoft ? 0 : Math.ceil(purse.rate * desk.settings.leaseSeconds) }
  })
  const underway = desk.acquire(asks, []).then(() => undefined)
  for (const purse of due) purse.underway = purse.renewal = underway
  await underway
  for (const purse of due) purse.underway = purse.renewal = undefined
}

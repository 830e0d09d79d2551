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
  await Promise.all(due.map((purse) => refill(desk, purse)))
}

function needsRefill({ current, rate, isSoft, hasLease, underway }: Purse, nowMs: number, admitMs: number): boolean {
  if (underway) return false
  const isEnding = current.admitUntilMs - nowMs < admitMs * 0.3
  if (isSoft) return hasLease ? isEnding : current.spent > 0
  return hasLease && rate >= 1 && (isEnding || current.left < rate)
}

async function refill(desk: LeaseDesk, purse: Purse): Promise<void> {
  const want = purse.isSoft ? 0 : Math.ceil(purse.rate * desk.settings.leaseSeconds)
  const least = Math.min(1, want)
  const asking = desk.acquire([{ purse, least, need: least, want }], [])
  const underway = asking.then(() => undefined)
  purse.underway = underway
  await underway
  purse.underway = undefined
}

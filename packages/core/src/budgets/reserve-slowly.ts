import type { Account } from './account.ts'
import { affordableOutputTokens, type Bound, type Room, shortenBound } from './bound.ts'
import { type Denial, denyShortage } from './denial.ts'
import type { Lease } from './lease.ts'
import type { LeaseDesk, PurseAsk } from './lease-desk.ts'
import { type Amounts, amountOf, type Meter } from './meter.ts'
import { within } from './ports.ts'
import type { Purse } from './purse.ts'
import type { Reservation } from './reservation.ts'
import type { Shortage } from './store.ts'

/** What is to be reserved, and how. */
export interface Wish {
  readonly bound: Bound
  /** Takes from the leases at hand, for this or a shorter bound. */
  reserveNow(bound: Bound): Reservation | undefined
}

/**
 * Reserves what the leases at hand do not afford: asks the store for more; when it has none, asks the other replicas for
 * what they do not use, once; then shortens the answer; then refuses, saying why. Those who need the same counters wait
 * for the one question that is under way.
 */
export async function reserveSlowly(desk: LeaseDesk, account: Account, wish: Wish): Promise<Reservation | Denial> {
  const { ports, settings } = desk
  const untilMs = ports.nowMs() + settings.patienceMs
  const least = shortenBound(wish.bound, wish.bound.leastOutputTokens)
  for (;;) {
    account.refresh()
    const reservation = wish.reserveNow(wish.bound)
    if (reservation) return reservation
    const nowMs = ports.nowMs()
    if (nowMs >= untilMs) return storeUnavailable
    const lacking = account.lacking(wish.bound, nowMs)
    // The leases suffice: then it is the log that does not.
    if (lacking.length === 0) return logUnavailable
    const refusal = knownRefusal(lacking, least, nowMs)
    if (refusal) return refusal
    const busy = lacking.find((purse) => purse.underway)
    if (busy) await waitFor(busy, amountOf(busy.counter.meter, wish.bound))
    else {
      const found = await askOnce(desk, account, { wish, least, lacking })
      if (found) return found
    }
  }
}

const storeUnavailable: Denial = { kind: 'store-unavailable', retryAfterMs: 1000 }

/** Reservations cannot be made durable at the moment. */
export const logUnavailable: Denial = { kind: 'log-unavailable', retryAfterMs: 1000 }

/** How long a refusal stands for all who need as much: the budget is used up, or held by calls that may end soon. */
const exceededMs = 1000
const inFlightMs = 50
const unavailableMs = 100

interface Asking {
  readonly wish: Wish
  /** The shortest that is worth sending. */
  readonly least: Bound
  readonly lacking: readonly Purse[]
}

function knownRefusal(lacking: readonly Purse[], least: Amounts, nowMs: number): Denial | undefined {
  for (const purse of lacking) {
    const refusal = purse.refusalOf(amountOf(purse.counter.meter, least), nowMs)
    if (refusal) return refusal
  }
  return undefined
}

async function waitFor(purse: Purse, need: number): Promise<void> {
  purse.waiting += need
  await purse.underway
  purse.waiting -= need
}

/** Undefined: leases came, but others were faster; try again. */
async function askOnce(desk: LeaseDesk, account: Account, asking: Asking): Promise<Reservation | Denial | undefined> {
  let end = (): void => undefined
  const underway = new Promise<void>((resolve) => {
    end = resolve
  })
  for (const purse of asking.lacking) purse.underway = underway
  try {
    return await askStore(desk, account, asking)
  } finally {
    for (const purse of asking.lacking) purse.underway = undefined
    end()
  }
}

async function askStore(desk: LeaseDesk, account: Account, asking: Asking): Promise<Reservation | Denial | undefined> {
  const { wish, least, lacking } = asking
  const first = await desk.acquire(asksFor(desk, lacking, { bound: wish.bound, least: wish.bound }), returnsOf(lacking))
  if (first.kind === 'granted') return takeGranted(account, wish)
  if (first.kind === 'unavailable') return refuseAll(desk, lacking)
  const { state } = first.shortage
  const canShorten = least.maxOutputTokens < wish.bound.maxOutputTokens
  if (state.outstanding === 0n && !canShorten) return refuse(desk, lacking, first.shortage)

  // Too little for this request is idle here too. A lease with nothing left keeps what its attempts free.
  for (const purse of lacking) if (purse.current.left > 0) purse.retire()
  await recall(desk, lacking)
  const second = await desk.acquire(asksFor(desk, lacking, { bound: wish.bound, least }), returnsOf(lacking))
  if (second.kind === 'granted') return takeGranted(account, wish)
  if (second.kind === 'unavailable') return refuseAll(desk, lacking)
  return refuse(desk, lacking, second.shortage)
}

/** What these purses give back and have not told of yet. */
function returnsOf(lacking: readonly Purse[]): readonly Lease[] {
  return lacking.flatMap((purse) => purse.leases().filter((lease) => !lease.isReported))
}

async function recall({ ports, settings }: LeaseDesk, lacking: readonly Purse[]): Promise<void> {
  await within(ports, settings.recallMs, ports.peers.recall(lacking.map((purse) => purse.counter.key)))
}

function asksFor(
  { settings }: LeaseDesk,
  lacking: readonly Purse[],
  { bound, least }: { bound: Bound; least: Bound },
): readonly PurseAsk[] {
  return lacking.map((purse) => {
    const need = amountOf(purse.counter.meter, bound)
    purse.unit = need
    const want = need + purse.waiting + Math.ceil(purse.rate * settings.leaseSeconds)
    return { purse, least: amountOf(purse.counter.meter, least), need, want }
  })
}

/** The leases may afford a shorter answer only. */
function takeGranted(account: Account, wish: Wish): Reservation | undefined {
  const hand = account.refresh()
  const whole = wish.reserveNow(wish.bound)
  if (whole) return whole
  const leftOf = (meter: Meter): number =>
    Math.min(...hand.strict.filter((lease) => lease.meter === meter).map((lease) => lease.left))
  const room: Room = { nanos: leftOf('usd'), outputTokens: leftOf('output-tokens'), tokens: leftOf('tokens') }
  const affordable = affordableOutputTokens(wish.bound, room)
  return affordable === undefined ? undefined : wish.reserveNow(shortenBound(wish.bound, affordable))
}

function refuse({ ports }: LeaseDesk, lacking: readonly Purse[], shortage: Shortage): Denial {
  const purse = lacking.find((each) => each.counter.key === shortage.counterKey)
  if (!purse) return storeUnavailable
  purse.known = { state: shortage.state, atMs: ports.nowMs() }
  const denial = denyShortage(purse.counter, shortage.least, shortage.state)
  const { resetsInMs = exceededMs } = shortage.state
  const forMs = denial.kind === 'exceeded' ? Math.min(exceededMs, resetsInMs) : inFlightMs
  purse.refuse(denial, shortage.least, ports.nowMs() + forMs)
  return denial
}

/** The store is asked again soon, but not by everyone who waits for it. */
function refuseAll({ ports }: LeaseDesk, lacking: readonly Purse[]): Denial {
  for (const purse of lacking) purse.refuse(storeUnavailable, 0, ports.nowMs() + unavailableMs)
  return storeUnavailable
}

import { foldLedger, type LedgerLine } from '@sluice/core/budgets/ledger-line.ts'
import { meterOfKey } from '@sluice/core/budgets/limit.ts'
import { placeOf, readPlace } from '@sluice/core/budgets/place.ts'
import type { TrueAttempt } from './oracle.ts'
import type { SimClients } from './sim-client.ts'
import type { SimReplica } from './sim-replica.ts'
import type { SimWorld } from './sim-world.ts'

/** What must be true once all faults are over and nothing is in flight any more. */
export function checkEnd(world: SimWorld, replicas: readonly SimReplica[], clients: SimClients): void {
  checkIdle(world, replicas)
  const lives = new Set(replicas.map((replica) => replica.life))
  for (const [name, life] of clients.waiting) if (lives.has(life)) world.violate(`${name} still waits in ${life}`)
  const lines = [...world.ledger.values()]
  for (const attempt of world.oracle.attempts.values()) checkOutcome(world, attempt)
  checkFold(world, lines)
  checkFamily(world, lines)
}

/** Liveness and I7: nothing is held, nothing waits, nothing was forgotten. */
function checkIdle(world: SimWorld, replicas: readonly SimReplica[]): void {
  for (const { name, book } of replicas) {
    if (!book) world.violate(`${name} did not come back`)
    else if (book.openCount > 0) world.violate(`${name} has ${book.openCount} attempts open`)
    else if (book.waitingLineCount > 0) world.violate(`${name} keeps ${book.waitingLineCount} lines`)
    else if (book.unclosedCount > 0) world.violate(`${name} keeps ${book.unclosedCount} leases of before`)
  }
  for (const [key, windows] of world.rows.windows) {
    for (const row of windows.values()) {
      if (row.outstanding !== 0n) world.violate(`${placeOf(key, row.startMs)} still holds ${row.outstanding}`)
    }
  }
}

/** I5 and I8: one outcome for what was sent, equal to the invoice or with its cause. */
function checkOutcome(world: SimWorld, attempt: TrueAttempt): void {
  const line = outcomeOf(world, attempt)
  const invoice = attempt.exchange?.invoice
  if (!invoice) {
    if (line && line.cause !== 'crash') world.violate(`${attempt.name} was never sent, but has a line`)
    return
  }
  if (!line) {
    // Without a money limit nothing is written before it is sent: a crash may lose it.
    const isExcused = !attempt.isLogged && world.crashes > 0
    if (!isExcused && attempt.settlement?.kind !== 'voided')
      world.violate(`I5: ${attempt.name} was sent and has no line`)
    return
  }
  const { nanos } = invoice.amounts
  if (line.nanos < nanos) world.violate(`I8: ${attempt.name} is booked with ${line.nanos} and billed ${nanos}`)
  if (line.nanos !== nanos && line.cause === undefined && !invoice.isLie) {
    world.violate(`I8: ${attempt.name} is booked with ${line.nanos} and billed ${nanos}, without a cause`)
  }
}

function outcomeOf(world: SimWorld, { name }: TrueAttempt): LedgerLine | undefined {
  return world.ledger.get(`${name} settled`) ?? world.ledger.get(`${name} estimated`)
}

/** I3, I9, I10: the ledger adds up to the counters, in any order, however often it is read. */
function checkFold(world: SimWorld, lines: readonly LedgerLine[]): void {
  const fold = foldLedger(lines)
  if (fold.conflicts.length > 0) world.violate(`two outcomes: ${fold.conflicts[0]}`)
  const again = foldLedger(world.dice.shuffle([...lines, ...lines]))
  for (const [place, total] of fold.totals) {
    if (again.totals.get(place) !== total)
      world.violate(`I9: ${place} is ${total}, shuffled ${again.totals.get(place)}`)
  }
  const burns = burnsByPlace(world)
  for (const [key, windows] of world.rows.windows) {
    const isStrict = world.oracle.counter(key)?.limit !== undefined
    // Only money is written ahead; of the rest a crash loses lines, and what was leased is burnt.
    if (!isStrict || (meterOfKey(key) !== 'usd' && world.crashes > 0)) continue
    for (const row of windows.values()) {
      const place = placeOf(key, row.startMs)
      const expected = (fold.totals.get(place) ?? 0n) + (burns.get(place) ?? 0n)
      if (row.settled !== expected) world.violate(`I3: ${place} settled ${row.settled}, the ledger says ${expected}`)
    }
  }
}

function burnsByPlace(world: SimWorld): ReadonlyMap<string, bigint> {
  const burns = new Map<string, bigint>()
  for (const { counterKey, windowStartMs, amount } of world.rows.burns) {
    const place = placeOf(counterKey, windowStartMs)
    burns.set(place, (burns.get(place) ?? 0n) + BigInt(amount))
  }
  return burns
}

/** I4: an organisation has spent what its keys have. */
function checkFamily(world: SimWorld, lines: readonly LedgerLine[]): void {
  let organisation = 0n
  let keys = 0n
  for (const [place, total] of foldLedger(lines).totals) {
    const key = readPlace(place)?.counterKey ?? ''
    if (key === 'organisation:o/usd/lifetime/*') organisation += total
    else if (/^key:k\d\/usd\/lifetime\/\*$/.test(key)) keys += total
  }
  if (organisation !== keys) world.violate(`I4: the organisation has spent ${organisation}, its keys ${keys}`)
}

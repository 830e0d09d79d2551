import type { Account } from '@sluice/core/budgets/account.ts'
import { boundAttempt } from '@sluice/core/budgets/bound.ts'
import { countersOf, type ScopeLimits } from '@sluice/core/budgets/limit.ts'
import type { Reservation } from '@sluice/core/budgets/reservation.ts'
import type { Ending } from '@sluice/core/budgets/settle.ts'
import type { SimReplica } from './sim-replica.ts'
import type { SimWorld } from './sim-world.ts'

/** A call that costs 100: 40 for what goes in, 60 for what comes out. */
const cost = 100
const probeQuote = {
  version: 'probe',
  boundNanos: (input: number, output: number) => input + output,
  settledNanos: ({ input = 0, output = 0 }) => input + output,
}

/**
 * With everything working, a fresh budget for exactly k calls admits exactly k of many that come at once, wherever they
 * come; also when every replica holds an idle lease from before.
 */
export function probeExactly(world: SimWorld, replicas: readonly SimReplica[]): void {
  const { dice, time } = world
  const warm = dice.integer(0, replicas.length)
  const calls = dice.integer(1, 12)
  // The warm ones are booked with what went in; what is over is less than another call.
  const amount = BigInt(warm * 40 + calls * cost + dice.integer(0, cost - 1))
  const scope: ScopeLimits = {
    scope: { kind: 'key', id: 'probe' },
    timeZone: 'UTC',
    limits: [{ meter: 'usd', per: 'lifetime', amount }],
  }
  const counters = countersOf([scope], 'any', 1)
  for (const counter of counters) world.oracle.noteCounter(counter)
  const accounts = replicas.map((replica) => replica.book?.accountFor(counters))
  const probe = new Probe(world, replicas, accounts)
  for (let index = 0; index < warm; index++) {
    time.after(
      index * 60,
      () => void probe.call(index, (reservation) => time.after(30, () => probe.finish(reservation, 0))),
    )
  }
  time.after(warm * 60 + 100, () => {
    const held: Reservation[] = []
    for (let index = 0; index < calls + 8; index++) {
      const delayMs = dice.delay(30)
      time.after(delayMs, () => void probe.call(dice.integer(0, replicas.length - 1), (got) => held.push(got)))
    }
    time.after(2500, () => {
      if (held.length !== calls) world.violate(`exactly k: ${held.length} of ${calls} were admitted`)
      for (const reservation of held) probe.finish(reservation, 60)
      world.isIdle = true
    })
  })
}

class Probe {
  readonly #world: SimWorld
  readonly #replicas: readonly SimReplica[]
  readonly #accounts: readonly (Account | undefined)[]

  constructor(world: SimWorld, replicas: readonly SimReplica[], accounts: readonly (Account | undefined)[]) {
    this.#world = world
    this.#replicas = replicas
    this.#accounts = accounts
  }

  async call(index: number, admitted: (reservation: Reservation) => void): Promise<void> {
    const book = this.#replicas[index]?.book
    const account = this.#accounts[index]
    if (!book || !account) return
    const bound = boundAttempt({ quote: probeQuote, inputTokens: 40, maxOutputTokens: 60 })
    const reserved = await book.reserve(account, { requestId: this.#world.newId('p'), attempt: 1 }, bound)
    if (!reserved.ok) return
    await reserved.reservation.makeDurable()
    admitted(reserved.reservation)
  }

  finish(reservation: Reservation, output: number): void {
    const reported = { input: 40, output, cacheRead: undefined, cacheWrite: undefined, reasoning: undefined }
    const ending: Ending = { how: 'complete', reported, counted: { outputTokens: output, leastOutputTokens: 0 } }
    reservation.finish(ending)
  }
}

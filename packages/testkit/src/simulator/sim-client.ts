import { type Bound, boundAttempt } from '@sluice/core/budgets/bound.ts'
import type { Reservation } from '@sluice/core/budgets/reservation.ts'
import type { Ending } from '@sluice/core/budgets/settle.ts'
import { drawQuote, freeKey, simKeys } from './sim-limits.ts'
import { never, type SimReplica } from './sim-replica.ts'
import { longestAttemptMs } from './sim-settings.ts'
import { models, type SimWorld } from './sim-world.ts'

/** What clients do: calls at any replica, some of them retried, some left. The way of a call through a gateway. */
export class SimClients {
  admitted = 0
  refused = 0
  /** Requests that wait for their reservation, each with the process it waits in. */
  readonly waiting: Map<string, string> = new Map()
  readonly #world: SimWorld
  readonly #replicas: readonly SimReplica[]

  constructor(world: SimWorld, replicas: readonly SimReplica[]) {
    this.#world = world
    this.#replicas = replicas
  }

  /** One call, now, somewhere. */
  call(): void {
    const { dice } = this.#world
    const replica = this.#replicas[dice.integer(0, this.#replicas.length - 1)]
    if (!replica) return
    replica.inLife(() => {
      this.#run(replica, {
        requestId: this.#world.newId('r'),
        key: dice.pick(simKeys),
        model: dice.pick(models),
      }).catch((bug) => this.#world.violate(`a call threw: ${bug instanceof Error ? bug.stack : bug}`))
    })
  }

  async #run(replica: SimReplica, what: { requestId: string; key: string; model: string }): Promise<void> {
    const { dice } = this.#world
    let requests = 1
    for (let attempt = 1; attempt <= 3; attempt++) {
      const account = replica.accountFor(what.key, what.model)
      if (!account || !replica.book) return
      if (replica.passes('reserve-before')) return
      const { life } = replica
      const name = `${what.requestId} ${attempt}`
      this.waiting.set(name, life)
      const reserved = await replica.book.reserve(
        account,
        { requestId: what.requestId, attempt },
        this.#drawBound(requests),
      )
      this.waiting.delete(name)
      // Another call may have brought the process down before this one went on.
      if (!replica.isAlive || replica.life !== life) return
      if (!reserved.ok) {
        this.refused++
        if (what.key === freeKey) this.#world.violate(`a key without limits was refused: ${reserved.failure.message}`)
        return
      }
      this.admitted++
      const ending = await this.#attempt(replica, reserved.reservation)
      if (ending.how !== 'not-sent') requests = 0
      if (ending.how === 'complete' || dice.chance(0.6)) return
    }
  }

  /** One attempt, from its reservation to its end. */
  async #attempt(replica: SimReplica, reservation: Reservation): Promise<Ending> {
    const { oracle, provider, dice, time } = this.#world
    const truth = oracle.admitted(reservation, replica.life)
    const finish = (ending: Ending): Ending => {
      const settlement = reservation.finish(ending)
      oracle.finished(truth, settlement)
      if (dice.chance(0.2) && reservation.finish({ how: 'refused' }) !== settlement)
        this.#world.violate('settled twice')
      return ending
    }
    if (replica.passes('reserve-after')) await never
    if (!(await reservation.makeDurable())) return finish({ how: 'not-sent' })
    if (replica.passes('durable-after')) await never
    const exchange = provider.send(reservation.bound, longestAttemptMs)
    truth.exchange = exchange
    if (replica.passes('send-after')) await never
    if (dice.chance(0.12)) time.after(dice.delay(3000), () => exchange.cut())
    const ending = await new Promise<Ending>((resolve) => {
      const inLife = replica.whileAlive()
      void exchange.ending.then((known) => inLife(() => resolve(known)))
    })
    if (replica.passes('answer-after')) await never
    finish(ending)
    if (replica.passes('finish-after')) await never
    return ending
  }

  #drawBound(requests: number): Bound {
    const { dice, seams } = this.#world
    const quote = drawQuote(dice)
    return boundAttempt({
      quote: seams.quote?.(quote) ?? quote,
      inputTokens: dice.integer(1, 60),
      maxOutputTokens: dice.integer(1, 150),
      ...(dice.chance(0.5) && { leastOutputTokens: 1 }),
      choices: dice.chance(0.2) ? 2 : 1,
      requests,
    })
  }
}

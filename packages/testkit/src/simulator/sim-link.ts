import type { Dice } from './dice.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What the network and the store do to messages at the moment. */
export interface Weather {
  /** Of messages, lost on the way there or back; each of 1. */
  losses: number
  /** Delivered twice. */
  doubles: number
  /** So late that nobody waits any more. */
  stragglers: number
  /** One way, at most; usually a small part of it. */
  delayMs: number
  /** Nothing answers. */
  isStoreDown: boolean
  /** The ledger takes no lines. */
  isLedgerDown: boolean
  /** Everything that arrives waits until then. */
  storePausedUntilMs: number
}

/** The way from one replica to the store and back: messages are lost, doubled, delayed and overtake each other. */
export class SimLink {
  isCut = false
  readonly #time: VirtualTime
  readonly #dice: Dice
  readonly #weather: Weather

  constructor(time: VirtualTime, dice: Dice, weather: Weather) {
    this.#time = time
    this.#dice = dice
    this.#weather = weather
  }

  /** Has `carryOut` done over there. `deliver` gets its answer, if one comes back. */
  ask<T>(carryOut: () => T, deliver: (reply: T) => void): void {
    if (this.#isLost()) return
    this.#time.after(this.#delay(), () => this.#arrive(carryOut, deliver))
    if (this.#dice.chance(this.#weather.doubles))
      this.#time.after(this.#delay(), () => this.#arrive(carryOut, undefined))
  }

  #arrive<T>(carryOut: () => T, deliver: ((reply: T) => void) | undefined): void {
    const weather = this.#weather
    if (weather.isStoreDown) return
    if (this.#time.nowMs < weather.storePausedUntilMs) {
      this.#time.after(weather.storePausedUntilMs - this.#time.nowMs, () => this.#arrive(carryOut, deliver))
      return
    }
    const reply = carryOut()
    if (deliver && !this.#isLost()) this.#time.after(this.#delay(), () => deliver(reply))
  }

  #isLost(): boolean {
    return this.isCut || this.#dice.chance(this.#weather.losses)
  }

  #delay(): number {
    const { stragglers, delayMs } = this.#weather
    return this.#dice.chance(stragglers) ? this.#dice.integer(500, 8000) : this.#dice.delay(delayMs)
  }
}

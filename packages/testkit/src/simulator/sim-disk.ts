import type { LogDisk } from '@sluice/core/budgets/write-ahead-log.ts'
import type { Dice } from './dice.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface DiskHabits {
  readonly slowMs: number
  /** How often a write fails, of 1. */
  failures: number
}

/** A disk that outlives its process. What was not acknowledged before a crash may be there, in part, or not. */
export class SimDisk {
  #bytes: Uint8Array = new Uint8Array()
  #unacknowledged: (() => void) | undefined
  readonly #time: VirtualTime
  readonly #dice: Dice
  readonly #habits: DiskHabits

  constructor(time: VirtualTime, dice: Dice, habits: DiskHabits) {
    this.#time = time
    this.#dice = dice
    this.#habits = habits
  }

  /** The disk as one process sees it: `settle` resolves its waits only while it lives. */
  open(settle: (act: () => void) => void): LogDisk {
    return {
      read: () => Promise.resolve(this.#bytes.slice()),
      append: (bytes) =>
        this.#write(
          settle,
          () => this.#append(bytes),
          () => this.#tear(bytes),
        ),
      replace: (bytes) =>
        this.#write(
          settle,
          () => {
            this.#bytes = bytes.slice()
          },
          () => {
            // Renamed before it failed, or not.
            if (this.#dice.chance(0.5)) this.#bytes = bytes.slice()
          },
        ),
    }
  }

  /** The process is gone in the middle of whatever it wrote. */
  crash(): void {
    this.#unacknowledged?.()
    this.#unacknowledged = undefined
  }

  #write(settle: (act: () => void) => void, whole: () => void, part: () => void): Promise<boolean> {
    const isFailing = this.#dice.chance(this.#habits.failures)
    this.#unacknowledged = this.#dice.chance(0.5) ? whole : part
    return new Promise((resolve) => {
      this.#time.after(this.#dice.delay(this.#habits.slowMs), () =>
        settle(() => {
          this.#unacknowledged = undefined
          if (isFailing) part()
          else whole()
          resolve(!isFailing)
        }),
      )
    })
  }

  #append(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length)
    joined.set(this.#bytes)
    joined.set(bytes, this.#bytes.length)
    this.#bytes = joined
  }

  #tear(bytes: Uint8Array): void {
    const torn = bytes.slice(0, this.#dice.integer(0, bytes.length))
    if (torn.length > 0 && this.#dice.chance(0.3)) torn[torn.length - 1] = this.#dice.integer(0, 255)
    this.#append(torn)
  }
}

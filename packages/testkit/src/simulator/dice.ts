import { createRandom, pickInteger } from '../random.ts'

/** Chance, from a seed. */
export class Dice {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = createRandom(seed)
  }

  /** True this often of 1. */
  chance(probability: number): boolean {
    return this.#random() < probability
  }

  /** A whole number, both ends included. */
  integer(least: number, most: number): number {
    return pickInteger(this.#random, least, most)
  }

  /** Any number of milliseconds up to this, mostly small. */
  delay(mostMs: number): number {
    return mostMs * this.#random() ** 3
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0]
  }

  shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list]
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = this.integer(0, at)
      const [a, b] = [shuffled[at], shuffled[other]]
      if (a === undefined || b === undefined) continue
      shuffled[at] = b
      shuffled[other] = a
    }
    return shuffled
  }
}

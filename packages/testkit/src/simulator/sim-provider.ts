import type { Bound } from '@sluice/core/budgets/bound.ts'
import { type Amounts, noAmounts } from '@sluice/core/budgets/meter.ts'
import type { BillingOfCuts, Ending } from '@sluice/core/budgets/settle.ts'
import type { Usage } from '@sluice/core/ir/usage.ts'
import type { Dice } from './dice.ts'
import type { VirtualTime } from './virtual-time.ts'

/** One attempt as the provider knows it. */
export interface Invoice {
  /** What it bills, once it has made up its mind. */
  amounts: Amounts
  /** What it reports is not what it bills. */
  isLie: boolean
  isDone: boolean
}

/** A request under way at a provider. */
export interface Exchange {
  readonly invoice: Invoice
  /** How it ended, for the gateway; resolves once. */
  readonly ending: Promise<Ending>
  /** The connection is gone: the client left, or the gateway died. */
  cut(): void
}

/** What a provider makes of a request, decided when it arrives. */
interface Fate {
  readonly kind: 'refused' | 'unsent' | 'answered' | 'hangs'
  readonly input: number
  readonly output: number
  readonly durationMs: number
  readonly bills: BillingOfCuts
}

/** A provider that bills by its own book, and reports what it likes. It never bills beyond the bound. */
export class SimProvider {
  readonly #time: VirtualTime
  readonly #dice: Dice

  constructor(time: VirtualTime, dice: Dice) {
    this.#time = time
    this.#dice = dice
  }

  /** Takes a request; the gateway gives up on it after `patienceMs`. */
  send(bound: Bound, patienceMs: number): Exchange {
    return new SimExchange({ time: this.#time, dice: this.#dice, bound, patienceMs }, this.#decide(bound))
  }

  #decide(bound: Bound): Fate {
    const dice = this.#dice
    const kind = dice.chance(0.05) ? 'unsent' : dice.chance(0.06) ? 'refused' : dice.chance(0.04) ? 'hangs' : 'answered'
    return {
      kind,
      input: dice.integer(Math.ceil(bound.inputTokens / 3), bound.inputTokens),
      // Often to the last token: that is where mistakes show.
      output: dice.chance(0.4) ? bound.outputTokens : dice.integer(0, bound.outputTokens),
      durationMs: dice.delay(4500),
      bills: dice.chance(0.5) ? 'until-cut' : 'to-the-end',
    }
  }
}

class SimExchange implements Exchange {
  readonly invoice: Invoice = { amounts: noAmounts, isLie: false, isDone: false }
  readonly ending: Promise<Ending>
  readonly #with: { time: VirtualTime; dice: Dice; bound: Bound; patienceMs: number }
  readonly #fate: Fate
  readonly #startedMs: number
  #resolve: (ending: Ending) => void = () => undefined
  #isOver = false

  constructor(parts: { time: VirtualTime; dice: Dice; bound: Bound; patienceMs: number }, fate: Fate) {
    this.#with = parts
    this.#fate = fate
    this.#startedMs = parts.time.nowMs
    this.ending = new Promise((resolve) => {
      this.#resolve = resolve
    })
    const lasts = fate.kind === 'hangs' ? Number.POSITIVE_INFINITY : fate.kind === 'answered' ? fate.durationMs : 2
    if (lasts <= parts.patienceMs) parts.time.after(lasts, () => this.#complete())
    else parts.time.after(parts.patienceMs, () => this.cut())
  }

  cut(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { kind, input, output, durationMs, bills } = this.#fate
    if (kind === 'unsent' || kind === 'refused') return this.#end(kind)
    const part = kind === 'hangs' ? 1 : Math.min(1, (this.#with.time.nowMs - this.#startedMs) / Math.max(1, durationMs))
    const made = bills === 'to-the-end' ? output : Math.floor(output * part)
    this.#bill(input, made)
    // What was made before the cut was counted as it came; a gateway counts on the safe side.
    const counted = { outputTokens: made, leastOutputTokens: Math.floor(made / 4) }
    this.#resolve({ how: 'cut', bills, reported: undefined, counted })
  }

  #complete(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { kind, input, output } = this.#fate
    if (kind === 'unsent' || kind === 'refused') return this.#end(kind)
    this.#bill(input, output)
    const counted = { outputTokens: output, leastOutputTokens: Math.ceil(output / 4) }
    this.#resolve({ how: 'complete', reported: this.#report(input, output), counted })
  }

  /** The truth, nothing, or a lie within the bound: too little, which a count reveals, or too much. */
  #report(input: number, output: number): Usage | undefined {
    const { dice, bound } = this.#with
    if (dice.chance(0.08)) return undefined
    if (output > 0 && dice.chance(0.05)) return usageOf(input, 0)
    if (dice.chance(0.04)) {
      this.invoice.isLie = true
      return usageOf(input, dice.integer(output, bound.outputTokens))
    }
    return usageOf(input, output)
  }

  #end(kind: 'unsent' | 'refused'): void {
    this.invoice.isDone = true
    if (kind === 'refused') this.invoice.amounts = { ...noAmounts, requests: this.#with.bound.requests }
    this.#resolve({ how: kind === 'unsent' ? 'not-sent' : 'refused' })
  }

  #bill(inputTokens: number, outputTokens: number): void {
    const { quote, requests } = this.#with.bound
    const nanos = quote.settledNanos(usageOf(inputTokens, outputTokens)) ?? 0
    this.invoice.amounts = { nanos, inputTokens, outputTokens, requests, concurrency: 0 }
    this.invoice.isDone = true
  }
}

function usageOf(input: number, output: number): Usage {
  return { input, output, cacheRead: undefined, cacheWrite: undefined, reasoning: undefined }
}

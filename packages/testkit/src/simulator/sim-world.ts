import { createBudgetStore } from '@sluice/core/budgets/create-store.ts'
import { type LedgerLine, lineKey } from '@sluice/core/budgets/ledger-line.ts'
import { type CounterLimit, countersOf, type ScopeLimits } from '@sluice/core/budgets/limit.ts'
import { MemoryRows } from '@sluice/core/budgets/memory-rows.ts'
import type { BudgetNews } from '@sluice/core/budgets/ports.ts'
import type { AcquireAsk, BudgetStore } from '@sluice/core/budgets/store.ts'
import { CheckedRows } from './checked-rows.ts'
import type { Dice } from './dice.ts'
import { Oracle } from './oracle.ts'
import type { Seams } from './seams.ts'
import type { DiskHabits } from './sim-disk.ts'
import type { Weather } from './sim-link.ts'
import { SimProvider } from './sim-provider.ts'
import { simSettings } from './sim-settings.ts'
import { VirtualTime } from './virtual-time.ts'

/** The limits of one virtual key and of everything above it. */
export type KeyScopes = ReadonlyMap<string, readonly ScopeLimits[]>

/** Everything that is shared by the replicas of one run. */
export class SimWorld {
  readonly time: VirtualTime = new VirtualTime()
  readonly weather: Weather = {
    losses: 0,
    doubles: 0,
    stragglers: 0,
    delayMs: 20,
    isStoreDown: false,
    isLedgerDown: false,
    storePausedUntilMs: 0,
  }
  readonly disks: DiskHabits = { slowMs: 8, failures: 0 }
  readonly rows: MemoryRows
  readonly store: BudgetStore
  readonly oracle: Oracle
  readonly provider: SimProvider
  readonly dice: Dice
  readonly seams: Seams
  /** The ledger: what is there for good, by what makes a line the same. */
  readonly ledger: Map<string, LedgerLine> = new Map()
  /** What has gone wrong, if anything. */
  violation: string | undefined
  crashes = 0
  /** Nobody calls any more: time may pass in larger steps. */
  isIdle = false
  /** A crash is due when the named point is passed this many more times. */
  crashPoint: { readonly name: string; passes: number } | undefined
  /** The newest configuration. */
  epoch = 1
  scopes: KeyScopes
  #ids = 0

  constructor(dice: Dice, seams: Seams, world: { startsAtMs: number; scopes: KeyScopes }) {
    this.dice = dice
    this.seams = seams
    this.scopes = world.scopes
    this.rows = new MemoryRows(() => this.storeNowMs())
    const startsAtMs = world.startsAtMs
    this.storeNowMs = () => startsAtMs + this.time.nowMs
    const violate = (what: string): void => this.violate(what)
    this.oracle = new Oracle(this.rows, () => this.storeNowMs(), violate)
    const checked = new CheckedRows(this.rows, this.oracle, violate)
    const store = createBudgetStore(checked, simSettings.settleMs)
    const broken = seams.store?.(store, checked) ?? store
    this.store = {
      ...broken,
      acquire: (ask) => {
        const isLate = checked.noteAsk(ask)
        const reply = broken.acquire(ask)
        void reply.then((known) => {
          if (known.ok && known.value.outcome === 'short') this.#checkNone(ask)
          if (isLate && known.ok && known.value.outcome !== 'fenced') this.violate(`${ask.replica} was not fenced off`)
        })
        return reply
      },
    }
    this.provider = new SimProvider(this.time, dice)
    this.noteCounters()
  }

  /** What the store's clock says. */
  readonly storeNowMs: () => number

  /** Remembers the first thing that went wrong. */
  violate(what: string): void {
    this.violation ??= `at ${this.time.nowMs.toFixed(1)} ms: ${what}`
  }

  /** All or none: a refusal leaves nothing behind. */
  #checkNone({ items }: AcquireAsk): void {
    for (const { leaseId, counter } of items) {
      if (this.rows.leases.get(leaseId)?.state === 'open') this.violate(`refused, but ${counter.key} was granted`)
    }
  }

  newId(prefix: string): string {
    return `${prefix}${this.#ids++}`
  }

  /** The counters of a request in a configuration. */
  countersFor(key: string, model: string, config: { epoch: number; scopes: KeyScopes }): readonly CounterLimit[] {
    return countersOf(config.scopes.get(key) ?? [], model, config.epoch)
  }

  /** A new configuration; the replicas hear of it later. */
  configure(scopes: KeyScopes): void {
    this.scopes = scopes
    this.epoch++
    this.noteCounters()
  }

  noteCounters(): void {
    for (const key of this.scopes.keys()) {
      for (const model of models) {
        for (const counter of this.countersFor(key, model, this)) this.oracle.noteCounter(counter)
      }
    }
  }

  putLines(lines: readonly LedgerLine[]): void {
    for (const line of lines) {
      const key = lineKey(line)
      const known = this.ledger.get(key)
      if (known && JSON.stringify(known) !== JSON.stringify(line)) this.violate(`two different lines: ${key}`)
      this.ledger.set(key, line)
    }
  }

  hear(news: BudgetNews): void {
    if (news.kind === 'beyond-bound') this.violate(`beyond its bound: ${news.requestId} ${news.attempt}`)
    if (news.kind === 'lines-lost') this.violate('lines were lost')
  }
}

/** What clients ask for. */
export const models: readonly [string, ...string[]] = ['small', 'large']

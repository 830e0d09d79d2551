import type { LedgerSink } from '@sluice/core/budgets/ledger-line.ts'
import type { Peers } from '@sluice/core/budgets/ports.ts'
import type { Quote } from '@sluice/core/budgets/quote.ts'
import type { BudgetStore } from '@sluice/core/budgets/store.ts'
import type { BudgetRows } from '@sluice/core/budgets/store-rows.ts'
import type { LogDisk } from '@sluice/core/budgets/write-ahead-log.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Where a rule can be broken on purpose, to see that the simulator notices. Nothing here exists in production. */
export interface Seams {
  /** The store itself. */
  store?(store: BudgetStore, rows: BudgetRows): BudgetStore
  /** The store as a replica sees it. */
  link?(store: BudgetStore, time: VirtualTime): BudgetStore
  disk?(disk: LogDisk): LogDisk
  peers?(peers: Peers): Peers
  ledger?(ledger: LedgerSink): LedgerSink
  quote?(quote: Quote): Quote
  /** Replaces methods of production's classes for the length of a run; the function it returns puts them back. */
  patch?(): () => void
}

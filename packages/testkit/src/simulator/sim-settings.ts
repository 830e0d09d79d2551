import type { BudgetSettings } from '@sluice/core/budgets/ports.ts'

/** As in production, but everything runs out sooner, so that a short run sees it. */
export const simSettings: BudgetSettings = {
  admitMs: 2000,
  // Longer than the longest attempt, and a pause within it.
  settleMs: 9000,
  leaseSeconds: 1,
  recallMs: 50,
  storeMs: 300,
  patienceMs: 800,
  idleMs: 700,
  reapMs: 1500,
  logBytes: 6000,
  waitingLines: 12,
}

/** How long a gateway waits for a provider. */
export const longestAttemptMs = 4000

/** Between two ticks of a replica. */
export const tickMs = 250

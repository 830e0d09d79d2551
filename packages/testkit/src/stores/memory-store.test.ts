import { MemoryRows } from '@sluice/core/budgets/memory-rows.ts'
import { describeStores } from './describe-stores.ts'

describeStores('budgets in memory', (addedMs) => {
  const rows = new MemoryRows(() => Date.now() + addedMs())
  return Promise.resolve({ rows, close: () => Promise.resolve() })
})

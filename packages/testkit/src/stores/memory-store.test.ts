import { MemoryRows } from '@sluice/core/budgets/memory-rows.ts'
import { describeStores } from './describe-stores.ts'

describeStores('budgets in memory', (addedMs) => {
  let latestMs = 0
  const rows = new MemoryRows(() => {
    latestMs = Math.max(latestMs, Date.now() + addedMs())
    return latestMs
  })
  return Promise.resolve({ rows, close: () => Promise.resolve() })
})

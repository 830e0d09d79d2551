import { describe } from 'bun:test'
import { describeAcquire } from './describe-acquire.ts'
import { describeExactly } from './describe-exactly.ts'
import { describeReports } from './describe-reports.ts'
import { describeRows } from './describe-rows.ts'
import { type OpenStore, testOn } from './store-bench.ts'

/** Everything a store of budgets must do, whatever database it is on; to be called in a test file. */
export function describeStores(name: string, open: OpenStore): void {
  describe(name, () => {
    const withStore = testOn(open)
    describeRows(withStore)
    describeAcquire(withStore)
    describeReports(withStore)
    describeExactly(withStore)
  })
}

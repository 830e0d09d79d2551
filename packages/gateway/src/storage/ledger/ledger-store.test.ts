import { describeStores } from '@sluice/testkit/stores/describe-stores.ts'
import { createSqlRows } from './create-sql-rows.ts'
import { onEachDatabase } from './testing.ts'
import { type LedgerClock, readClock } from './transact-ledger.ts'

onEachDatabase((name, open) => {
  describeStores(`budgets on ${name}`, async (addedMs) => {
    const { ledger, close } = await open()
    return { rows: createSqlRows(ledger, movedClock(addedMs)), close }
  })
})

/** The database's clock, moved. */
function movedClock(addedMs: () => number): LedgerClock {
  return async (transaction, differences) => (await readClock(transaction, differences)) + addedMs()
}

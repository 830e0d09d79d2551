import type { LedgerLine, LedgerSink } from '@sluice/core/budgets/ledger-line.ts'
import type { LedgerDatabase } from './ledger-database.ts'
import { inPages } from './pages.ts'
import { readNumber, readTexts } from './read.ts'
import { readClock, transactLedger } from './transact-ledger.ts'

/** Keeps the ledger's lines. `tell` hears why lines could not be written; they are then put again by whoever has them. */
export function createSqlSink(ledger: LedgerDatabase, tell: (why: string) => void): LedgerSink {
  return {
    async put(lines) {
      try {
        // In one order always: two that put the same lines must not wait for each other.
        const sorted = [...lines].sort(compareKeys)
        await transactLedger(ledger, readClock, async (transaction, nowMs) => {
          await inPages(sorted, async (page) => {
            await transaction
              .insertInto('ledger_line')
              .values(page.map((line) => fromLine(line, nowMs)))
              .onConflict((conflict) => conflict.columns(['request_id', 'attempt', 'kind']).doNothing())
              .execute()
            return []
          })
        })
        return true
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error))
        return false
      }
    },
  }
}

function compareKeys(a: LedgerLine, b: LedgerLine): number {
  if (a.requestId !== b.requestId) return a.requestId < b.requestId ? -1 : 1
  return a.attempt - b.attempt || (a.kind < b.kind ? -1 : 1)
}

function fromLine(line: LedgerLine, nowMs: number) {
  return {
    request_id: line.requestId,
    attempt: line.attempt,
    kind: line.kind,
    places: JSON.stringify(line.places),
    nanos: line.nanos,
    input_tokens: line.inputTokens,
    output_tokens: line.outputTokens,
    requests: line.requests,
    price_version: line.priceVersion,
    cause: line.cause ?? null,
    booked_at_ms: nowMs,
  }
}

const linesAtOnce = 1000

/** Every line of the ledger, by request; read in pages, so that a long ledger needs little memory. */
export async function* readLines({ db }: LedgerDatabase): AsyncGenerator<LedgerLine> {
  let after: Pick<LedgerLine, 'requestId' | 'attempt' | 'kind'> = { requestId: '', attempt: -1, kind: 'settled' }
  for (;;) {
    const { requestId, attempt, kind } = after
    const rows = await db
      .selectFrom('ledger_line')
      .selectAll()
      .where(({ eb, or, and }) =>
        or([
          eb('request_id', '>', requestId),
          and([eb('request_id', '=', requestId), eb('attempt', '>', attempt)]),
          and([eb('request_id', '=', requestId), eb('attempt', '=', attempt), eb('kind', '>', kind)]),
        ]),
      )
      .orderBy('request_id')
      .orderBy('attempt')
      .orderBy('kind')
      .limit(linesAtOnce)
      .execute()
    for (const row of rows) {
      const line: LedgerLine = {
        requestId: row.request_id,
        attempt: readNumber(row.attempt),
        kind: row.kind,
        places: readTexts(row.places),
        nanos: readNumber(row.nanos),
        inputTokens: readNumber(row.input_tokens),
        outputTokens: readNumber(row.output_tokens),
        requests: readNumber(row.requests),
        priceVersion: row.price_version,
        ...(row.cause !== null && { cause: row.cause }),
      }
      after = line
      yield line
    }
    if (rows.length < linesAtOnce) return
  }
}

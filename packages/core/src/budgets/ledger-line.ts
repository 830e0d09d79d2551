import { meterOfKey } from './limit.ts'
import { type Amounts, amountOf } from './meter.ts'
import { readPlace } from './place.ts'
import type { EstimateCause, Settlement } from './settle.ts'

/** Names one try of one request. The request's id is ours, never a client's. */
export interface AttemptId {
  readonly requestId: string
  readonly attempt: number
}

/**
 * What one attempt was booked with. Lines are only ever added. A line is the same line when request, attempt and kind are
 * the same: writing it twice, late, or in another order changes nothing. A mistake is mended by one more line of a kind
 * `correction-<n>` that says the difference.
 */
export interface LedgerLine extends AttemptId, Omit<Amounts, 'concurrency'> {
  readonly kind: Settlement['kind'] | `correction-${number}`
  /** The counters it was taken from, each with its window: `counter@start`. */
  readonly places: readonly string[]
  readonly priceVersion: string
  readonly cause?: EstimateCause
}

/** Where lines are kept for good. */
export interface LedgerSink {
  /** Adds the lines that are not there yet. True once all of them are durable. */
  put(lines: readonly LedgerLine[]): Promise<boolean>
}

/** What makes a line the same line. */
export function lineKey({ requestId, attempt, kind }: LedgerLine): string {
  return `${requestId} ${attempt} ${kind}`
}

/** The line of a settled attempt. */
export function createLine(
  id: AttemptId,
  { places, priceVersion, settlement }: { places: readonly string[]; priceVersion: string; settlement: Settlement },
): LedgerLine {
  const { nanos, inputTokens, outputTokens, requests } = settlement.amounts
  return {
    requestId: id.requestId,
    attempt: id.attempt,
    kind: settlement.kind,
    places,
    nanos,
    inputTokens,
    outputTokens,
    requests,
    priceVersion,
    ...(settlement.cause !== undefined && { cause: settlement.cause }),
  }
}

/** Every counter as the lines add it up, by place; and the attempts that have more than one outcome, which must be none. */
export interface LedgerFold {
  readonly totals: ReadonlyMap<string, bigint>
  readonly conflicts: readonly string[]
}

/** Adds up a ledger. Order and repetition of lines make no difference. */
export function foldLedger(lines: Iterable<LedgerLine>): LedgerFold {
  const totals = new Map<string, bigint>()
  const seen = new Set<string>()
  const outcomes = new Set<string>()
  const conflicts: string[] = []
  for (const line of lines) {
    const key = lineKey(line)
    if (seen.has(key)) continue
    seen.add(key)
    if (!line.kind.startsWith('correction')) {
      const attempt = `${line.requestId} ${line.attempt}`
      if (outcomes.has(attempt)) conflicts.push(attempt)
      outcomes.add(attempt)
    }
    addLine(totals, line)
  }
  return { totals, conflicts }
}

function addLine(totals: Map<string, bigint>, line: LedgerLine): void {
  const amounts: Amounts = { ...line, concurrency: 0 }
  for (const place of line.places) {
    const meter = meterOfKey(readPlace(place)?.counterKey ?? '')
    if (meter === undefined) continue
    totals.set(place, (totals.get(place) ?? 0n) + BigInt(amountOf(meter, amounts)))
  }
}

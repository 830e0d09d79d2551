import type { LedgerLine } from './ledger-line.ts'
import { decodeFrames, type LoggedReservation, type LogRecord } from './log-record.ts'
import { readRecord } from './read.ts'
import type { LeasePlace, LeaseReport } from './store.ts'

/** What a replica knew before it ended. */
export interface RecoveredLog {
  readonly replica: string | undefined
  /** How often it had started. */
  readonly fence: number
  /** Lines the ledger may not have yet, those of attempts that nobody will ever settle among them. */
  readonly lines: readonly LedgerLine[]
  /** What its leases came to in the end. */
  readonly finals: readonly LeaseReport[]
}

/**
 * Reads a log after a crash. An attempt that was reserved and has no line may have been sent and billed to its full bound;
 * so that is what it is booked with, marked as an estimate: never nothing, and never held for ever.
 */
export function recoverLog(bytes: Uint8Array): RecoveredLog {
  const replay = new LogReplay()
  for (const line of decodeFrames(bytes)) {
    const record = readRecord(line)
    if (record) replay.apply(record)
  }
  for (const reservation of replay.open.values()) replay.apply({ type: 'line', line: estimateOf(reservation) })
  const { replica, fence, lines, leases } = replay
  return {
    replica,
    fence,
    lines,
    finals: [...leases.values()].map(({ leaseId, counterKey, windowStartMs, spent }) => {
      return { leaseId, counterKey, windowStartMs, spent, returned: 0 }
    }),
  }
}

class LogReplay {
  replica: string | undefined
  fence = 0
  readonly lines: LedgerLine[] = []
  readonly leases: Map<string, LeasePlace & { spent: number }> = new Map()
  readonly open: Map<string, LoggedReservation> = new Map()

  apply(record: LogRecord): void {
    switch (record.type) {
      case 'head':
        this.replica = record.replica
        this.fence = record.fence
        return
      case 'lease':
        this.leases.set(record.leaseId, { ...record })
        return
      case 'reserved':
        this.open.set(attemptKey(record), record)
        return
      case 'line':
        return this.#addLine(record.line, record.isCounted === true)
      case 'released':
        this.leases.delete(record.leaseId)
        return
      default:
        return record satisfies never
    }
  }

  #addLine(line: LedgerLine, isCounted: boolean): void {
    if (line.kind !== 'voided') this.lines.push(line)
    const reservation = this.open.get(attemptKey(line))
    this.open.delete(attemptKey(line))
    if (isCounted) return
    for (const leaseId of reservation?.leaseIds ?? []) {
      const lease = this.leases.get(leaseId)
      if (lease) lease.spent += line.nanos
    }
  }
}

function estimateOf(reservation: LoggedReservation): LedgerLine {
  const { requestId, attempt, places, nanos, inputTokens, outputTokens, requests, priceVersion } = reservation
  const amounts = { nanos, inputTokens, outputTokens, requests }
  return { requestId, attempt, kind: 'estimated', places, ...amounts, priceVersion, cause: 'crash' }
}

function attemptKey({ requestId, attempt }: { readonly requestId: string; readonly attempt: number }): string {
  return `${requestId} ${attempt}`
}

import type { Provider } from '../providers/provider.ts'
import type { Transport } from '../upstream/transport.ts'
import type { CallRecord } from './call-record.ts'

/** What a call needs of the world. */
export interface CallPorts {
  transportFor(provider: Provider): Transport
  /** Milliseconds of a clock that never goes back. */
  nowMs(): number
  /** Seconds since 1970. */
  unixSeconds(): number
  /** A fresh id: prefix + random letters and digits. */
  newId(prefix: string): string
  /** Calls `act` once after `delayMs`; the function it returns calls that off. */
  after(delayMs: number, act: () => void): () => void
  /** Calls `act` every `periodMs` until the function it returns is called. */
  every(periodMs: number, act: () => void): () => void
  /** Takes the one record of a finished call. Must return at once and never throw. */
  record(record: CallRecord): void
  /** Takes what no code expected: a thrown bug, with the call it broke. Never throws. */
  reportBug(bug: unknown, requestId: string): void
}

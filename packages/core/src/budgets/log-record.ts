import type { LedgerLine } from './ledger-line.ts'
import type { Amounts } from './meter.ts'
import type { LeasePlace } from './store.ts'

/** One entry of a replica's write-ahead log. */
export type LogRecord =
  /** The first entry of every log: whose it is, and how often that replica has started. */
  | { readonly type: 'head'; readonly replica: string; readonly fence: number }
  /** A lease on money was granted. `spent` is what lines that are no longer in the log were booked with. */
  | ({ readonly type: 'lease'; readonly spent: number } & LeasePlace)
  /** An attempt may be sent: from here on it is either settled by a line or, after a crash, by an estimate. */
  | ({ readonly type: 'reserved' } & LoggedReservation)
  /** An attempt has ended. `isCounted`: its leases' `spent` contains it. */
  | { readonly type: 'line'; readonly line: LedgerLine; readonly isCounted?: true }
  /** The store has closed this lease. */
  | { readonly type: 'released'; readonly leaseId: string }

export interface LoggedReservation extends Omit<Amounts, 'concurrency'> {
  readonly requestId: string
  readonly attempt: number
  /** The leases on money it took `nanos` from. */
  readonly leaseIds: readonly string[]
  /** Every counter it took from. */
  readonly places: readonly string[]
  readonly priceVersion: string
}

/**
 * Records that become durable together, as bytes: a line with their length and checksum, then a line for each. What a
 * crash tore has another length or checksum, and is none of it.
 */
export function encodeFrame(lines: readonly string[]): Uint8Array {
  const body = utf8Encoder.encode(`${lines.join('\n')}\n`)
  const head = utf8Encoder.encode(`#${body.length} ${checksum(body).toString(16)}\n`)
  const frame = new Uint8Array(head.length + body.length)
  frame.set(head)
  frame.set(body, head.length)
  return frame
}

/** One record as its line. */
export function encodeRecord(record: LogRecord): string {
  return JSON.stringify(record)
}

/** The lines of all whole frames from the beginning; what follows the first torn one was never promised to anyone. */
export function decodeFrames(bytes: Uint8Array): readonly string[] {
  const lines: string[] = []
  let at = 0
  for (;;) {
    const headEnd = bytes.indexOf(newline, at)
    if (headEnd < 0 || headEnd - at > longestHead) return lines
    const [, length = '', sum = ''] = /^#(\d+) ([0-9a-f]+)$/.exec(utf8Decoder.decode(bytes.subarray(at, headEnd))) ?? []
    const body = bytes.subarray(headEnd + 1, headEnd + 1 + Number(length))
    if (length === '' || body.length !== Number(length) || checksum(body).toString(16) !== sum) return lines
    for (const line of utf8Decoder.decode(body).split('\n')) if (line !== '') lines.push(line)
    at = headEnd + 1 + body.length
  }
}

const utf8Encoder: TextEncoder = new TextEncoder()
const utf8Decoder: TextDecoder = new TextDecoder()
const newline = 10
const longestHead = 32

/** CRC-32 (IEEE 802.3), as zip and PNG have it. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = (sum >>> 8) ^ (crcTable[(sum ^ byte) & 0xff] ?? 0)
  return (sum ^ 0xffffffff) >>> 0
}

const crcTable: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})

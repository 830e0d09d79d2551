import type { CallRecord } from '@sluice/core/call/call-record.ts'
import type { LineWriter } from './line-writer.ts'

/** Longest name that goes into a line; clients choose some of them. */
const nameLimit = 200

/** Writes the one line of each call: who, where, how much, how long, how it ended. No bodies, no secrets. */
export function createCallLog(writer: LineWriter): (record: CallRecord) => void {
  return (record) => writer.writeJson(callLine(record))
}

/** The line as an object, in the order people read it. */
export function callLine(record: CallRecord): object {
  const { usage, failure } = record
  return {
    time: isoNow(),
    event: 'call',
    request_id: record.requestId,
    snapshot: record.snapshotId,
    key: record.keyId,
    route: record.route,
    dialect: record.clientDialect,
    requested_model: short(record.requestedModel),
    provider: record.provider,
    model: record.model === undefined ? undefined : short(record.model),
    mode: record.mode,
    stream: record.stream,
    status: record.status,
    outcome: record.outcome,
    finish: record.finish ?? undefined,
    input_tokens: usage?.input,
    cache_read_tokens: usage?.cacheRead,
    cache_write_tokens: usage?.cacheWrite,
    output_tokens: usage?.output,
    reasoning_tokens: usage?.reasoning,
    first_byte_ms: roundMs(record.firstByteMs),
    total_ms: roundMs(record.totalMs),
    failure: failure && { kind: failure.kind, message: failure.message.slice(0, 500) },
    attempts: record.attempts.length > 1 ? record.attempts : undefined,
    losses: record.losses.length > 0 ? record.losses.map(({ side, path, why }) => ({ side, path, why })) : undefined,
  }
}

function short(name: string): string {
  return name.length > nameLimit ? name.slice(0, nameLimit) : name
}

function roundMs(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 100) / 100
}

let lastMs = 0
let lastText = ''

/** The time as text; calls of one millisecond share it. */
function isoNow(): string {
  const nowMs = Date.now()
  if (nowMs !== lastMs) {
    lastMs = nowMs
    lastText = new Date(nowMs).toISOString()
  }
  return lastText
}

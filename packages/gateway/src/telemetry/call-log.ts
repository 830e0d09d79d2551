import type { CallRecord } from '@sluice/core/call/call-record.ts'
import type { Failure } from '@sluice/core/ir/failure.ts'
import type { Loss } from '@sluice/core/ir/request.ts'
import type { LineWriter } from './line-writer.ts'

/** Longest name that goes into a line; clients choose some of them. */
const nameLimit = 200
/** Most losses told one by one: a long conversation may have one in every message. */
const mostLosses = 20

/** Writes the one line of each call: who, where, how much, how long, how it ended. No bodies, no secrets. */
export function createCallLog(writer: LineWriter): (record: CallRecord) => void {
  return (record) => writer.write(callLine(record))
}

/**
 * The line, in the order people read it. Written piece by piece, because turning an object of thirty fields into text
 * costs as much as relaying a short call. Ids, routes and the names of keys and providers are ours or checked where they
 * are configured, and hold nothing that JSON would escape; what clients and providers choose is quoted.
 */
export function callLine(record: CallRecord): string {
  const { usage, failure, attempts, losses } = record
  return (
    `{"time":"${isoNow()}","event":"call","request_id":"${record.requestId}","snapshot":${record.snapshotId}` +
    `,"key":"${record.keyId}","route":"${record.route}","dialect":"${record.clientDialect}"` +
    (record.task === undefined ? '' : `,"task":"${record.task}"`) +
    `,"requested_model":${quote(record.requestedModel)}` +
    (record.provider === undefined ? '' : `,"provider":"${record.provider}"`) +
    text('model', record.model) +
    (record.mode === undefined ? '' : `,"mode":"${record.mode}"`) +
    text('path', record.path) +
    `,"stream":${record.stream},"status":${record.status},"outcome":"${record.outcome}"` +
    text('finish', record.finish) +
    count('input_tokens', usage?.input) +
    count('cache_read_tokens', usage?.cacheRead) +
    count('cache_write_tokens', usage?.cacheWrite) +
    count('output_tokens', usage?.output) +
    count('reasoning_tokens', usage?.reasoning) +
    count('search_units', usage?.searchUnits) +
    count('cost_nanos', record.costNanos) +
    count('first_byte_ms', roundMs(record.firstByteMs)) +
    count('total_ms', roundMs(record.totalMs)) +
    (failure ? `,"failure":${failureText(failure)}` : '') +
    (attempts.length > 1 ? `,"attempts":${JSON.stringify(attempts)}` : '') +
    (losses.length > 0 ? `,"losses":${JSON.stringify(losses.slice(0, mostLosses).map(shortLoss))}` : '') +
    count('more_losses', losses.length > mostLosses ? losses.length - mostLosses : undefined) +
    '}'
  )
}

/** What we say of a wrong request may quote it, and no body stands in the log: the field at fault is named instead. */
function failureText({ kind, code, param, message, upstream }: Failure): string {
  const isAboutBody = kind === 'invalid-request' && upstream === undefined
  const told = isAboutBody ? undefined : message.slice(0, 500)
  return JSON.stringify({ kind, code, param: param?.slice(0, nameLimit), message: told })
}

function shortLoss({ side, path, why }: Loss): object {
  return { side, path: path.slice(0, nameLimit), why: why.slice(0, nameLimit) }
}

function text(name: string, value: string | null | undefined): string {
  return value === undefined || value === null ? '' : `,"${name}":${quote(value)}`
}

function count(name: string, value: number | undefined): string {
  return value === undefined ? '' : `,"${name}":${value}`
}

/** Characters that stand in a JSON string as they are. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** A JSON string, cut at the limit. */
function quote(value: string): string {
  const cut = value.length > nameLimit ? value.slice(0, nameLimit) : value
  return plain.test(cut) ? `"${cut}"` : JSON.stringify(cut)
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

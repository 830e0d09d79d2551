import { asString, parseObject } from '../ir/read.ts'
import type { LogRecord } from './log-record.ts'

const types: readonly string[] = ['head', 'lease', 'reserved', 'line', 'released'] satisfies LogRecord['type'][]

/** A record of our own log, whose checksum was right; undefined for a type this version does not know. */
export function readRecord(line: string): LogRecord | undefined {
  const object = parseObject(line)
  const type = asString(object?.['type'])
  return type !== undefined && types.includes(type) ? (object as unknown as LogRecord) : undefined
}

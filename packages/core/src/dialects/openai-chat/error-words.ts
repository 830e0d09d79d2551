import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asString } from '../../ir/read.ts'

/** An error as some host spelled it, in words. */
export interface ErrorWords {
  readonly message: string
  readonly type?: string
  readonly code?: string
  readonly param?: string
  /** A status the error itself names, as aggregators do. */
  readonly status?: number
}

/** The error in a JSON body, whatever its shape; undefined when there is none to be found. */
export function readErrorWords(body: Json | undefined): ErrorWords | undefined {
  if (typeof body === 'string') return { message: body.trim() }
  const list = asArray(body)
  if (list) return readErrorWords(list[0])
  const object = asObject(body)
  if (!object) return undefined
  const inner = asObject(object['error']) ?? asObject(asArray(object['error'])?.[0])
  if (inner) return readFields(inner, object)
  for (const key of ['error', 'detail', 'message', 'error_message', 'title', 'reason']) {
    const text = asString(object[key])
    if (text !== undefined) return { ...readFields(object, object), message: nestedMessage(object) ?? text }
  }
  const details = asArray(object['detail']) ?? asArray(object['errors']) ?? asArray(object['error'])
  if (details) return { ...readFields(object, object), ...readDetails(details) }
  const detail = asObject(object['detail'])
  return detail && readErrorWords(detail)
}

function readFields(error: JsonObject, around: JsonObject): ErrorWords {
  const metadata = asObject(error['metadata'])
  const type = word(error['type']) ?? word(metadata?.['error_type']) ?? word(around['type'])
  const code = word(error['code']) ?? word(error['status'])
  const param = word(error['param'])
  const status = readStatus(error) ?? readStatus(around)
  return {
    message: readMessage(error, metadata),
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
    ...(status !== undefined && { status }),
  }
}

/** An aggregator says "Provider returned error" and quotes the provider beside it. */
function readMessage(error: JsonObject, metadata: JsonObject | undefined): string {
  const message = asString(error['message']) ?? asString(error['msg']) ?? asString(error['detail']) ?? ''
  const raw = asString(metadata?.['raw'])
  return raw === undefined || raw === '' || message.includes(raw) ? message : `${message}: ${raw}`
}

/** Pollinations wraps the error of its own upstream in `details` (seen 2026-05). */
function nestedMessage(object: JsonObject): string | undefined {
  return asString(asObject(asObject(object['details'])?.['error'])?.['message'])
}

/** Validation details of FastAPI, or Cloudflare's `errors`: all messages with their places. */
function readDetails(details: readonly Json[]): Pick<ErrorWords, 'message' | 'param'> {
  const lines: string[] = []
  let param: string | undefined
  for (const each of details) {
    const entry = asObject(each)
    const text = entry ? (asString(entry['msg']) ?? asString(entry['message'])) : asString(each)
    if (text === undefined) continue
    const place = readPlace(asArray(entry?.['loc']))
    param ??= place
    lines.push(place === undefined ? text : `${place}: ${text}`)
  }
  return { message: lines.join('; '), ...(param !== undefined && { param }) }
}

function readPlace(place: readonly Json[] | undefined): string | undefined {
  const steps = place?.filter((step) => step !== 'body')
  return steps && steps.length > 0 ? steps.join('.') : undefined
}

function readStatus(object: JsonObject): number | undefined {
  for (const key of ['status_code', 'status', 'code', 'raw_status_code', 'http_status']) {
    const number = Number(asNumber(object[key]) ?? asString(object[key]))
    if (Number.isInteger(number) && number >= 400 && number < 600) return number
  }
  return undefined
}

function word(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

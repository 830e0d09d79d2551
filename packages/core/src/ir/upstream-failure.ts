import type { FailedAnswer } from './dialect.ts'
import type { Failure } from './failure.ts'
import type { Json, JsonObject } from './json.ts'
import { asArray, asNumber, asObject, asString } from './read.ts'
import { readRetryAfterMs } from './retry-after.ts'

const maxBodyChars = 64 * 1024
const maxMessageChars = 1000

/** What an error body says, in whatever shape. */
export interface ErrorWords {
  /** `''` when it says nothing a person could read. */
  readonly message: string
  readonly type?: string
  readonly code?: string
  /** The id the body gives the exchange, where it does. */
  readonly requestId?: string
  /** The provider's own error object. */
  readonly native?: JsonObject
}

/**
 * Reads an answer whose status is not 2xx, whatever its shape: an `error` object or text, `message`, `detail`, lists of
 * them, HTML, plain text, nothing. For dialects whose errors have no words of their own beyond that.
 */
export function readUpstreamFailure({ status, headers, body }: FailedAnswer, provider: string): Failure {
  const words = readErrorWords(body)
  const requestId = headers['x-request-id'] ?? headers['request-id'] ?? words.requestId
  const retryAfterMs = readRetryAfterMs({ headers, status, message: words.message })
  const contentType = headers['content-type']
  return {
    ...describe(words, status, `Provider '${provider}' answered ${status} without saying why.`),
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    upstream: {
      provider,
      status,
      body: body.slice(0, maxBodyChars),
      ...(contentType !== undefined && { contentType }),
      ...(requestId !== undefined && { requestId }),
      ...ownWords(words),
    },
  }
}

/** Reads an error inside a 200: an event of a stream, or a whole body that is no answer. */
export function readInnerFailure(body: JsonObject, provider: string): Failure {
  const text = JSON.stringify(body).slice(0, maxBodyChars)
  const words = readErrorWords(text)
  const { requestId } = words
  return {
    ...describe(words, undefined, `Provider '${provider}' broke off its answer.`),
    upstream: { provider, status: 200, body: text, ...(requestId !== undefined && { requestId }), ...ownWords(words) },
  }
}

function ownWords({ type, native }: ErrorWords): { readonly type?: string; readonly native?: JsonObject } {
  return { ...(type !== undefined && { type }), ...(native && { native }) }
}

function describe(words: ErrorWords, status: number | undefined, fallback: string): Failure {
  const { message, code } = words
  return {
    ...judge(words, status),
    message: (message === '' ? fallback : message).slice(0, maxMessageChars),
    ...(code !== undefined && { code }),
  }
}

type Verdict = Pick<Failure, 'kind' | 'retry'>

const overflow =
  /too many tokens|context (window|length|limit)|maximum context|prompt is too long|exceed\w* the context/i
const blocked = /content[ _](filter|policy)|safety (filter|policy)|blocked (by|input|output)/i
const outOfCredit = /credit|billing|insufficient (funds|balance|quota)|quota.{0,20}exceeded/i

function judge({ message, type = '', code = '' }: ErrorWords, status: number | undefined): Verdict {
  const text = `${code} ${type} ${message}`
  const isRequest = status === undefined || (status >= 400 && status < 500 && status !== 429)
  if (isRequest && overflow.test(text)) return { kind: 'context-overflow', retry: 'never' }
  if (isRequest && blocked.test(text)) return { kind: 'content-blocked', retry: 'never' }
  if (status === 402 || (status === 403 && outOfCredit.test(text))) {
    return { kind: 'budget-exceeded', retry: 'other-target' }
  }
  return verdictOfStatus(status)
}

function verdictOfStatus(status: number | undefined): Verdict {
  if (status === undefined) return { kind: 'upstream-unavailable', retry: 'other-target' }
  const known = byStatus[status]
  if (known) return known
  if (status >= 400 && status < 500) return { kind: 'invalid-request', retry: 'never' }
  return { kind: 'upstream-unavailable', retry: 'other-target' }
}

const byStatus: Readonly<Record<number, Verdict>> = {
  401: { kind: 'unauthenticated', retry: 'other-target' },
  403: { kind: 'forbidden', retry: 'other-target' },
  404: { kind: 'not-found', retry: 'other-target' },
  405: { kind: 'method-not-allowed', retry: 'never' },
  408: { kind: 'upstream-timeout', retry: 'other-target' },
  409: { kind: 'conflict', retry: 'other-target' },
  413: { kind: 'too-large', retry: 'never' },
  415: { kind: 'unsupported-media', retry: 'never' },
  425: { kind: 'overloaded', retry: 'other-target' },
  429: { kind: 'rate-limited', retry: 'other-target' },
  498: { kind: 'unauthenticated', retry: 'other-target' },
  503: { kind: 'overloaded', retry: 'other-target' },
  504: { kind: 'upstream-timeout', retry: 'other-target' },
  529: { kind: 'overloaded', retry: 'other-target' },
}

/** The words of an error body. Never throws. */
export function readErrorWords(body: string): ErrorWords {
  const parsed = parse(body)
  return (parsed === undefined ? undefined : wordsOf(parsed)) ?? { message: parsed === undefined ? plain(body) : '' }
}

function wordsOf(body: Json): ErrorWords | undefined {
  if (typeof body === 'string') return body.trim() === '' ? undefined : { message: body.trim() }
  const list = asArray(body)
  if (list) return joinWords(list)
  const object = asObject(body)
  if (!object) return undefined
  const inner = asObject(object['error'])
  if (inner) return { ...fieldsOf(object), ...fieldsOf(inner), message: messageOf(inner) ?? '', native: inner }
  const message = messageOf(object)
  if (message !== undefined) return { ...fieldsOf(object), message, native: object }
  return joinWords(asArray(object['error']) ?? asArray(object['errors']) ?? asArray(object['detail']) ?? [])
}

const messageKeys = ['error', 'message', 'detail', 'msg', 'Message', 'title'] as const

function messageOf(object: JsonObject): string | undefined {
  for (const key of messageKeys) {
    const text = asString(object[key])
    if (text !== undefined) return text
  }
  return undefined
}

function fieldsOf(object: JsonObject): Omit<ErrorWords, 'message'> {
  const type = asString(object['type']) ?? asString(object['error_type'])
  const code = asString(object['code']) ?? asNumber(object['code'])?.toString()
  const requestId = asString(object['request_id']) ?? asString(object['id'])
  return {
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
  }
}

function joinWords(list: readonly Json[]): ErrorWords | undefined {
  const found = list.map(wordsOf).filter((words) => words !== undefined)
  const first = found[0]
  return first && { ...first, message: found.map(({ message }) => message).join('; ') }
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** What a person would read of an HTML page or a line of text. */
function plain(body: string): string {
  const text = /<html|<!doctype/i.test(body) ? (/<(?:title|h1)[^>]*>([^<]*)</i.exec(body)?.[1] ?? '') : body
  return text.replace(/\s+/g, ' ').trim()
}

import type { FailedAnswer } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString } from '../../ir/read.ts'
import { readRetryAfterMs } from '../../ir/retry-after.ts'

const maxBodyChars = 64 * 1024
const maxMessageChars = 1000

interface ErrorWords {
  readonly message: string
  readonly type?: string
  readonly code?: string
  /** The provider's own error object. */
  readonly native?: JsonObject
}

/** Reads an answer whose status is not 2xx: the API's own shape, and whatever else hosts and proxies send. */
export function decodeFailure({ status, headers, body }: FailedAnswer, provider: string): Failure {
  const parsed = parse(body)
  const words = readErrorWords(parsed) ?? { message: parsed === undefined ? readPlainText(body) : '' }
  const requestId = headers['request-id'] ?? headers['x-request-id'] ?? asString(asObject(parsed)?.['request_id'])
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
      ...(requestId !== undefined && { requestId }),
      ...(contentType !== undefined && { contentType }),
      ...(words.type !== undefined && { type: words.type }),
      ...(words.native && { native: words.native }),
    },
  }
}

/** An error event of a stream, or an error object inside a 200. */
export function decodeInnerFailure(body: JsonObject, provider: string): Failure {
  const words = readErrorWords(body) ?? { message: '' }
  const requestId = asString(body['request_id'])
  return {
    ...describe(words, undefined, `Provider '${provider}' broke off its answer.`),
    upstream: {
      provider,
      status: 200,
      body: JSON.stringify(body).slice(0, maxBodyChars),
      ...(requestId !== undefined && { requestId }),
      ...(words.type !== undefined && { type: words.type }),
      ...(words.native && { native: words.native }),
    },
  }
}

type Verdict = Pick<Failure, 'kind' | 'retry'>

function describe(words: ErrorWords, status: number | undefined, fallback: string): Failure {
  const { message, code } = words
  return {
    ...judge(words, status),
    message: (message === '' ? fallback : message).slice(0, maxMessageChars),
    ...(code !== undefined && { code }),
  }
}

function judge({ type = '', code = '', message }: ErrorWords, status: number | undefined): Verdict {
  const text = `${code} ${type} ${message}`
  const isRequest = status === undefined ? type === 'invalid_request_error' : status >= 400 && status < 500
  if (isRequest && status !== 429 && overflow.test(text)) return { kind: 'context-overflow', retry: 'never' }
  if (isRequest && blocked.test(text)) return { kind: 'content-blocked', retry: 'never' }
  if (outOfCredit.test(text)) return { kind: 'budget-exceeded', retry: 'other-target' }
  const byWord = byType[type]
  if (status === undefined) return byWord ?? { kind: 'upstream-unavailable', retry: 'other-target' }
  return byStatus[status] ?? (status >= 500 && byWord ? byWord : judgeRange(status))
}

function judgeRange(status: number): Verdict {
  return status >= 400 && status < 500
    ? { kind: 'invalid-request', retry: 'never' }
    : { kind: 'upstream-unavailable', retry: 'other-target' }
}

/** "prompt is too long: 210000 tokens > 200000 maximum", "input length and `max_tokens` exceed context limit" */
const overflow =
  /prompt is too long|exceed(s|ed)? (the )?context|context (window|length|limit)|too many (input )?tokens/i
/** "Output blocked by content filtering policy" */
const blocked = /content[ _]filter|content[ _]policy|usage policy|flagged/i
/** "Your credit balance is too low to access the Anthropic API" comes with 400. */
const outOfCredit = /credit balance is too low|billing_error|spend_limit_reached/i

const byType: Readonly<Record<string, Verdict>> = {
  invalid_request_error: { kind: 'invalid-request', retry: 'never' },
  authentication_error: { kind: 'unauthenticated', retry: 'other-target' },
  billing_error: { kind: 'budget-exceeded', retry: 'other-target' },
  permission_error: { kind: 'forbidden', retry: 'other-target' },
  not_found_error: { kind: 'not-found', retry: 'other-target' },
  conflict_error: { kind: 'conflict', retry: 'other-target' },
  request_too_large: { kind: 'too-large', retry: 'never' },
  rate_limit_error: { kind: 'rate-limited', retry: 'other-target' },
  timeout_error: { kind: 'upstream-timeout', retry: 'other-target' },
  api_error: { kind: 'upstream-unavailable', retry: 'other-target' },
  overloaded_error: { kind: 'overloaded', retry: 'other-target' },
}

const byStatus: Readonly<Record<number, Verdict>> = {
  401: { kind: 'unauthenticated', retry: 'other-target' },
  402: { kind: 'budget-exceeded', retry: 'other-target' },
  403: { kind: 'forbidden', retry: 'other-target' },
  404: { kind: 'not-found', retry: 'other-target' },
  405: { kind: 'method-not-allowed', retry: 'never' },
  408: { kind: 'upstream-timeout', retry: 'other-target' },
  409: { kind: 'conflict', retry: 'other-target' },
  413: { kind: 'too-large', retry: 'never' },
  415: { kind: 'unsupported-media', retry: 'never' },
  425: { kind: 'overloaded', retry: 'other-target' },
  429: { kind: 'rate-limited', retry: 'other-target' },
  503: { kind: 'overloaded', retry: 'other-target' },
  504: { kind: 'upstream-timeout', retry: 'other-target' },
  529: { kind: 'overloaded', retry: 'other-target' },
}

/** The error in a JSON body, whatever its shape; undefined when there is none to be found. */
function readErrorWords(body: Json | undefined): ErrorWords | undefined {
  if (typeof body === 'string') return { message: body.trim() }
  const list = asArray(body)
  if (list) return joinWords(list)
  const object = asObject(body)
  if (!object) return undefined
  const inner = asObject(object['error'])
  if (inner) return readFields(inner)
  for (const key of ['error', 'detail', 'message', 'msg', 'Message', 'title']) {
    const text = asString(object[key])
    if (text !== undefined) return { ...readFields(object), message: text }
  }
  return joinWords(asArray(object['error']) ?? asArray(object['errors']) ?? asArray(object['detail']) ?? [])
}

function readFields(error: JsonObject): ErrorWords {
  const type = asString(error['type'])
  const code = asString(asObject(error['details'])?.['error_code']) ?? asString(error['code'])
  return {
    message: asString(error['message']) ?? asString(error['msg']) ?? '',
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    native: error,
  }
}

function joinWords(list: readonly Json[]): ErrorWords | undefined {
  const found = list.map(readErrorWords).filter((words) => words !== undefined)
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
function readPlainText(body: string): string {
  const text = /<html|<!doctype/i.test(body) ? (/<(?:title|h1)[^>]*>([^<]*)</i.exec(body)?.[1] ?? '') : body
  return text.replace(/\s+/g, ' ').trim()
}

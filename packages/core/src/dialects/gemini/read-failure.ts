import type { FailedAnswer } from '../../ir/dialect.ts'
import type { Failure, FailureKind } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '../../ir/read.ts'
import { readDurationMs, readRetryAfterMs } from '../../ir/retry-after.ts'
import { given } from './read.ts'

/** The failure that a 200 answer, or a chunk of one, tells instead of an answer. */
export function errorIn(chunk: JsonObject, provider: string): Failure | undefined {
  const error = chunk['error']
  if (error === undefined || error === null) return undefined
  const status = asNumber(asObject(error)?.['code']) ?? statusOfWord(asString(asObject(error)?.['status'])) ?? 502
  return decodeFailure({ status, headers: {}, body: JSON.stringify(chunk) }, provider)
}

/** https://google.aip.dev/193 (seen 2026-11-20) */
const statuses: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNKNOWN: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
}

function statusOfWord(word: string | undefined): number | undefined {
  return word !== undefined && Object.hasOwn(statuses, word) ? statuses[word] : undefined
}

/** Reads any error a provider of this dialect, or a proxy before it, may answer. */
export function decodeFailure(answer: FailedAnswer, provider: string): Failure {
  const { status, headers, body } = answer
  const error = readError(body)
  const kind = kindOf(status, error)
  return {
    kind,
    message: error.message === '' ? `The provider answered with status ${status}.` : error.message,
    retry: isFinal(kind) ? 'never' : 'other-target',
    ...(status >= 400 && status < 600 && { status }),
    ...given({
      code: codeOf(kind, error),
      retryAfterMs: readRetryAfterMs({ headers, status, message: '' }) ?? error.retryAfterMs,
    }),
    upstream: {
      provider,
      status,
      body: body.slice(0, keptChars),
      ...given({
        requestId: headers['x-request-id'] ?? headers['request-id'],
        contentType: headers['content-type'],
        type: error.type,
        native: error.native,
      }),
    },
  }
}

/** How much of an error's body is kept, and how much of its message is shown. */
const keptChars = 64 * 1024
const shownChars = 1000

interface ReadError {
  readonly message: string
  readonly type: string | undefined
  /** `ErrorInfo.reason`: API_KEY_INVALID, RATE_LIMIT_EXCEEDED ... */
  readonly reason: string | undefined
  readonly retryAfterMs: number | undefined
  readonly native: JsonObject | undefined
}

/** An object, a list of one (streams without `alt=sse` fail so), another proxy's shape, a web page, or nothing. */
function readError(body: string): ReadError {
  const parsed = parse(body)
  const whole = asObject(parsed) ?? asObjects(parsed)[0]
  const native = asObject(whole?.['error'])
  const details = asObjects(native?.['details'])
  return {
    message: (whole ? messageIn(whole) : readPage(body)).trim().slice(0, shownChars),
    type: asString(native?.['status']) ?? asString(native?.['type']),
    reason: details.map((each) => asString(each['reason'])).find((each) => each !== undefined),
    retryAfterMs: details
      .map((each) => readDurationMs(asString(each['retryDelay'])))
      .find((each) => each !== undefined),
    native,
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function messageIn(error: JsonObject): string {
  const inner = error['error'] ?? error['errors'] ?? error['detail'] ?? error['message'] ?? error['msg']
  return messageOf(inner)
}

function messageOf(value: Json | undefined): string {
  if (typeof value === 'string') return value
  const object = asObject(value)
  if (object) return messageIn(object)
  return (asArray(value) ?? [])
    .map(messageOf)
    .filter((each) => each !== '')
    .join('; ')
}

/** The title of a web page; other text as it is. */
function readPage(body: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  return title ?? (/^\s*</.test(body) ? '' : body)
}

const overflow =
  /(?:input token count|token count|prompt).{0,80}exceeds|exceeds the maximum number of tokens|context (?:length|window)/i
const blocked =
  /responsible ai|sensitive words|prohibited content|content (?:policy|filter)|violate[sd]? .{0,60}(?:polic|filter)/i
const wrongKeys: readonly string[] = [
  'API_KEY_INVALID',
  'CREDENTIALS_MISSING',
  'ACCESS_TOKEN_EXPIRED',
  'API_KEY_EXPIRED',
]

function kindOf(status: number, { message, type, reason }: ReadError): FailureKind {
  if (reason !== undefined && wrongKeys.includes(reason)) return 'unauthenticated'
  if (status === 400 || status === 413 || status === 422) {
    if (overflow.test(message)) return 'context-overflow'
    if (blocked.test(message)) return 'content-blocked'
    if (type === 'FAILED_PRECONDITION') return 'forbidden'
  }
  return (
    kinds[status] ?? (status >= 500 ? 'upstream-unavailable' : status >= 400 ? 'invalid-request' : 'upstream-protocol')
  )
}

/** FAILED_PRECONDITION is about the account (its country, its billing), so another target may do. */
const kinds: Readonly<Record<number, FailureKind>> = {
  401: 'unauthenticated',
  402: 'budget-exceeded',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'upstream-timeout',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media',
  425: 'upstream-unavailable',
  429: 'rate-limited',
  499: 'cancelled',
  503: 'overloaded',
  504: 'upstream-timeout',
  529: 'overloaded',
}

const finalKinds: readonly FailureKind[] = [
  'invalid-request',
  'context-overflow',
  'content-blocked',
  'unsupported-media',
]

function isFinal(kind: FailureKind): boolean {
  return finalKinds.includes(kind)
}

function codeOf(kind: FailureKind, { reason, message }: ReadError): string | undefined {
  if (kind === 'context-overflow') return 'context_length_exceeded'
  if (kind === 'content-blocked') return 'content_filter'
  if (kind === 'not-found' && /model/i.test(message)) return 'model_not_found'
  return reason?.toLowerCase()
}

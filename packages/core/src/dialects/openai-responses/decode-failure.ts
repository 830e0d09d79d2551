import type { FailedAnswer } from '../../ir/dialect.ts'
import type { Failure, FailureKind, UpstreamError } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '../../ir/read.ts'
import { readRetryAfterMs } from '../../ir/retry-after.ts'

/** Reads an answer whose status is not 2xx, in any of the shapes that providers of this dialect were seen to use. */
export function decodeFailure({ status, headers, body }: FailedAnswer, provider: string): Failure {
  const wire = parse(body)
  const told = readError(wire)
  const requestId = headers['x-request-id'] ?? headers['request-id'] ?? headers['apim-request-id']
  const contentType = headers['content-type']
  const upstream: UpstreamError = {
    provider,
    status,
    body: body.slice(0, bodyLimit),
    ...(requestId !== undefined && { requestId }),
    ...(contentType !== undefined && { contentType }),
    ...(told.type !== undefined && { type: told.type }),
    ...(told.native && { native: told.native }),
  }
  const waitMs = readRetryAfterMs({ headers, status, message: told.message })
  const message = told.message === '' ? `The provider answered with status ${status}.` : told.message
  return {
    ...failureFor(kindOf(told) ?? kindOfStatus(status)),
    ...told.words,
    message,
    status,
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    upstream,
  }
}

/** An error told inside an answer with status 200: an `error` event, or a body that is only an error. */
export function decodeErrorObject(wire: JsonObject, provider: string): Failure {
  const told = readError(wire)
  const upstream: UpstreamError = {
    provider,
    status: 200,
    body: JSON.stringify(wire).slice(0, bodyLimit),
    ...(told.type !== undefined && { type: told.type }),
    ...(told.native && { native: told.native }),
  }
  const status = told.status
  const kind = kindOf(told) ?? (status === undefined ? 'upstream-unavailable' : kindOfStatus(status))
  const waitMs = readRetryAfterMs({ headers: {}, status: 429, message: told.message })
  return {
    ...failureFor(kind),
    ...told.words,
    message: told.message === '' ? 'The provider broke off with an error.' : told.message,
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    upstream,
  }
}

/** The `error` of a response with status `failed`. */
export function decodeResponseError(response: JsonObject, provider: string): Failure {
  return decodeErrorObject({ error: asObject(response['error']) ?? { message: 'The response failed.' } }, provider)
}

const bodyLimit = 16_384
const messageLimit = 1000

interface ToldError {
  readonly message: string
  readonly type?: string
  /** A number where a word is usual is an HTTP status (OpenRouter). */
  readonly status?: number
  readonly words: { readonly code?: string; readonly param?: string }
  readonly native?: JsonObject
}

function parse(body: string): Json {
  try {
    const value: Json = JSON.parse(body)
    return value
  } catch {
    return body
  }
}

/** `{error: {...}}`, `{error: "text"}`, `{detail}`, `{errors: []}`, `{message}`, a list of those, HTML, or text. */
function readError(wire: Json): ToldError {
  if (typeof wire === 'string') return { message: readText(wire), words: {} }
  const list = asArray(wire)
  if (list) return readError(list[0] ?? '')
  const object = asObject(wire)
  if (!object) return { message: '', words: {} }
  const native = asObject(object['error'])
  const error = native ?? object
  const code = error['code'] ?? object['code']
  const param = asString(error['param'])
  const type = error === object && object['type'] === 'error' ? undefined : asString(error['type'])
  const status = asNumber(code)
  return {
    message: messageOf(object, error).slice(0, messageLimit),
    ...(type !== undefined && { type }),
    ...(status !== undefined && { status }),
    words: { ...(typeof code === 'string' && { code }), ...(param !== undefined && { param }) },
    ...(native && { native }),
  }
}

function messageOf(object: JsonObject, error: JsonObject): string {
  const first = asObjects(object['errors'])[0] ?? asObjects(object['error'])[0] ?? asObjects(object['detail'])[0]
  const found = [
    error['message'],
    object['error'],
    object['detail'],
    asObject(object['detail'])?.['message'],
    first?.['message'] ?? first?.['msg'],
    object['message'],
  ]
  return found.find((each) => typeof each === 'string') ?? ''
}

/** A page's title, or short plain text. */
function readText(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]
  return (title ?? (text.includes('<') ? '' : text)).trim().slice(0, 300)
}

const kindsByWord: Readonly<Record<string, FailureKind>> = {
  context_length_exceeded: 'context-overflow',
  string_above_max_length: 'too-large',
  invalid_prompt: 'content-blocked',
  content_filter: 'content-blocked',
  content_policy_violation: 'content-blocked',
  image_content_policy_violation: 'content-blocked',
  misalignment_policy_violation: 'content-blocked',
  bio_policy: 'content-blocked',
  cyber_policy_violation: 'content-blocked',
  moderation_blocked: 'content-blocked',
  invalid_api_key: 'unauthenticated',
  authentication_error: 'unauthenticated',
  permission_error: 'forbidden',
  permission_denied: 'forbidden',
  model_not_found: 'not-found',
  DeploymentNotFound: 'not-found',
  rate_limit_exceeded: 'rate-limited',
  rate_limit_error: 'rate-limited',
  insufficient_quota: 'rate-limited',
  too_many_requests: 'rate-limited',
  server_is_overloaded: 'overloaded',
  slow_down: 'overloaded',
  overloaded_error: 'overloaded',
  service_unavailable_error: 'overloaded',
  vector_store_timeout: 'upstream-timeout',
  server_error: 'upstream-unavailable',
  internal_server_error: 'upstream-unavailable',
}

/** What the error's own words say; the status decides where they say nothing. */
function kindOf({ message, type, words }: ToldError): FailureKind | undefined {
  for (const word of [words.code, type]) {
    if (word !== undefined && Object.hasOwn(kindsByWord, word)) return kindsByWord[word]
  }
  if (/context (window|length)|maximum context|too many tokens|prompt is too long/i.test(message)) {
    return 'context-overflow'
  }
  // xAI answers 400 for both of these (seen 2026-11-20): https://docs.x.ai/docs/key-information/debugging
  if (/(incorrect|invalid) api key/i.test(message)) return 'unauthenticated'
  if (/^model not found/i.test(message)) return 'not-found'
  return undefined
}

const kindsByStatus: Readonly<Record<number, FailureKind>> = {
  401: 'unauthenticated',
  402: 'budget-exceeded',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'upstream-timeout',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media',
  425: 'overloaded',
  429: 'rate-limited',
  499: 'cancelled',
  503: 'overloaded',
  504: 'upstream-timeout',
  524: 'upstream-timeout',
  529: 'overloaded',
}

function kindOfStatus(status: number): FailureKind {
  return kindsByStatus[status] ?? (status >= 500 ? 'upstream-unavailable' : 'invalid-request')
}

const hopeless: ReadonlySet<FailureKind> = new Set([
  'invalid-request',
  'unsupported',
  'context-overflow',
  'content-blocked',
  'method-not-allowed',
  'too-large',
  'unsupported-media',
  'cancelled',
])

/** What is wrong with the request is wrong everywhere; what is wrong with this provider may be right at another. */
function failureFor(kind: FailureKind): Pick<Failure, 'kind' | 'retry'> {
  return { kind, retry: hopeless.has(kind) ? 'never' : 'other-target' }
}

import type { FailedAnswer } from '../../ir/dialect.ts'
import type { Failure, UpstreamError } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asString, parseObject } from '../../ir/read.ts'
import { readErrorWords, readInnerFailure, readUpstreamFailure } from '../../ir/upstream-failure.ts'

/**
 * Reads an answer whose status is not 2xx. AWS names the kind of error in `x-amzn-errortype`, which may go on with a
 * colon and a URL; older services in `__type` of the body, behind a `#`.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html (seen 2026-11-21)
 */
export function decodeFailure(answer: FailedAnswer, provider: string): Failure {
  const { headers, body } = answer
  const failure = readUpstreamFailure(answer, provider)
  const type = plainType(headers['x-amzn-errortype'] ?? asString(parseObject(body)?.['__type']))
  const requestId = headers['x-amzn-requestid']
  return describe(failure, type, requestId === undefined ? {} : { requestId })
}

/** An exception inside a stream, which is named like its type in lower camel case, or an error inside a 200. */
export function decodeInnerFailure(body: JsonObject, provider: string): Failure {
  const error = errorIn(body)
  const failure = readInnerFailure(error, provider)
  const status = asNumber(error['originalStatusCode'])
  return describe(failure, typeOf(error), status === undefined ? {} : { status })
}

/** Whether a 200 holds an error instead of an answer. */
export function isErrorBody(body: JsonObject): boolean {
  return (
    body['error'] !== undefined || typeOf(errorIn(body)) !== '' || readErrorWords(JSON.stringify(body)).message !== ''
  )
}

function errorIn(body: JsonObject): JsonObject {
  return asObject(body['error']) ?? asObject(body['Output']) ?? body
}

function typeOf(error: JsonObject): string {
  return plainType(asString(error['__type']) ?? asString(error['type']))
}

/** `com.amazon.coral.service#ThrottlingException`, `ThrottlingException:http://...`, `throttlingException`: all one. */
function plainType(told = ''): string {
  const type = told.replace(/^[^#]*#/, '').replace(/:.*$/, '')
  return type.charAt(0).toUpperCase() + type.slice(1)
}

function describe(failure: Failure, type: string, more: Partial<UpstreamError>): Failure {
  const { upstream } = failure
  return {
    ...failure,
    ...judge(type, failure),
    ...(upstream && { upstream: { ...upstream, ...more, ...(type !== '' && { type }) } }),
  }
}

type Verdict = Pick<Failure, 'kind' | 'retry'>

/** The type says it, where it is more than that the request is wrong; then the sentence; then the status. */
function judge(type: string, failure: Failure): Verdict {
  const { kind, retry, message, status } = failure
  const isRequest = isAboutRequest(type, status)
  const known = byType[type]
  if (known && !isRequest) return known
  if (isRequest && overflow.test(message)) return { kind: 'context-overflow', retry: 'never' }
  if (isRequest && noModel.test(message)) return { kind: 'not-found', retry: otherTarget }
  if (kind === 'context-overflow' || kind === 'content-blocked') return { kind, retry }
  return known ?? { kind, retry }
}

function isAboutRequest(type: string, status: number | undefined): boolean {
  return type === 'ValidationException' || (type === '' && status === 400)
}

/** "Input is too long for requested model.", "Input Tokens Exceeded: ...", "prompt is too long: 210000 tokens > ..." */
const overflow = /(input|prompt) is too long|tokens exceed|exceeds? (the )?(maximum|model)|expected maxLength/i
/** "The provided model identifier is invalid.", "... with on-demand throughput isn’t supported ...", "... end of its life" */
const noModel = /model identifier is invalid|on-demand throughput|end of its life/i

const otherTarget = 'other-target'

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors (seen 2026-11-21) */
const byType: Readonly<Record<string, Verdict>> = {
  ValidationException: { kind: 'invalid-request', retry: 'never' },
  SerializationException: { kind: 'invalid-request', retry: 'never' },
  AccessDeniedException: { kind: 'forbidden', retry: otherTarget },
  UnrecognizedClientException: { kind: 'unauthenticated', retry: otherTarget },
  ExpiredTokenException: { kind: 'unauthenticated', retry: otherTarget },
  InvalidSignatureException: { kind: 'unauthenticated', retry: otherTarget },
  IncompleteSignatureException: { kind: 'unauthenticated', retry: otherTarget },
  MissingAuthenticationTokenException: { kind: 'unauthenticated', retry: otherTarget },
  ResourceNotFoundException: { kind: 'not-found', retry: otherTarget },
  UnknownOperationException: { kind: 'not-found', retry: otherTarget },
  ConflictException: { kind: 'conflict', retry: otherTarget },
  ThrottlingException: { kind: 'rate-limited', retry: otherTarget },
  ServiceQuotaExceededException: { kind: 'rate-limited', retry: otherTarget },
  ModelNotReadyException: { kind: 'overloaded', retry: otherTarget },
  ServiceUnavailableException: { kind: 'overloaded', retry: otherTarget },
  ModelTimeoutException: { kind: 'upstream-timeout', retry: otherTarget },
  ModelErrorException: { kind: 'upstream-unavailable', retry: otherTarget },
  ModelStreamErrorException: { kind: 'upstream-unavailable', retry: otherTarget },
  InternalServerException: { kind: 'upstream-unavailable', retry: otherTarget },
}

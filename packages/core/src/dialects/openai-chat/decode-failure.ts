import type { FailedAnswer } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import type { Json } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import { readRetryAfterMs } from '../../ir/retry-after.ts'
import { classifyFailure } from './classify-failure.ts'
import { readErrorWords } from './error-words.ts'

const maxBodyChars = 64 * 1024
const maxMessageChars = 1000

/**
 * Reads an answer whose status is not 2xx. Hosts of this dialect disagree on the shape: `error` is an object, a string
 * or a list; the fields stand at the top; FastAPI says `detail`; Cloudflare `errors`; proxies answer HTML or nothing.
 */
export function decodeFailure({ status, headers, body }: FailedAnswer, provider: string): Failure {
  const parsed = parse(body)
  const words = readErrorWords(parsed) ?? { message: plainText(body) }
  const message = words.message === '' ? `Provider '${provider}' answered ${status} without saying why.` : words.message
  const retryAfterMs = readRetryAfterMs({ headers, status, message })
  const requestId = headers['x-request-id'] ?? headers['request-id'] ?? headers['apim-request-id']
  const contentType = headers['content-type']
  const native = asObject(asObject(parsed)?.['error']) ?? asObject(parsed)
  return {
    ...classifyFailure(status, { ...words, message }),
    message: message.slice(0, maxMessageChars),
    status,
    ...(words.param !== undefined && { param: words.param }),
    ...(words.code !== undefined && { code: words.code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    upstream: {
      provider,
      status,
      body: body.slice(0, maxBodyChars),
      ...(requestId !== undefined && { requestId }),
      ...(contentType !== undefined && { contentType }),
      ...(words.type !== undefined && { type: words.type }),
      ...(native && { native }),
    },
  }
}

/** An error found inside an answer that began with 200. Its own code decides the kind; without one the host broke. */
export function decodeInnerFailure(body: Json, provider: string): Failure {
  const words = readErrorWords(body) ?? { message: '' }
  const status = words.status ?? statusOfType(words.type) ?? 502
  const message = words.message === '' ? `Provider '${provider}' broke off its answer.` : words.message
  const native = asObject(asObject(body)?.['error']) ?? asObject(body)
  return {
    ...classifyFailure(status, { ...words, message }),
    message: message.slice(0, maxMessageChars),
    ...(words.status !== undefined && { status: words.status }),
    ...(words.param !== undefined && { param: words.param }),
    ...(words.code !== undefined && { code: words.code }),
    upstream: {
      provider,
      status: words.status ?? 200,
      body: JSON.stringify(body).slice(0, maxBodyChars),
      ...(words.type !== undefined && { type: words.type }),
      ...(native && { native }),
    },
  }
}

/** The status that goes with OpenAI's word for a type, for errors that name none. */
function statusOfType(type = ''): number | undefined {
  return typeStatus.find(([pattern]) => pattern.test(type))?.[1]
}

const typeStatus: readonly (readonly [RegExp, number])[] = [
  [/invalid_request|validation|bad.?request/i, 400],
  [/authentication|invalid_key/i, 401],
  [/permission|forbidden/i, 403],
  [/not_found/i, 404],
  [/rate_limit|too_many_requests/i, 429],
  [/overloaded|unavailable/i, 503],
  [/timeout/i, 504],
]

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** What a person would read of an HTML page or a line of text. */
function plainText(body: string): string {
  const text = /<html|<!doctype/i.test(body)
    ? (/<title[^>]*>([^<]*)</i.exec(body)?.[1] ?? /<h1[^>]*>([^<]*)</i.exec(body)?.[1] ?? '')
    : body
  return text.replace(/\s+/g, ' ').trim().slice(0, maxMessageChars)
}

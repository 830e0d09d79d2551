import type { FailedAnswer } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString } from '../../ir/read.ts'

/** Anthropic's word for each status. https://docs.anthropic.com/en/api/errors (seen 2026-11-21) */
const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

/**
 * An error in Anthropic's shape, with the status and the message the host gave. What is in that shape already is left
 * alone; so is what says nothing.
 */
export function rewordForAnthropic(answer: FailedAnswer, requestId: string | undefined): FailedAnswer {
  const body = parse(answer.body)
  if (asString(asObject(asObject(body)?.['error'])?.['type']) !== undefined) return answer
  const message = messageOf(body)
  if (message === undefined) return answer
  const reworded = anthropicError(types[answer.status] ?? 'api_error', message, requestId)
  return {
    ...answer,
    headers: { ...answer.headers, 'content-type': 'application/json' },
    body: JSON.stringify(reworded),
  }
}

/** Anthropic's error object. */
export function anthropicError(type: string, message: string, requestId?: string): JsonObject {
  return { type: 'error', error: { type, message }, ...(requestId !== undefined && { request_id: requestId }) }
}

/** AWS says `message`, sometimes `Message`; Google `error.message`, sometimes as the only element of a list. */
function messageOf(body: unknown): string | undefined {
  const object = asObject(body) ?? asObject(asArray(body)?.[0])
  return (
    asString(asObject(object?.['error'])?.['message']) ?? asString(object?.['message']) ?? asString(object?.['Message'])
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asObjects } from '../../ir/read.ts'
import { decodeInnerFailure } from './decode-failure.ts'

/**
 * The error inside an answer whose status was 200, or undefined when it holds none. It is a member `error`, an event
 * named `error`, an error body without choices, or a choice that says it broke.
 */
export function findInnerFailure(body: JsonObject, event: string | undefined, provider: string): Failure | undefined {
  if (body['error']) return decodeInnerFailure(body, provider)
  const choices = body['choices']
  if (event === 'error' || (choices === undefined && isErrorBody(body))) return decodeInnerFailure(body, provider)
  if (!Array.isArray(choices)) return undefined
  for (const choice of asObjects(choices)) {
    if (choice['error']) return decodeInnerFailure({ error: choice['error'] }, provider)
    const reason = choice['finish_reason']
    if (reason === 'error') return decodeInnerFailure({ message: 'The provider stopped with an error.' }, provider)
    if (reason === 'insufficient_system_resource') return decodeInnerFailure(interrupted, provider)
  }
  return undefined
}

/** DeepSeek's word for an answer it broke off for want of machines (api-docs.deepseek.com, seen 2026-06). */
const interrupted = { message: 'The provider ran out of resources during the answer.', status: 503 }

function isErrorBody(body: JsonObject): boolean {
  if (body['detail'] !== undefined || body['errors'] !== undefined || body['object'] === 'error') return true
  if (body['type'] === 'error') return true
  const isNamed = body['code'] !== undefined || body['type'] !== undefined || body['status'] !== undefined
  return typeof body['message'] === 'string' && isNamed && asObject(body['choices']) === undefined
}

import type { CodecContext, CountDialect, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { countEndpoint } from './endpoint.ts'
import { decodeRequest } from './read-request.ts'
import { camelKeys } from './spelling.ts'

/** A `countTokens` body: a whole request in `generateContentRequest`, or `contents` alone. */
export function readCountRequest(call: WireRequest, context: CodecContext): Result<GenerateRequest> {
  const inner = asObject(camelKeys(call.body)['generateContentRequest'])
  return decodeRequest({ ...call, body: inner ?? call.body }, context)
}

export function writeCountAnswer(totalTokens: number): JsonObject {
  return { totalTokens }
}

/** Token counting as this dialect does it. */
export const counting: CountDialect = {
  endpoint: countEndpoint,
  decodeRequest: readCountRequest,
  encodeAnswer: writeCountAnswer,
}

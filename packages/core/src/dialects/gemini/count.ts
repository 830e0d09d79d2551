import type { CodecContext, CountDialect, CountWire, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { countEndpoint } from './endpoint.ts'
import { decodeFailure } from './read-failure.ts'
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
  decodeRequest: readCountRequest,
  encodeAnswer: writeCountAnswer,
}

/** The same, asked of the Gemini API: the request stands in a field of its own, and names its model once more. */
export const countWire: CountWire = {
  dialect: 'gemini',
  endpoint: countEndpoint,
  relays: (client, body) => client === 'gemini' && !namesModel(body),
  asCountBody: (body, model) => ({
    generateContentRequest: { ...body, model: model.includes('/') ? model : `models/${model}` },
  }),
  readAnswer: (body) => asNumber(body['totalTokens']),
  decodeFailure,
}

/** The same, asked of Vertex AI, which takes the request as it is. */
export const vertexCountWire: CountWire = {
  ...countWire,
  relays: (client, body) => client === 'gemini' && body['generateContentRequest'] === undefined,
  asCountBody: (body) => body,
}

/** A model named inside would have to be another there. */
function namesModel(body: JsonObject): boolean {
  return asObject(camelKeys(body)['generateContentRequest'])?.['model'] !== undefined
}

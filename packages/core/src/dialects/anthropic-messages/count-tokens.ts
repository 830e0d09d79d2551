import type { CountDialect, CountWire } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber } from '../../ir/read.ts'
import { decodeFailure } from './decode-failure.ts'
import { apiVersion } from './endpoint.ts'
import { dialect } from './own-fields.ts'
import { readCountRequest } from './read-request.ts'

/** `POST /v1/messages/count_tokens`. */
export const counting: CountDialect = {
  decodeRequest: readCountRequest,
  encodeAnswer: writeCountAnswer,
}

/** The same, asked of a provider. */
export const countWire: CountWire = {
  dialect,
  endpoint: () => ({ path: '/messages/count_tokens', headers: apiVersion }),
  relays: (client) => client === dialect,
  asCountBody: (body) => Object.fromEntries(Object.entries(body).filter(([key]) => !answerFields.has(key))),
  readAnswer: (body) => asNumber(body['input_tokens']),
  decodeFailure,
}

/** Fields that only say how to answer; the count endpoint refuses them. */
const answerFields: ReadonlySet<string> = new Set([
  'max_tokens',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'service_tier',
  'container',
  'inference_geo',
])

/** The answer a client gets. */
export function writeCountAnswer(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens }
}

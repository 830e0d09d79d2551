import type { CountDialect, Lose, RequestOptions } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { apiVersion } from './endpoint.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'
import { readCountRequest } from './read-request.ts'
import { encodeRequest } from './write-request.ts'

/** `POST /v1/messages/count_tokens`. */
export const counting: CountDialect = {
  endpoint: () => ({ path: '/messages/count_tokens', headers: apiVersion }),
  decodeRequest: readCountRequest,
  encodeAnswer: writeCountAnswer,
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

/** The body that asks a provider how many input tokens this request has. */
export function writeCountRequest(
  request: GenerateRequest,
  options: RequestOptions<AnthropicMessagesQuirks>,
  lose: Lose,
): JsonObject {
  const body = Object.entries(encodeRequest(request, options, lose))
  return Object.fromEntries(body.filter(([key]) => !answerFields.has(key)))
}

/** The count in a provider's answer; undefined when there is none. */
export function readCountAnswer(body: JsonObject): number | undefined {
  return asNumber(body['input_tokens'])
}

/** The answer a client gets. */
export function writeCountAnswer(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens }
}

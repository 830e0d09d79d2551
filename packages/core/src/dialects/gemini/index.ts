/**
 * Gemini: `generateContent` and `streamGenerateContent`, as the Gemini API and Vertex AI speak them.
 * https://ai.google.dev/api/generate-content
 */
import type { ClientDialect, ProviderDialect } from '../../ir/dialect.ts'
import { createDecoder } from './decode-events.ts'
import { decodeResponse } from './decode-response.ts'
import { createEncoder } from './encode-events.ts'
import { encodeResponse } from './encode-response.ts'
import { authHeaders, endpoint } from './endpoint.ts'
import { encodeFailure, encodeStreamFailure } from './failure.ts'
import { createMeter } from './meter.ts'
import type { GeminiQuirks } from './quirks.ts'
import { defaultQuirks } from './quirks.ts'
import { decodeFailure } from './read-failure.ts'
import { decodeRequest } from './read-request.ts'
import { encodeRequest } from './write-request.ts'

export { counting, countWire, vertexCountWire } from './count.ts'
export type { GeminiQuirks } from './quirks.ts'
export { findGuarded, guarded } from './relay-fields.ts'

/**
 * Gemini as clients speak it to us. The heartbeat is a thought of no length, for SSE only: the Python and Go SDKs refuse
 * comments, and the JavaScript SDK forgets a chat in which a chunk had no content. Between the elements of an array
 * nothing but white space may stand.
 */
export const client: ClientDialect = {
  id: 'gemini',
  decodeRequest,
  encodeResponse,
  createEncoder,
  encodeFailure,
  encodeStreamFailure,
  heartbeat: 'data: {"candidates":[{"content":{"parts":[{"text":"","thought":true}],"role":"model"},"index":0}]}\n\n',
  bearsComments: false,
}

/** Gemini as we speak it to providers. */
export const provider: ProviderDialect<GeminiQuirks> = {
  id: 'gemini',
  defaultQuirks,
  endpoint,
  authHeaders,
  encodeRequest,
  decodeResponse,
  createDecoder,
  createMeter,
  decodeFailure,
}

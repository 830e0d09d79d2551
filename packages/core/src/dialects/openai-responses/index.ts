/** The Responses API of OpenAI and of the many who speak it: `POST /responses`. */
import type { ClientDialect, ProviderDialect } from '../../ir/dialect.ts'
import { createDecoder } from './decode-events.ts'
import { decodeFailure } from './decode-failure.ts'
import { decodeResponse } from './decode-response.ts'
import { createEncoder } from './encode-events.ts'
import { encodeResponse } from './encode-response.ts'
import { dialect } from './extension.ts'
import { encodeFailure, encodeStreamFailure } from './failure.ts'
import { createMeter } from './meter.ts'
import type { ResponsesQuirks } from './quirks.ts'
import { defaultQuirks } from './quirks.ts'
import { decodeRequest } from './read-request.ts'
import { encodeRequest } from './write-request.ts'

export { counting, countWire } from './count-tokens.ts'
export type { ResponsesQuirks } from './quirks.ts'

/** What clients such as the OpenAI SDKs, the AI SDK and Codex speak to us. */
export const client: ClientDialect = {
  id: dialect,
  decodeRequest,
  encodeResponse,
  createEncoder,
  encodeFailure,
  encodeStreamFailure,
  heartbeat: ': keepalive\n\n',
  bearsComments: true,
}

/** What we speak to OpenAI, Azure, xAI, OpenRouter and others. */
export const provider: ProviderDialect<ResponsesQuirks> = {
  id: dialect,
  defaultQuirks,
  endpoint: () => ({ path: '/responses', headers: {} }),
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  encodeRequest,
  decodeResponse,
  createDecoder,
  createMeter,
  decodeFailure,
}

import type { ClientDialect } from '../../ir/dialect.ts'
import { createEncoder } from './encode-events.ts'
import { encodeResponse } from './encode-response.ts'
import { encodeFailure, encodeStreamFailure } from './failure.ts'
import { decodeCompletionRequest, decodeFimRequest } from './legacy-request.ts'
import { createCompletionEncoder, encodeCompletion } from './legacy-response.ts'
import { dialect } from './wire.ts'

/** `/v1/completions`: the same dialect in its older clothes, for clients only. Its bodies are never relayed as chat. */
export const completions: ClientDialect = {
  id: dialect,
  decodeRequest: decodeCompletionRequest,
  encodeResponse: encodeCompletion,
  createEncoder: createCompletionEncoder,
  encodeFailure,
  encodeStreamFailure,
  heartbeat: ': keep-alive\n\n',
  bearsComments: true,
}

/** `/v1/fim/completions`: prompt and suffix in, a chat's answer out. */
export const fim: ClientDialect = {
  ...completions,
  decodeRequest: decodeFimRequest,
  encodeResponse,
  createEncoder,
}

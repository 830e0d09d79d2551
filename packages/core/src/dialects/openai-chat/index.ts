import type { ClientDialect, ProviderDialect } from '../../ir/dialect.ts'
import { createDecoder } from './decode-events.ts'
import { decodeFailure } from './decode-failure.ts'
import { decodeResponse } from './decode-response.ts'
import { createEncoder } from './encode-events.ts'
import { encodeResponse } from './encode-response.ts'
import { encodeFailure, encodeStreamFailure } from './failure.ts'
import { createMeter } from './meter.ts'
import type { OpenAiChatQuirks } from './quirks.ts'
import { defaultQuirks } from './quirks.ts'
import { decodeRequest } from './read-request.ts'
import { dialect } from './wire.ts'
import { encodeRequest } from './write-request.ts'

export { completions, fim } from './legacy-completions.ts'
export type { OpenAiChatQuirks } from './quirks.ts'
export { findGuarded, guarded, owned } from './relay-fields.ts'
export { completionRelay, fimCompletions, textCompletions } from './text-completions.ts'

/** Chat completions as clients speak them to us. */
export const client: ClientDialect = {
  id: dialect,
  decodeRequest,
  encodeResponse,
  createEncoder,
  encodeFailure,
  encodeStreamFailure,
  heartbeat: ': keep-alive\n\n',
  bearsComments: true,
}

/** Chat completions as we speak them to the many hosts that offer them. */
export const provider: ProviderDialect<OpenAiChatQuirks> = {
  id: dialect,
  defaultQuirks,
  endpoint: () => ({ path: '/chat/completions', headers: {} }),
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  encodeRequest,
  decodeResponse,
  createDecoder,
  createMeter,
  decodeFailure,
}

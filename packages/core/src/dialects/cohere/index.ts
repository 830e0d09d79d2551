import type { ProviderDialect } from '../../ir/dialect.ts'
import { ChatDecoder } from './decode-events.ts'
import { decodeResponse } from './decode-response.ts'
import { decodeFailure } from './failure.ts'
import { ChatMeter } from './meter.ts'
import { dialect } from './own-fields.ts'
import { type CohereQuirks, defaultQuirks } from './quirks.ts'
import { encodeRequest } from './write-request.ts'

export type { CohereQuirks } from './quirks.ts'

/** Cohere's v2 chat API, as we speak it to providers; the base URL ends in `/v2`. No client speaks it to us. */
export const provider: ProviderDialect<CohereQuirks> = {
  id: dialect,
  defaultQuirks,
  endpoint: () => ({ path: '/chat', headers: {} }),
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  encodeRequest,
  decodeResponse,
  createDecoder: ({ context }) => new ChatDecoder(context),
  createMeter: ({ context }) => new ChatMeter(context.provider),
  decodeFailure,
}

import type { ProviderDialect } from '../../ir/dialect.ts'
import { readUpstreamFailure } from '../../ir/upstream-failure.ts'
import { ChatDecoder } from './decode-events.ts'
import { ChatMeter } from './meter.ts'
import { dialect } from './own-fields.ts'
import { defaultQuirks, type OllamaQuirks } from './quirks.ts'
import { encodeRequest } from './write-request.ts'

export type { OllamaQuirks } from './quirks.ts'

/** Ollama's own chat API, as we speak it to servers; the base URL ends in `/api`. No client speaks it to us. */
export const provider: ProviderDialect<OllamaQuirks> = {
  id: dialect,
  defaultQuirks,
  endpoint: () => ({ path: '/chat', headers: {} }),
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  encodeRequest,
  decodeResponse(body, { context }, emit) {
    const decoder = new ChatDecoder(context)
    decoder.line(body, emit)
    decoder.end(emit)
  },
  createDecoder: ({ context }) => new ChatDecoder(context),
  createMeter: ({ context }) => new ChatMeter(context.provider),
  decodeFailure: readUpstreamFailure,
}

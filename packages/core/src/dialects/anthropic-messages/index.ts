import type { ClientDialect, ProviderDialect } from '../../ir/dialect.ts'
import { MessageDecoder } from './decode-events.ts'
import { decodeFailure } from './decode-failure.ts'
import { decodeResponse } from './decode-response.ts'
import { MessageEncoder } from './encode-events.ts'
import { encodeResponse } from './encode-response.ts'
import { messagesEndpoint } from './endpoint.ts'
import { encodeFailure, encodeStreamFailure } from './failure.ts'
import { MessageMeter } from './meter.ts'
import { dialect } from './own-fields.ts'
import { type AnthropicMessagesQuirks, defaultQuirks } from './quirks.ts'
import { decodeRequest } from './read-request.ts'
import { encodeRequest } from './write-request.ts'

export { counting, countWire, writeCountAnswer } from './count-tokens.ts'
export type { AnthropicMessagesQuirks } from './quirks.ts'
export { readCountRequest } from './read-request.ts'
export { findGuarded, relayFields } from './relay-fields.ts'

/** Anthropic's Messages API, as clients speak it to us. */
export const client: ClientDialect = {
  id: dialect,
  decodeRequest,
  encodeResponse,
  createEncoder: (options, lose) => new MessageEncoder(options, lose),
  encodeFailure,
  encodeStreamFailure,
  heartbeat: 'event: ping\ndata: {"type":"ping"}\n\n',
  bearsComments: true,
}

/** Anthropic's Messages API, as we speak it to providers. */
export const provider: ProviderDialect<AnthropicMessagesQuirks> = {
  id: dialect,
  defaultQuirks,
  endpoint: () => messagesEndpoint,
  authHeaders: (apiKey) => ({ 'x-api-key': apiKey }),
  encodeRequest,
  decodeResponse,
  createDecoder: ({ context }) => new MessageDecoder(context.provider, context.newId),
  createMeter: ({ context }) => new MessageMeter(context.provider),
  decodeFailure,
}

import type { ProviderDialect } from '../../ir/dialect.ts'
import { ConverseDecoder } from './decode-events.ts'
import { decodeFailure } from './decode-failure.ts'
import { decodeResponse } from './decode-response.ts'
import { endpoint } from './endpoint.ts'
import { ConverseMeter } from './meter.ts'
import { dialect } from './own-fields.ts'
import { type BedrockConverseQuirks, defaultQuirks } from './quirks.ts'
import { encodeRequest } from './write-request.ts'

export { countWire } from './count-tokens.ts'
export type { BedrockConverseQuirks } from './quirks.ts'

/** Bedrock's Converse and ConverseStream, as we speak them to providers. No client speaks them to us. */
export const provider: ProviderDialect<BedrockConverseQuirks> = {
  id: dialect,
  defaultQuirks,
  endpoint,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  encodeRequest,
  decodeResponse,
  createDecoder: ({ context }) => new ConverseDecoder(context.provider, context.newId),
  createMeter: ({ context }) => new ConverseMeter(context.provider),
  decodeFailure,
}

import type { CountWire } from '../../ir/dialect.ts'
import { asNumber } from '../../ir/read.ts'
import { decodeFailure } from './decode-failure.ts'
import { dialect } from './own-fields.ts'

/** CountTokens, given what Converse would be given. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html (seen 2026-11-21) */
export const countWire: CountWire = {
  dialect,
  endpoint: (model) => ({ path: `/model/${encodeURIComponent(model)}/count-tokens`, headers: {} }),
  relays: () => false,
  asCountBody({ messages = [], system, toolConfig, additionalModelRequestFields: fields }) {
    const converse = {
      messages,
      ...(system !== undefined && { system }),
      ...(toolConfig !== undefined && { toolConfig }),
      ...(fields !== undefined && { additionalModelRequestFields: fields }),
    }
    return { input: { converse } }
  },
  readAnswer: (body) => asNumber(body['inputTokens']),
  decodeFailure,
}

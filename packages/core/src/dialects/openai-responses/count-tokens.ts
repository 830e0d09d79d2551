import type { CountDialect, CountWire } from '../../ir/dialect.ts'
import { asNumber } from '../../ir/read.ts'
import { decodeFailure } from './decode-failure.ts'
import { dialect } from './extension.ts'
import { decodeRequest } from './read-request.ts'

/** `POST /v1/responses/input_tokens`. https://platform.openai.com/docs/api-reference/responses/input-tokens (seen 2026-11-21) */
export const counting: CountDialect = {
  decodeRequest,
  encodeAnswer: (inputTokens) => ({ object: 'response.input_tokens', input_tokens: inputTokens }),
}

/** The same, asked of a provider. */
export const countWire: CountWire = {
  dialect,
  endpoint: () => ({ path: '/responses/input_tokens', headers: {} }),
  relays: (client) => client === dialect,
  asCountBody: (body) => Object.fromEntries(Object.entries(body).filter(([key]) => countedFields.has(key))),
  readAnswer: (body) => asNumber(body['input_tokens']),
  decodeFailure,
}

/** What weighs anything. The endpoint refuses fields that only say how to answer. */
const countedFields: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'truncation',
])

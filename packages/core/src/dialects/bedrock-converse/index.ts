import type { ProviderDialect } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { BedrockConverseQuirks } from './quirks.ts'

export type { BedrockConverseQuirks } from './quirks.ts'

const unspoken: Failure = {
  kind: 'unsupported',
  message: 'This dialect is declared but not spoken yet.',
  retry: 'other-target',
}
const error: StreamEvent = { type: 'error', failure: unspoken }

/** Bedrock's Converse API, as we speak it to providers; its codec follows, and until then every answer is an error. */
export const provider: ProviderDialect<BedrockConverseQuirks> = {
  id: 'bedrock-converse',
  defaultQuirks: {},
  endpoint: (model, stream) => ({
    path: `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
    headers: {},
  }),
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  encodeRequest: (_request, _options, lose) => {
    lose({ path: 'messages', why: unspoken.message })
    return {}
  },
  decodeResponse: (_body, _options, emit) => emit(error),
  createDecoder: () => ({ frame: (_frame, emit) => emit(error), end: (emit) => emit(error) }),
  createMeter: () => ({ frame: () => undefined, usage: undefined, finish: null, failure: unspoken, isComplete: false }),
  decodeFailure: ({ status }) => ({ ...unspoken, status }),
}

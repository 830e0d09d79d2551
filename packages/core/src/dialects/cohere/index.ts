import type { ProviderDialect } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'

/** Habits in which providers that speak this dialect differ. */
export type CohereQuirks = Readonly<Record<never, never>>

const unspoken: Failure = {
  kind: 'unsupported',
  message: 'This dialect is declared but not spoken yet.',
  retry: 'other-target',
}
const error: StreamEvent = { type: 'error', failure: unspoken }

/** Cohere's v2 chat API, as we speak it to providers; its codec follows, and until then every answer is an error. */
export const provider: ProviderDialect<CohereQuirks> = {
  id: 'cohere',
  defaultQuirks: {},
  endpoint: () => ({ path: '/chat', headers: {} }),
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

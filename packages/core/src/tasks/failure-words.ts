import { clientDialects } from '../dialects/registry.ts'
import type { WireAnswer } from '../ir/dialect.ts'
import { type Failure, statusOf } from '../ir/failure.ts'

/** How a failure is put: in a dialect, or in one plain field: `message` (Cohere, AWS) or `detail` (Voyage, Jina, FastAPI). */
export type FailureWords = 'openai-chat' | 'gemini' | 'message' | 'detail'

/** The whole HTTP answer of a failed call in these words. */
export function encodeTaskFailure(words: FailureWords, failure: Failure): WireAnswer {
  switch (words) {
    case 'openai-chat':
    case 'gemini':
      return clientDialects[words].encodeFailure(failure)
    case 'message':
      return plain(failure, { message: failure.message })
    case 'detail':
      return plain(failure, { detail: failure.message })
  }
}

function plain(failure: Failure, body: { readonly [key: string]: string }): WireAnswer {
  const { headers } = clientDialects['openai-chat'].encodeFailure(failure)
  return { status: statusOf(failure), headers, body: JSON.stringify(body) }
}

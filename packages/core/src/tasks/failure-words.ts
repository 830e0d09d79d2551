import { clientDialects } from '../dialects/registry.ts'
import type { WireAnswer } from '../ir/dialect.ts'
import { type Failure, statusOf } from '../ir/failure.ts'

/** How a failure is put: as OpenAI, Google or Cohere do, or as FastAPI does (`detail`: Voyage, Jina, Hugging Face). */
export type FailureWords = 'openai' | 'gemini' | 'cohere' | 'detail'

/** The whole HTTP answer of a failed call in these words. */
export function encodeTaskFailure(words: FailureWords, failure: Failure): WireAnswer {
  switch (words) {
    case 'openai':
      return clientDialects['openai-chat'].encodeFailure(failure)
    case 'gemini':
      return clientDialects.gemini.encodeFailure(failure)
    case 'cohere':
      return plain(failure, { message: failure.message })
    case 'detail':
      return plain(failure, { detail: failure.message })
  }
}

function plain(failure: Failure, body: { readonly [key: string]: string }): WireAnswer {
  const { headers } = clientDialects['openai-chat'].encodeFailure(failure)
  return { status: statusOf(failure), headers, body: JSON.stringify(body) }
}

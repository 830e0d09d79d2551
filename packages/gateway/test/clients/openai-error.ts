import OpenAI from 'openai'
import type { ClientError, ErrorTypes } from './client.ts'

/** How Stainless, the maker of the `openai` and Anthropic packages, names errors. */
export const stainlessErrors: ErrorTypes = {
  unauthenticated: 'AuthenticationError',
  notFound: 'NotFoundError',
  rateLimited: 'RateLimitError',
}

/** Errors of the `openai` package, which LangChain passes on. */
export function readOpenaiError(error: unknown): ClientError | undefined {
  if (!(error instanceof OpenAI.APIError)) return undefined
  const { message } = error
  return { type: error.constructor.name, message, status: error.status, retryAfter: error.headers?.get('retry-after') }
}

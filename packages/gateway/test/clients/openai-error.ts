import OpenAI from 'openai'
import type { ClientError } from './client.ts'

/** Errors of the `openai` package, which LangChain passes on. */
export function readOpenaiError(error: unknown): ClientError | undefined {
  if (!(error instanceof OpenAI.APIError)) return undefined
  return { type: error.constructor.name, status: error.status, retryAfter: error.headers?.get('retry-after') }
}

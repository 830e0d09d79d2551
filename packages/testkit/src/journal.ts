import { type ClientDialectId, type DialectId, isClientDialect } from '@sluice/core/ir/dialect-id.ts'
import type { Json } from '@sluice/core/ir/json.ts'
import type { BilledTokens } from './answer.ts'

/** One request as the fake provider received it. */
export interface ReceivedCall {
  /** Counted from 1, in the order the requests were complete. */
  readonly number: number
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Lower-case names; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly rawHeaders: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** The body as JSON; undefined when it is none. */
  readonly json: Json | undefined
  /** What the path says the client speaks; undefined for what only providers speak, which `dialectOfPath` tells too. */
  readonly dialect: ClientDialectId | undefined
}

/** What was received, what was done about it, and what it costs. Grows while the call runs. */
export interface JournalEntry extends ReceivedCall {
  /** 0 until an answer was chosen. */
  readonly status: number
  readonly outcome: CallOutcome
  /** Milliseconds of `performance.now()`. */
  readonly receivedAtMs: number
  readonly headersSentAtMs: number | undefined
  readonly endedAtMs: number | undefined
  /** When the client was seen to leave before the answer was complete. */
  readonly abortedAtMs: number | undefined
  readonly bodyBytesSent: number
  readonly chunksSent: number
  /** What this provider bills for the call; undefined while it runs and for answers that cost nothing. */
  readonly invoice: BilledTokens | undefined
}

/** `refused`: the strict mode found fault with the request. `broken`: the script broke the connection. */
export type CallOutcome = 'open' | 'answered' | 'refused' | 'aborted' | 'broken'

/** The dialect a request path belongs to. */
export function dialectOfPath(path: string): DialectId | undefined {
  if (path.endsWith('/chat/completions')) return 'openai-chat'
  if (path.endsWith('/responses')) return 'openai-responses'
  if (path.endsWith('/messages') || /:(streamR|r)awPredict$/.test(path)) return 'anthropic-messages'
  if (/:(streamG|g)enerateContent$/.test(path)) return 'gemini'
  if (/\/model\/[^/]+\/converse(-stream)?$/.test(path)) return 'bedrock-converse'
  if (path.endsWith('/v2/chat')) return 'cohere'
  if (path.endsWith('/api/chat')) return 'ollama'
  return undefined
}

/** The same, for what clients of ours speak too. */
export function clientDialectOfPath(path: string): ClientDialectId | undefined {
  const dialect = dialectOfPath(path)
  return dialect !== undefined && isClientDialect(dialect) ? dialect : undefined
}

/** The sum of what a journal bills. */
export function totalInvoice(journal: readonly JournalEntry[]): Required<BilledTokens> {
  const total = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }
  for (const { invoice } of journal) {
    if (!invoice) continue
    total.input += invoice.input
    total.output += invoice.output
    total.cacheRead += invoice.cacheRead ?? 0
    total.cacheWrite += invoice.cacheWrite ?? 0
    total.reasoning += invoice.reasoning ?? 0
  }
  return total
}

import type { Answer, BilledTokens } from './answer.ts'
import type { SendOutcome, SendProgress } from './send-answer.ts'

/**
 * A provider bills what it made: the whole input once the answer began, and as much of the output as was sent. A whole
 * answer that could not be delivered was made all the same.
 */
export function bill(
  answer: Answer,
  outcome: SendOutcome,
  { chunks, headersSentAtMs }: SendProgress,
): BilledTokens | undefined {
  const { invoice, framing, pieces } = answer
  if (!invoice || headersSentAtMs === undefined) return undefined
  if (outcome === 'whole' || framing === 'content-length' || !Array.isArray(pieces)) return invoice
  const share = answer.chunking === 'per-frame' ? Math.min(1, chunks / Math.max(1, pieces.length)) : 1
  return { ...invoice, output: Math.ceil(invoice.output * share) }
}

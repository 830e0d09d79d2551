import type { FinishReason } from '../../ir/event.ts'

/** Words for why an answer ended, those of OpenAI first; the rest are habits of single hosts. */
const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  eos: 'stop',
  eos_token: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_length: 'length',
  tool_use: 'tool-calls',
  safety: 'content-filter',
  refusal: 'refusal',
}

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
  'content-filter': 'content_filter',
  paused: 'stop',
  other: 'stop',
}

/** What an answer holds, as far as its finish depends on it. */
export interface FinishFacts {
  readonly hasToolCalls: boolean
  readonly hasRefusal: boolean
}

/**
 * The reason behind a host's word. `stop` after a tool call means the call was forced, and `stop` after a refusal is
 * how OpenAI ends one; neither is a plain stop for other dialects.
 */
export function decodeFinish(raw: string | null, { hasToolCalls, hasRefusal }: FinishFacts): FinishReason {
  const reason = raw === '' ? 'stop' : raw === null ? 'other' : (reasons[raw] ?? reasons[raw.toLowerCase()] ?? 'other')
  if (reason !== 'stop' && reason !== 'other') return reason
  if (hasToolCalls) return 'tool-calls'
  return hasRefusal ? 'refusal' : reason
}

/** The word for a reason, in an answer that said this. */
export function encodeFinish(reason: FinishReason, { hasRefusal }: FinishFacts): string {
  return reason === 'refusal' && hasRefusal ? 'stop' : words[reason]
}

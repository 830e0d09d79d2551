import type { Lose } from '../../ir/dialect.ts'
import type { FinishReason } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'

/** What the parts of an answer say about its end; the Responses API has no finish reason of its own. */
export interface AnswerTraits {
  readonly hasClientCall: boolean
  readonly hasRefusal: boolean
}

/** The finish of a `completed` response is read off its items; that of an `incomplete` one is its reason. */
export function decodeFinish(
  status: string,
  incompleteReason: string | undefined,
  { hasClientCall, hasRefusal }: AnswerTraits,
): { readonly reason: FinishReason; readonly raw: string } {
  if (status !== 'incomplete') {
    const reason = hasClientCall ? 'tool-calls' : hasRefusal ? 'refusal' : 'stop'
    return { reason, raw: status }
  }
  const raw = incompleteReason ?? 'incomplete'
  switch (raw) {
    case 'max_output_tokens':
    case 'max_tokens':
      return { reason: 'length', raw }
    case 'content_filter':
      return { reason: 'content-filter', raw }
    default:
      return { reason: 'other', raw }
  }
}

/** How a response ends on the wire. */
export interface WireEnd {
  readonly status: 'completed' | 'incomplete'
  readonly details: JsonObject | null
}

const completed: WireEnd = { status: 'completed', details: null }

interface Finish {
  readonly reason: FinishReason
  readonly raw: string | null
}

/**
 * `completed`, or `incomplete` with a reason. A refusal that is not in the text is told as a content filter; a paused
 * turn keeps its own word, because calling it complete would end the client's loop.
 */
export function encodeFinish({ reason, raw }: Finish, hasRefusal: boolean, lose: Lose): WireEnd {
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
      return completed
    case 'length':
      return incomplete('max_output_tokens')
    case 'content-filter':
      return incomplete('content_filter')
    case 'refusal':
      return hasRefusal ? completed : incomplete('content_filter')
    case 'paused':
      return incomplete(raw ?? 'paused')
    case 'other':
      if (raw !== null && raw !== '') lose({ path: 'finish', why: 'the Responses API has no such reason', value: raw })
      return completed
    default:
      return reason satisfies never
  }
}

function incomplete(reason: string): WireEnd {
  return { status: 'incomplete', details: { reason } }
}

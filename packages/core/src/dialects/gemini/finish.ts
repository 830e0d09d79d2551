import type { FinishReason } from '../../ir/event.ts'
import type { Json } from '../../ir/json.ts'

/**
 * Every documented `finishReason`. A blocked prompt has none; its `promptFeedback.blockReason` is then the raw word and
 * the reason is `content-filter`. A call the model got wrong (MALFORMED_FUNCTION_CALL ...) is no call the client could
 * run, so it is `other` and not `tool-calls`.
 * https://ai.google.dev/api/generate-content#FinishReason (seen 2026-11-20)
 */
const reasons: Readonly<Record<string, FinishReason>> = {
  FINISH_REASON_UNSPECIFIED: 'other',
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'other',
  OTHER: 'other',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'other',
  IMAGE_SAFETY: 'content-filter',
  UNEXPECTED_TOOL_CALL: 'other',
  TOO_MANY_TOOL_CALLS: 'other',
  MISSING_THOUGHT_SIGNATURE: 'other',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  NO_IMAGE: 'other',
  IMAGE_RECITATION: 'content-filter',
  IMAGE_OTHER: 'other',
  CONTINUATION: 'paused',
  MALFORMED_RESPONSE: 'other',
}

/** With `$alt=json;enum-encoding=int` the API tells enums as numbers; beyond these the two Google APIs disagree. */
const numbered: readonly string[] = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER']

/** The word of a `finishReason` on the wire; undefined where it says none. */
export function readFinishWord(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return numbered[value] ?? 'OTHER'
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The API has no word for "stopped to call tools": it says STOP, and the calls tell. */
export function decodeFinish(word: string, hasCalls: boolean): FinishReason {
  const reason = Object.hasOwn(reasons, word) ? reasons[word] : 'other'
  return reason === 'stop' && hasCalls ? 'tool-calls' : (reason ?? 'other')
}

/** The word for a client: the provider's own where it is one of this dialect's and means the same. */
export function encodeFinish(reason: FinishReason, raw: string | null): string {
  const known = raw !== null && Object.hasOwn(reasons, raw) ? reasons[raw] : undefined
  if (raw !== null && (known === reason || (known === 'stop' && reason === 'tool-calls'))) return raw
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
      return 'STOP'
    case 'length':
      return 'MAX_TOKENS'
    case 'refusal':
    case 'content-filter':
      return 'SAFETY'
    case 'paused':
    case 'other':
      return 'OTHER'
    default:
      return reason satisfies never
  }
}

/** What a client may be told beside a word that says too little. */
export function finishMessageFor(reason: FinishReason, word: string): string | undefined {
  return reason === 'paused' && word === 'OTHER'
    ? 'The model paused its turn. Send the conversation again, with this answer in it, to continue.'
    : undefined
}

import type { Failure, FailureKind } from '../../ir/failure.ts'
import type { ErrorWords } from './error-words.ts'

type Verdict = Pick<Failure, 'kind' | 'retry'>

/** What a failure is and whether another deployment may do better, from its status and its words. */
export function classifyFailure(status: number, words: ErrorWords): Verdict {
  if (isContextOverflow(words)) return { kind: 'context-overflow', retry: 'never' }
  if (isBlocked(status, words)) return { kind: 'content-blocked', retry: 'never' }
  if (isOutOfCredit(words)) return { kind: 'budget-exceeded', retry: 'other-target' }
  return byStatus[status] ?? byRange(status)
}

const byStatus: Readonly<Record<number, Verdict>> = {
  401: { kind: 'unauthenticated', retry: 'other-target' },
  402: { kind: 'budget-exceeded', retry: 'other-target' },
  403: { kind: 'forbidden', retry: 'other-target' },
  404: { kind: 'not-found', retry: 'other-target' },
  405: { kind: 'method-not-allowed', retry: 'never' },
  408: { kind: 'upstream-timeout', retry: 'other-target' },
  409: { kind: 'conflict', retry: 'other-target' },
  413: { kind: 'too-large', retry: 'never' },
  415: { kind: 'unsupported-media', retry: 'never' },
  425: { kind: 'overloaded', retry: 'other-target' },
  426: { kind: 'upgrade-required', retry: 'never' },
  429: { kind: 'rate-limited', retry: 'other-target' },
  498: { kind: 'overloaded', retry: 'other-target' },
  503: { kind: 'overloaded', retry: 'other-target' },
  504: { kind: 'upstream-timeout', retry: 'other-target' },
  524: { kind: 'upstream-timeout', retry: 'other-target' },
  529: { kind: 'overloaded', retry: 'other-target' },
}

function byRange(status: number): Verdict {
  const kind: FailureKind = status >= 400 && status < 500 ? 'invalid-request' : 'upstream-unavailable'
  return { kind, retry: kind === 'invalid-request' ? 'never' : 'other-target' }
}

/** Words of OpenAI, llama.cpp, vLLM, OpenRouter, Ollama and Mistral for a prompt that is too long. */
const overflow =
  /context_length_exceeded|exceed_context_size|context[ _]length|context[ _]window|context size|max(imum)? context|prompt (is )?too long|too many tokens|string_too_long|reduce the length/i

function isContextOverflow({ message, type, code }: ErrorWords): boolean {
  return overflow.test(`${code ?? ''} ${type ?? ''} ${message}`)
}

/** Words of OpenAI, Azure, Alibaba and OpenRouter for a prompt or an answer that a filter stopped. */
const blocked =
  /content_filter|content_policy|content_management|ResponsibleAIPolicy|data_inspection_failed|DataInspectionFailed|moderation_blocked|safety_check|flagged/i

function isBlocked(status: number, { message, type, code }: ErrorWords): boolean {
  if (status === 401 || status === 429) return false
  return blocked.test(`${code ?? ''} ${type ?? ''} ${message}`)
}

/** OpenAI answers an empty account with 429; waiting does not help there. */
function isOutOfCredit({ type, code }: ErrorWords): boolean {
  return [type, code].some((word) => word === 'insufficient_quota' || word === 'billing_hard_limit_reached')
}

import type { FinishReason } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'

const reasons: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-sequence',
  MAX_TOKENS: 'length',
  ERROR_LIMIT: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR_TOXIC: 'content-filter',
}

/** What `finish_reason` means. */
export function readReason(raw: string | null): FinishReason {
  return raw === null ? 'other' : (reasons[raw] ?? 'other')
}

/** A finish reason that says the answer broke: the failure it is, with what the API said of it. */
export function brokenBy(raw: string | null, said: string | undefined): Failure | undefined {
  if (raw === 'TIMEOUT') {
    return {
      kind: 'upstream-timeout',
      message: said ?? 'The model took too long and was stopped.',
      retry: 'other-target',
    }
  }
  if (raw !== 'ERROR') return undefined
  return {
    kind: 'upstream-unavailable',
    message: said ?? 'The model failed in the middle of its answer.',
    retry: 'other-target',
  }
}

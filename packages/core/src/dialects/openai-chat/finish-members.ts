import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { Choice } from '../../ir/response.ts'
import type { ClientStyle } from './client-style.ts'
import type { FinishFacts } from './finish.ts'
import { encodeFinish } from './finish.ts'
import { own, sendable } from './wire.ts'

/** Fields that stand in the message but are about how it was made; noted with the finish. */
export function messageNotes(finish: Pick<Choice['finish'], 'ext'>): JsonObject {
  return asObject(own(finish.ext)['$message']) ?? {}
}

/**
 * The members of a choice that tell why it ended. A host of this dialect keeps its own word. A stop sequence has no
 * field at OpenAI; it stands in `stop_reason`, as vLLM tells it (docs.vllm.ai, seen 2026-06).
 */
export function finishMembers(finish: Choice['finish'], facts: FinishFacts, style: ClientStyle): JsonObject {
  const noted = own(finish.ext)['$raw']
  const word = typeof noted === 'string' && noted !== '' ? noted : encodeFinish(finish.reason, facts)
  return {
    ...(finish.stopSequence !== undefined && { stop_reason: finish.stopSequence }),
    ...sendable(finish.ext),
    finish_reason: style.isLegacy && word === 'tool_calls' ? 'function_call' : word,
  }
}

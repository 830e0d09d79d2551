import type { RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asObjects } from '../../ir/read.ts'
import { AnswerDecoder } from './answer-decoder.ts'
import { protocolFailure } from './decode-events.ts'
import { findInnerFailure } from './inner-failure.ts'
import type { OpenAiChatQuirks } from './quirks.ts'

/** A whole answer as events: the same mapping as a stream's, each message being one large delta. */
export function decodeResponse(body: JsonObject, { context }: RequestOptions<OpenAiChatQuirks>, emit: Emit): void {
  const failure = findInnerFailure(body, undefined, context.provider)
  if (failure) return emit({ type: 'error', failure })
  const choices = asObjects(body['choices'])
  if (choices.length === 0) {
    const message = `Provider '${context.provider}' answered without any choice in it.`
    return emit({ type: 'error', failure: protocolFailure(message) })
  }
  const answer = new AnswerDecoder(context)
  answer.decode({ ...body, choices: choices.map(asChunk) }, emit)
  answer.finish(emit)
}

/** A host may send an empty `delta` beside the message (Perplexity, seen 2026-05). */
function asChunk(choice: JsonObject): JsonObject {
  return { ...choice, delta: asObject(choice['message']) ?? choice['delta'] ?? {} }
}

import type { RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { MessageDecoder } from './decode-events.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'

/**
 * A whole answer. It is read as the stream whose first event holds everything, which the API itself sends now and then,
 * so that there is one reading of a message.
 */
export function decodeResponse(
  body: JsonObject,
  { context }: RequestOptions<AnthropicMessagesQuirks>,
  emit: Emit,
): void {
  const decoder = new MessageDecoder(context.provider, context.newId)
  if (body['type'] === 'error' || body['error'] !== undefined) return decoder.event(body, 'error', emit)
  if (!Array.isArray(body['content'])) return emit({ type: 'error', failure: noMessage })
  decoder.event({ message: body }, 'message_start', emit)
  decoder.event({}, 'message_stop', emit)
}

const noMessage: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider answered with something that is no message.',
  retry: 'other-target',
}

import type { RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asArray } from '../../ir/read.ts'
import { AnswerDecoder } from './answer-decoder.ts'
import { decodeErrorObject } from './decode-failure.ts'
import type { ResponsesQuirks } from './quirks.ts'

/** A whole answer, as the events a stream of it would have had. */
export function decodeResponse(body: JsonObject, { context }: RequestOptions<ResponsesQuirks>, emit: Emit): void {
  const answer = new AnswerDecoder(context)
  const isResponse = body['object'] === 'response' || asArray(body['output']) !== undefined
  if (isResponse) return answer.finish(body, 'done', emit)
  const isError = body['error'] !== undefined && body['error'] !== null
  const failure = isError
    ? decodeErrorObject(body, context.provider)
    : answer.broken('answered with something that is no response')
  emit({ type: 'error', failure })
}

import type { EncoderOptions, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateResponse } from '../../ir/response.ts'
import { AnswerEncoder } from './encode-events.ts'
import { dialect } from './extension.ts'
import { replay } from './replay.ts'

/** A whole answer: the response that the last event of its stream would hold. */
export function encodeResponse(response: GenerateResponse, options: EncoderOptions, lose: Lose): JsonObject {
  for (const event of response.opaque) {
    if (event.dialect === dialect) continue
    lose({ path: 'opaque', why: `an event only ${event.dialect} has`, value: event.value['type'] ?? null })
  }
  const encoder = new AnswerEncoder(options, lose)
  replay(response, (event: StreamEvent) => {
    encoder.event(event)
  })
  return encoder.final ?? {}
}

import type { RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { createDecoder } from './decode-events.ts'
import type { GeminiQuirks } from './quirks.ts'

/** A whole answer is a stream of one chunk. */
export function decodeResponse(body: JsonObject, options: RequestOptions<GeminiQuirks>, emit: Emit): void {
  const decoder = createDecoder(options)
  decoder.chunk(body, emit)
  decoder.end(emit)
}

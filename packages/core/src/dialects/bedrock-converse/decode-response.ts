import type { RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asObjects, rest } from '../../ir/read.ts'
import { ConverseDecoder } from './decode-events.ts'
import { isErrorBody } from './decode-failure.ts'
import type { BedrockConverseQuirks } from './quirks.ts'

/** A whole answer, read as the stream that would have said the same, so that there is one reading of a message. */
export function decodeResponse(body: JsonObject, { context }: RequestOptions<BedrockConverseQuirks>, emit: Emit): void {
  const decoder = new ConverseDecoder(context.provider, context.newId)
  const message = asObject(asObject(body['output'])?.['message'])
  if (!message && isErrorBody(body)) return decoder.event('error', body, emit)
  if (!message || body['stopReason'] === undefined) return emit({ type: 'error', failure: noMessage })
  decoder.event('messageStart', {}, emit)
  for (const [contentBlockIndex, block] of asObjects(message['content']).entries()) {
    const { start, deltas } = unfold(block)
    if (start) decoder.event('contentBlockStart', { contentBlockIndex, start }, emit)
    for (const delta of deltas) decoder.event('contentBlockDelta', { contentBlockIndex, delta }, emit)
    decoder.event('contentBlockStop', { contentBlockIndex }, emit)
  }
  decoder.event('messageStop', body, emit)
  decoder.event('metadata', rest(body, ...messageFields) ?? {}, emit)
}

/** Fields of a whole answer that a stream does not tell in `metadata`. */
const messageFields = ['output', 'stopReason', 'additionalModelResponseFields']

/** A block as the events of a stream that say the same. */
interface Unfolded {
  readonly start?: JsonObject
  readonly deltas: readonly JsonObject[]
}

function unfold(block: JsonObject): Unfolded {
  if (typeof block['text'] === 'string') return { deltas: [block] }
  const call = asObject(block['toolUse'])
  if (call) {
    const { input, ...toolUse } = call
    return { start: { toolUse }, deltas: input === undefined ? [] : [{ toolUse: { input: JSON.stringify(input) } }] }
  }
  const reasoning = asObject(block['reasoningContent'])
  if (reasoning && Object.keys(reasoning).length > 0) return unfoldReasoning(reasoning)
  const cited = asObject(block['citationsContent'])
  if (cited) {
    const citations = asObjects(cited['citations']).map((citation) => ({ citation }))
    return { deltas: [...citations, ...asObjects(cited['content'])] }
  }
  const image = asObject(block['image'])
  if (image) return { start: { image }, deltas: [{ image: { source: image['source'] } }] }
  return { start: block, deltas: [] }
}

function unfoldReasoning(reasoning: JsonObject): Unfolded {
  const told = asObject(reasoning['reasoningText'])
  if (!told) return { deltas: [{ reasoningContent: reasoning }] }
  const { text, signature } = told
  return {
    deltas: [{ reasoningContent: { text } }, ...(signature === undefined ? [] : [{ reasoningContent: { signature } }])],
  }
}

const noMessage: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider answered with something that is no message.',
  retry: 'other-target',
}

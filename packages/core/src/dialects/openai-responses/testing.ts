/** Shared by this folder's tests. */
import type { CodecContext, Frame, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateRequest, Loss } from '../../ir/request.ts'
import { createSseReader } from '../../upstream/read-frames.ts'
import { client, provider } from './index.ts'

/** A context whose ids count up, so that two runs agree. */
export function testContext(name = 'test'): CodecContext {
  let count = 0
  return { provider: name, createdAt: 1_700_000_000, newId: (prefix) => `${prefix}${++count}` }
}

export function decodeFrames(frames: readonly Frame[], name?: string): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  const emit = (event: StreamEvent): void => {
    events.push(event)
  }
  const decoder = provider.createDecoder({ quirks: provider.defaultQuirks, context: testContext(name) })
  for (const frame of frames) decoder.frame(frame, emit)
  decoder.end(emit)
  return events
}

export function decodeWhole(body: JsonObject, name?: string): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  provider.decodeResponse(body, { quirks: provider.defaultQuirks, context: testContext(name) }, (event) => {
    events.push(event)
  })
  return events
}

export const emptyRequest: GenerateRequest = { model: 'm', messages: [], tools: [], stop: [], stream: true }

export function encodeText(
  events: readonly StreamEvent[],
  request: GenerateRequest = emptyRequest,
  losses: Omit<Loss, 'side'>[] = [],
): string {
  const lose: Lose = (loss) => losses.push(loss)
  const encoder = client.createEncoder({ request, context: testContext(), framing: 'sse' }, lose)
  return events.map((event) => encoder.event(event)).join('')
}

export function framesIn(text: string): readonly Frame[] {
  const frames: Frame[] = []
  const reader = createSseReader({ onFrame: (frame) => frames.push(frame) })
  reader.push(new TextEncoder().encode(text))
  reader.end()
  return frames
}

/** The events of an encoded stream as objects. */
export function wireEvents(text: string): readonly JsonObject[] {
  return framesIn(text).map((frame) => JSON.parse(frame.data) as JsonObject)
}

import type { Frame } from '@sluice/core/ir/dialect.ts'
import { createJsonArrayReader, createNdjsonReader, createSseReader } from '@sluice/core/upstream/read-frames.ts'

/** How frames stand in the text of a stream. */
export type TextFraming = 'sse' | 'json-array-stream' | 'ndjson'

const readers = { sse: createSseReader, 'json-array-stream': createJsonArrayReader, ndjson: createNdjsonReader }

/** The frames in the text of a whole stream. */
export function readFramesOfText(text: string, framing: TextFraming): readonly Frame[] {
  const frames: Frame[] = []
  const onFrame = (frame: Frame): void => {
    frames.push(frame)
  }
  const reader = readers[framing]({ onFrame })
  reader.push(new TextEncoder().encode(text))
  reader.end()
  return frames
}

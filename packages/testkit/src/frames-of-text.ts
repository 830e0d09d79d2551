import type { Frame } from '@sluice/core/ir/dialect.ts'
import { createJsonArrayReader, createSseReader } from '@sluice/core/upstream/read-frames.ts'

/** The frames in the text of a whole stream. */
export function readFramesOfText(text: string, format: 'sse' | 'json-array-stream'): readonly Frame[] {
  const frames: Frame[] = []
  const onFrame = (frame: Frame): void => {
    frames.push(frame)
  }
  const reader = format === 'sse' ? createSseReader({ onFrame }) : createJsonArrayReader({ onFrame })
  reader.push(new TextEncoder().encode(text))
  reader.end()
  return frames
}

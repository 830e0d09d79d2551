import { expect, test } from 'bun:test'
import type { Frame } from '../ir/dialect.ts'
import { chooseReader } from './choose-reader.ts'
import { createEventStreamReader } from './read-event-stream.ts'
import { createNdjsonReader, createSseReader, FrameTooLarge } from './read-frames.ts'

test.each([
  ['application/x-ndjson', createNdjsonReader],
  ['Application/X-NDJSON; charset=utf-8', createNdjsonReader],
  ['application/stream+json', createNdjsonReader],
  ['application/vnd.amazon.eventstream', createEventStreamReader],
  ['text/event-stream; charset=utf-8', createSseReader],
  ['application/jsonx', createSseReader],
  [undefined, createSseReader],
] as const)('a stream of %p has its reader', (contentType, reader) => {
  expect(chooseReader(contentType)).toBe(reader)
})

function readCut(text: string, at: number): readonly Frame[] {
  const frames: Frame[] = []
  const reader = createNdjsonReader({ onFrame: (frame) => void frames.push(frame) })
  const bytes = new TextEncoder().encode(text)
  reader.push(bytes.subarray(0, at))
  reader.push(bytes.subarray(at))
  reader.end()
  return frames
}

test('lines of JSON read the same however they are cut and whatever ends them', () => {
  const lines = ['{"a":"über 🙂"}', '{"b":" "}', '{"c":3}']
  for (const end of ['\n', '\r\n', '\n\n']) {
    for (const last of ['', end]) {
      const text = lines.join(end) + last
      const length = new TextEncoder().encode(text).length
      for (let at = 0; at <= length; at++) expect(readCut(text, at)).toEqual(lines.map((data) => ({ data })))
    }
  }
})

test('an endless line is refused', () => {
  const reader = createNdjsonReader({ onFrame: () => undefined, maxFrameChars: 100 })
  expect(() => reader.push(new TextEncoder().encode('x'.repeat(101)))).toThrow(FrameTooLarge)
})

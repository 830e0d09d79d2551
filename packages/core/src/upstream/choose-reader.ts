import { createEventStreamReader, isEventStream } from './read-event-stream.ts'
import type { FrameReader, FrameReaderOptions } from './read-frames.ts'
import { createNdjsonReader, createSseReader } from './read-frames.ts'

/** The reader for a stream of this `content-type`: server-sent events where it says nothing else. */
export function chooseReader(contentType: string | undefined): (options: FrameReaderOptions) => FrameReader {
  if (isEventStream(contentType)) return createEventStreamReader
  return isNdjson(contentType) ? createNdjsonReader : createSseReader
}

/** The names that newline-delimited JSON goes by. */
function isNdjson(contentType: string | undefined): boolean {
  return (
    contentType !== undefined && /^application\/(x-ndjson|ndjson|jsonl|jsonlines|stream\+json)\b/i.test(contentType)
  )
}

import type { Answer } from './answer.ts'
import { splitMessages } from './event-stream.ts'
import { readBill } from './facts/read-facts.ts'
import { bytesOf, type Recording } from './recordings.ts'

/** The recorded answer as the provider sent it, one piece per event of a stream. Cuts and waits are the caller's. */
export function replay(recording: Recording): Answer {
  const { response } = recording
  const isStream = streamFormats.has(response.format)
  const invoice = readBill(recording)
  return {
    status: response.status,
    headers: replayHeaders(response.headers),
    pieces: isStream ? splitStream(recording) : [bytesOf(recording)],
    framing: isStream ? 'chunked' : 'content-length',
    chunking: isStream ? 'per-frame' : 'whole',
    ...(invoice && { invoice }),
  }
}

const streamFormats: ReadonlySet<string> = new Set(['sse', 'json-array-stream', 'ndjson', 'eventstream'])

function splitStream(recording: Recording): readonly (string | Uint8Array)[] {
  const { format, body } = recording.response
  return format === 'eventstream' ? splitMessages(bytesOf(recording)) : splitEvents(String(body), format)
}

/** The text cut after each event, nothing added or taken away. */
export function splitEvents(body: string, format: 'sse' | 'json-array-stream' | 'ndjson' | string): readonly string[] {
  if (format === 'sse') return body.match(/[\s\S]+?(\r\n\r\n|\n\n|\r\r|$)(?![\r\n])/g) ?? [body]
  if (format === 'ndjson') return body.match(/[^\n]*\n|[^\n]+$/g) ?? [body]
  return body.match(/[\s\S]*?\n}(?=\r?\n?,)|[\s\S]+$/g) ?? [body]
}

/** What belongs to the connection and not to the answer is left out. */
function replayHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !connectionHeaders.has(name))
  return Object.fromEntries(kept)
}

const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'alt-svc',
])

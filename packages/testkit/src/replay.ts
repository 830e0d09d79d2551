import type { Answer } from './answer.ts'
import { readBill } from './facts/read-facts.ts'
import type { Recording } from './recordings.ts'

/** The recorded answer as the provider sent it, one piece per event of a stream. Cuts and waits are the caller's. */
export function replay(recording: Recording): Answer {
  const { response } = recording
  const isStream = response.format === 'sse' || response.format === 'json-array-stream' || response.format === 'ndjson'
  const invoice = readBill(recording)
  return {
    status: response.status,
    headers: replayHeaders(response.headers),
    pieces: isStream ? splitEvents(String(response.body), response.format) : [wholeBody(recording)],
    framing: isStream ? 'chunked' : 'content-length',
    chunking: isStream ? 'per-frame' : 'whole',
    ...(invoice && { invoice }),
  }
}

function wholeBody({ response }: Recording): string | Uint8Array {
  if (response.encoding === 'base64') return Buffer.from(String(response.body), 'base64')
  return typeof response.body === 'string' ? response.body : JSON.stringify(response.body)
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

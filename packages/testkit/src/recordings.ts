/**
 * Recorded exchanges of real providers, when this machine has them beside the project. They are not part of the
 * project: without them every function here answers "none" and the tests that want them say so and pass.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Frame } from '@sluice/core/ir/dialect.ts'
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asBoolean, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import { readFramesOfBytes } from './event-stream.ts'
import { readFramesOfText } from './frames-of-text.ts'

const folder = fileURLToPath(new URL('../../../../shared/wire/', import.meta.url))

/** How a recorded body is kept. */
export type RecordingFormat =
  | 'json'
  | 'sse'
  | 'ndjson'
  | 'json-array-stream'
  | 'eventstream'
  | 'binary'
  | 'text'
  | 'empty'

/** `response-only`: the request was not recorded, and a stream's framing may have been made up. */
export type RecordingFidelity = 'verbatim' | 'reserialised' | 'response-only'

/** What the index tells about a recording before its file is read. */
export interface RecordingEntry {
  readonly path: string
  readonly provider: string
  readonly operation: string
  /** The dialect both sides spoke, for an error that of the host's chat; undefined for operations that are none of ours. */
  readonly dialect: DialectId | undefined
  readonly stream: boolean
  readonly features: readonly string[]
  readonly status: number
  readonly format: RecordingFormat
  /** `''` where the recording does not tell. */
  readonly model: string
  readonly fidelity: RecordingFidelity
}

/** What the client sent, credentials taken out. */
export interface RecordedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON as parsed, or text; null where it was not recorded. */
  readonly body: Json
  readonly encoding: 'multipart' | 'base64' | undefined
}

/** What the provider answered. */
export interface RecordedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed for `json`; the text of a stream; base64 where `encoding` says so. */
  readonly body: Json
  readonly encoding: 'base64' | undefined
  readonly format: RecordingFormat
}

/** One whole exchange. */
export interface Recording extends RecordingEntry {
  readonly id: string
  readonly notes: string | undefined
  readonly quirks: readonly string[]
  readonly request: RecordedRequest
  readonly response: RecordedResponse
}

/** Whether this machine has the recordings. */
export function hasRecordings(): boolean {
  return existsSync(`${folder}INDEX.json`)
}

/** Every recording the filter lets through, in the order of the index; empty where there are none. */
export function loadRecordings(filter: (entry: RecordingEntry) => boolean = () => true): readonly Recording[] {
  return listEntries().filter(filter).map(loadOne)
}

/** What the index tells of every recording, without opening any. */
export function listRecordings(): readonly RecordingEntry[] {
  return listEntries()
}

/** One line for a test to print when `hasRecordings()` is false. */
export const skippedLine = 'skipped: no recordings beside the project'

let entries: readonly RecordingEntry[] | undefined
const loaded = new Map<string, Recording>()

function listEntries(): readonly RecordingEntry[] {
  entries ??= hasRecordings() ? asObjects(readJson('INDEX.json')).map(readEntry) : []
  return entries
}

function readEntry(entry: JsonObject): RecordingEntry {
  const operation = asString(entry['operation']) ?? ''
  const provider = asString(entry['provider']) ?? ''
  const isError = (asNumber(entry['status']) ?? 0) >= 400
  return {
    path: asString(entry['path']) ?? '',
    provider,
    operation,
    dialect:
      dialectOf(operation) ?? dialectOfInvoked(entry) ?? (isError ? dialectOfError(provider, operation) : undefined),
    stream: asBoolean(entry['stream']) ?? false,
    features: readStrings(entry['features']),
    status: asNumber(entry['status']) ?? 0,
    format: formats.find((each) => each === entry['format']) ?? 'text',
    model: asString(entry['model']) ?? '',
    fidelity: fidelities.find((each) => each === entry['fidelity']) ?? 'response-only',
  }
}

/** The dialect a recorded operation speaks. */
function dialectOf(operation: string): DialectId | undefined {
  switch (operation) {
    case 'chat':
      return 'openai-chat'
    case 'responses':
      return 'openai-responses'
    case 'messages':
    case 'rawPredict':
    case 'streamRawPredict':
      return 'anthropic-messages'
    case 'generateContent':
    case 'streamGenerateContent':
      return 'gemini'
    case 'converse':
    case 'converse-stream':
      return 'bedrock-converse'
    case 'chat.v1':
    case 'chat.v2':
      return 'cohere'
    case 'chat.native':
      return 'ollama'
    default:
      return undefined
  }
}

/** Bedrock's InvokeModel carries each maker's own wire; Claude's since its third version is the Messages API. */
function dialectOfInvoked({ operation, model }: JsonObject): DialectId | undefined {
  if (operation !== 'invoke' && operation !== 'invoke-with-response-stream') return undefined
  return /anthropic\.claude-(?!v2|instant)/.test(asString(model) ?? '') ? 'anthropic-messages' : undefined
}

/** A host words its errors alike wherever it is asked: those of these operations are read as those of its chat. */
function dialectOfError(provider: string, operation: string): DialectId | undefined {
  if (!errorsOf.has(operation)) {
    return undefined
  }
  switch (provider) {
    case 'anthropic':
      return 'anthropic-messages'
    case 'google':
    case 'vertex':
      return 'gemini'
    case 'cohere':
      return 'cohere'
    case 'bedrock':
      return 'bedrock-converse'
    default:
      return 'openai-chat'
  }
}

const errorsOf: ReadonlySet<string> = new Set([
  ...['complete', 'predict', 'run', 'inference', 'predictions', 'models', 'chat.stored'],
  ...['invoke', 'invoke-with-response-stream'],
])

const formats: readonly RecordingFormat[] = [
  'json',
  'sse',
  'ndjson',
  'json-array-stream',
  'eventstream',
  'binary',
  'text',
  'empty',
]

const fidelities: readonly RecordingFidelity[] = ['verbatim', 'reserialised', 'response-only']

function loadOne(entry: RecordingEntry): Recording {
  const known = loaded.get(entry.path)
  if (known) return known
  const file = asObject(readJson(entry.path)) ?? {}
  const recording: Recording = {
    ...entry,
    id: asString(file['id']) ?? entry.path,
    notes: asString(file['notes']),
    quirks: readStrings(file['wire_quirks']),
    request: readRequest(asObject(file['request']) ?? {}, entry),
    response: readResponse(asObject(file['response']) ?? {}, entry.format),
  }
  loaded.set(entry.path, recording)
  return recording
}

/** What was asked of another operation is no request of the dialect its error is read in. */
function readRequest(request: JsonObject, { dialect, operation }: RecordingEntry): RecordedRequest {
  const encoding = request['encoding']
  const isForeign = dialect !== undefined && dialectOf(operation) === undefined && !operation.startsWith('invoke')
  return {
    method: asString(request['method']) ?? '',
    url: asString(request['url']) ?? '',
    headers: readHeaders(request['headers']),
    body: isForeign ? null : (request['body'] ?? null),
    encoding: encoding === 'multipart' || encoding === 'base64' ? encoding : undefined,
  }
}

function readResponse(response: JsonObject, format: RecordingFormat): RecordedResponse {
  return {
    status: asNumber(response['status']) ?? 0,
    headers: readHeaders(response['headers']),
    body: response['body'] ?? null,
    encoding: response['encoding'] === 'base64' ? 'base64' : undefined,
    format,
  }
}

/** Names in lower case. */
function readHeaders(value: Json | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, text] of Object.entries(asObject(value) ?? {})) {
    if (typeof text === 'string') headers[name.toLowerCase()] = text
  }
  return headers
}

function readStrings(value: Json | undefined): readonly string[] {
  return (asArray(value) ?? []).filter((each) => typeof each === 'string')
}

function readJson(path: string): Json {
  return JSON.parse(readFileSync(folder + path, 'utf8'))
}

/** The frames of a recorded stream, as they come off the wire; empty for an answer that is no stream. */
export function framesOf(recording: Recording): readonly Frame[] {
  const { response } = recording
  if (response.format === 'eventstream') return readFramesOfBytes(bytesOf(recording))
  if (typeof response.body !== 'string' || response.encoding !== undefined) return []
  if (response.format !== 'sse' && response.format !== 'json-array-stream' && response.format !== 'ndjson') return []
  return readFramesOfText(response.body, response.format)
}

/** The bytes of a recorded body. */
export function bytesOf({ response }: Recording): Uint8Array {
  if (response.encoding === 'base64') return Buffer.from(String(response.body), 'base64')
  return Buffer.from(typeof response.body === 'string' ? response.body : JSON.stringify(response.body))
}

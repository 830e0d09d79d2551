import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { CacheMark, MediaPart, Part } from '../../ir/part.ts'
import { asObject } from '../../ir/read.ts'
import { audioFormat, dataUrl, isKind } from './media.ts'
import type { OpenAiChatQuirks } from './quirks.ts'
import { dialect, own, sendable } from './wire.ts'

/** What writing the messages of one request needs at every step. */
export interface Writing {
  readonly quirks: OpenAiChatQuirks
  /** The configured provider the request goes to; only its own seals are opened. */
  readonly provider: string
  readonly lose: Lose
}

/** One content part for the wire, or undefined where there is no place for it, which is then reported. */
export function writePart(part: Part, path: string, writing: Writing): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text, ...writeCache(part.cache, writing), ...sendable(part.ext) }
    case 'refusal':
      return { type: 'refusal', refusal: part.text, ...writeCache(part.cache, writing), ...sendable(part.ext) }
    case 'media':
      return writeMedia(part, path, writing)
    case 'opaque':
      return part.dialect === dialect ? part.value : undefined
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
      writing.lose({ path, why: `no place for a ${part.kind} among the content of this message` })
      return undefined
    default:
      return part satisfies never
  }
}

/** The mark of a cache breakpoint, in the provider's spelling. */
export function writeCache(cache: CacheMark | undefined, { quirks }: Writing): JsonObject | undefined {
  if (!cache) return undefined
  switch (quirks.cacheMarks) {
    case 'cache_control':
      return { cache_control: { type: 'ephemeral', ttl: cache.ttl } }
    case 'prompt_cache_breakpoint':
      return { prompt_cache_breakpoint: { mode: 'explicit' } }
    case 'none':
      return undefined
    default:
      return quirks.cacheMarks satisfies never
  }
}

function writeMedia(part: MediaPart, path: string, writing: Writing): JsonObject | undefined {
  const { source, mediaType } = part
  const beside = { ...writeCache(part.cache, writing), ...outer(part) }
  if (source.from === 'text') return writeTextFile(part, path, { ...writing, beside })
  if (source.from === 'file') {
    if (source.dialect !== dialect) return undefined
    return { type: 'file', file: { file_id: source.id, filename: part.filename, ...inner(part) }, ...beside }
  }
  if (isKind(mediaType, 'audio')) return writeAudio(part, path, { ...writing, beside })
  const url = source.from === 'url' ? source.url : dataUrl(mediaType, source.data)
  if (isKind(mediaType, 'image')) {
    loseName(part, path, writing)
    return { type: 'image_url', image_url: { url, detail: part.detail, ...inner(part) }, ...beside }
  }
  if (isKind(mediaType, 'video')) {
    loseName(part, path, writing)
    return { type: 'video_url', video_url: { url, ...inner(part) }, ...beside }
  }
  if (source.from === 'url' && !writing.quirks.fileUrls) {
    writing.lose({ path, why: 'this provider takes the bytes of a file, not its address' })
    return undefined
  }
  return {
    type: 'file',
    file: { file_data: url, filename: part.filename ?? nameFor(part), ...inner(part) },
    ...beside,
  }
}

interface MediaWriting extends Writing {
  readonly beside: JsonObject
}

function writeAudio(part: MediaPart, path: string, { quirks, lose, beside }: MediaWriting): JsonObject | undefined {
  const { source, mediaType } = part
  const notes = own(part.ext)
  if (source.from === 'url' && !quirks.audioUrls && notes['$url'] !== true) {
    lose({ path, why: 'this provider takes the bytes of a sound, not its address' })
    return undefined
  }
  const data = source.from === 'url' ? source.url : source.from === 'base64' ? source.data : ''
  const text = notes['$url'] === true && source.from === 'base64' ? `data:${mediaType};base64,${data}` : data
  if (notes['$short'] === true) return { type: 'input_audio', input_audio: text, ...beside }
  return { type: 'input_audio', input_audio: { data: text, format: audioFormat(mediaType), ...inner(part) }, ...beside }
}

/** Plain text has a place in every message; only the name of its file has none. */
function writeTextFile(part: MediaPart, path: string, writing: MediaWriting): JsonObject | undefined {
  loseName(part, path, writing)
  return part.source.from === 'text' ? { type: 'text', text: part.source.text, ...writing.beside } : undefined
}

function loseName({ filename }: MediaPart, path: string, { lose }: Writing): void {
  if (filename !== undefined) lose({ path: `${path}.filename`, why: 'only files have a name here', value: filename })
}

/** Fields the client put into the part itself. */
function outer(part: MediaPart): JsonObject {
  const { inner: _, ...fields } = sendable(part.ext)
  return fields
}

/** Fields the client put into the object inside the part. */
function inner(part: MediaPart): JsonObject {
  return asObject(own(part.ext)['inner']) ?? {}
}

/** OpenAI wants a name beside the bytes of a file; a client of this dialect that left it out has its reasons. */
function nameFor({ mediaType, ext }: MediaPart): string | undefined {
  if (own(ext)['$unnamed'] === true) return undefined
  const subtype = mediaType.slice(mediaType.indexOf('/') + 1)
  return `file.${subtype === '*' ? 'pdf' : (/^[a-z0-9]+$/.exec(subtype)?.[0] ?? 'bin')}`
}

/** Parts as `content`: plain text as a string, which every host takes, else a list. */
export function writeContent(parts: readonly JsonObject[]): Json {
  const [first] = parts
  const isPlain = parts.length === 1 && first?.['type'] === 'text' && Object.keys(first).length === 2
  if (isPlain) return first['text'] ?? ''
  return parts
}

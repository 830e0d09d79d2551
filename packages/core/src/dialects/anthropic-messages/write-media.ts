import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { MediaPart } from '../../ir/part.ts'
import { asArray, asNumber } from '../../ir/read.ts'
import { writeMarked } from './cache-mark.ts'
import { dialect, note } from './own-fields.ts'

/** An image, a document or a search result, or undefined when the API takes no such thing, which is then reported. */
export function writeMedia(part: MediaPart, path: string, lose: Lose): JsonObject | undefined {
  const { mediaType, source, filename } = part
  if (source.from === 'file' && source.dialect !== dialect) return undefined
  const marked = writeMarked(part)
  if ('search_result' in marked) return writeSearchResult(part, marked)
  if (mediaType.startsWith('image/')) {
    if (filename !== undefined) lose({ path: `${path}.filename`, why: 'an image has no name here' })
    if (part.detail === 'low' || part.detail === 'high') {
      lose({ path: `${path}.detail`, why: 'how closely to look cannot be said here', value: part.detail })
    }
    return { type: 'image', source: writeImageSource(part), ...marked }
  }
  const document = writeDocumentSource(part)
  if (!document) {
    lose({ path, why: `the API takes images, PDF and text, but no ${mediaType}` })
    return undefined
  }
  return { type: 'document', source: document, ...(filename !== undefined && { title: filename }), ...marked }
}

function writeSearchResult({ source, filename, ext }: MediaPart, marked: JsonObject): JsonObject {
  const { search_result, ...fields } = marked
  const text = source.from === 'text' ? source.text : ''
  const texts = cut(text, note(ext, '$chunks'))
  return { type: 'search_result', source: search_result, title: filename ?? '', content: texts, ...fields }
}

function writeImageSource({ mediaType, source }: MediaPart): JsonObject {
  switch (source.from) {
    case 'base64':
      return { type: 'base64', media_type: imageType(mediaType, source.data), data: source.data }
    case 'text':
      return { type: 'base64', media_type: mediaType, data: toBase64(source.text) }
    case 'url':
      return { type: 'url', url: source.url }
    case 'file':
      return { type: 'file', file_id: source.id }
    default:
      return source satisfies never
  }
}

function writeDocumentSource(part: MediaPart): JsonObject | undefined {
  const { mediaType, source } = part
  switch (source.from) {
    case 'text':
      return writeText(source.text, part)
    case 'base64':
      if (isPdf(mediaType, source.data)) return { type: 'base64', media_type: 'application/pdf', data: source.data }
      return isText(mediaType) ? writeText(fromBase64(source.data), part) : undefined
    case 'url':
      return mediaType === 'application/pdf' || mediaType === 'application/*' || isText(mediaType)
        ? { type: 'url', url: source.url }
        : undefined
    case 'file':
      return { type: 'file', file_id: source.id }
    default:
      return source satisfies never
  }
}

/** The API's text source is always `text/plain`; other kinds of text are plain enough. */
function writeText(text: string, { ext }: MediaPart): JsonObject {
  const chunks = note(ext, '$chunks')
  if (chunks === undefined) return { type: 'text', media_type: 'text/plain', data: text }
  return { type: 'content', content: typeof chunks === 'number' ? text : cut(text, chunks) }
}

/** Text blocks cut where the client had cut them; one block when the text is no longer the one that was cut. */
function cut(text: string, chunks: Json | undefined): Json[] {
  const lengths = (asArray(chunks) ?? []).map((length) => asNumber(length) ?? 0)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  if (total !== text.length) return [{ type: 'text', text }]
  let from = 0
  return lengths.map((length) => {
    from += length
    return { type: 'text', text: text.slice(from - length, from) }
  })
}

/** First bytes, in base64, of the image types the API takes. */
const imageStarts: readonly (readonly [start: string, mediaType: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
]

function imageType(mediaType: string, data: string): string {
  if (mediaType === 'image/jpg') return 'image/jpeg'
  if (mediaType !== 'image/*') return mediaType
  return imageStarts.find(([start]) => data.startsWith(start))?.[1] ?? 'image/png'
}

function isPdf(mediaType: string, data: string): boolean {
  return mediaType === 'application/pdf' || (mediaType === 'application/*' && data.startsWith('JVBERi'))
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || /^application\/(.+\+)?(json|xml|yaml|javascript)$/.test(mediaType)
}

function fromBase64(data: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)))
  } catch {
    return data
  }
}

function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

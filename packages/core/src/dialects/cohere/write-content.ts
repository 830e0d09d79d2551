import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part } from '../../ir/part.ts'
import { documentId } from './citation.ts'
import type { CohereQuirks } from './quirks.ts'

/** The documents of a request: the API takes them beside the messages, and cites them by their id. */
export class Documents {
  readonly all: JsonObject[] = []

  add(text: string, title: string | undefined): void {
    this.all.push({ id: documentId(this.all.length), data: documentData(text, title) })
  }
}

/** What writing the messages of one request needs at every step. */
export interface Writing {
  readonly quirks: CohereQuirks
  readonly documents: Documents
  readonly lose: Lose
}

/** The fields of a document, all of which the model reads. */
export function documentData(text: string, title: string | undefined): JsonObject {
  return { ...(title !== undefined && { title }), text }
}

/**
 * A content block of a system or user message; undefined where nothing is to stand there. A text file becomes a document
 * of the request; what the API does not take is reported.
 */
export function writePart(part: Part, path: string, { documents, lose }: Writing): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text === '' ? undefined : { type: 'text', text: part.text }
    case 'media': {
      const text = textOf(part)
      if (text === undefined) return writeImage(part, path, lose)
      documents.add(text, part.filename)
      return undefined
    }
    case 'opaque':
      return undefined
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
      lose({ path, why: `no place for a ${part.kind} in this message` })
      return undefined
    default:
      return part satisfies never
  }
}

/** An image; of any other media the API takes none. A stored file is reported by `loseForeign`. */
export function writeImage(part: MediaPart, path: string, lose: Lose): JsonObject | undefined {
  const { mediaType, source, filename, detail } = part
  if (source.from === 'file') return undefined
  if (!mediaType.startsWith('image/') || source.from === 'text') {
    lose({ path, why: `the API takes images and text, but no ${mediaType}` })
    return undefined
  }
  if (filename !== undefined) lose({ path: `${path}.filename`, why: 'an image has no name here', value: filename })
  const url = source.from === 'url' ? source.url : `data:${imageType(mediaType, source.data)};base64,${source.data}`
  return { type: 'image_url', image_url: { url, ...(detail !== undefined && { detail }) } }
}

/** The text of a text file, undefined for other media. */
export function textOf({ mediaType, source }: MediaPart): string | undefined {
  if (source.from === 'text') return mediaType.startsWith('image/') ? undefined : source.text
  if (source.from !== 'base64' || !isText(mediaType)) return undefined
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(source.data), (char) => char.charCodeAt(0)))
  } catch {
    return undefined
  }
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || /^application\/(.+\+)?(json|xml|yaml|javascript)$/.test(mediaType)
}

/** First bytes, in base64, of the usual image types. */
const imageStarts: readonly (readonly [start: string, mediaType: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
]

function imageType(mediaType: string, data: string): string {
  if (mediaType !== 'image/*') return mediaType
  return imageStarts.find(([start]) => data.startsWith(start))?.[1] ?? 'image/png'
}

/** One plain text as a string, anything else as a list. */
export function spell(blocks: readonly JsonObject[]): Json {
  const [only] = blocks
  return blocks.length === 1 && only?.['type'] === 'text' ? (only['text'] ?? '') : blocks
}

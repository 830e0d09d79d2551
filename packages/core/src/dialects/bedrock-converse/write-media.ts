import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart } from '../../ir/part.ts'
import type { DocumentNames } from './document-names.ts'
import { formatOf, type MediaFormat } from './media-format.ts'

/** What writing a medium needs of the request it stands in. */
export interface MediaPlace {
  /** In the words of `ir/`: `messages[3].parts[0]`. */
  readonly path: string
  readonly names: DocumentNames
  readonly lose: Lose
}

/**
 * An image, a document, a video or a sound; undefined when the API takes no such thing, which is then reported. It wants
 * the bytes themselves or an object in S3: it fetches nothing from the web.
 */
export function writeMedia(part: MediaPart, { path, names, lose }: MediaPlace): JsonObject | undefined {
  const { mediaType, filename, detail } = part
  if (part.source.from === 'file') return undefined
  const found = formatOf(mediaType, part.source.from === 'base64' ? part.source.data : '')
  if (!found) return loseAll(path, `the API takes no ${mediaType}`, lose)
  const source = writeSource(part)
  if (!source) return loseAll(path, 'the API takes the bytes or an s3:// address, none of the web', lose)
  if (detail === 'low' || detail === 'high') {
    lose({ path: `${path}.detail`, why: 'how closely to look cannot be said here', value: detail })
  }
  if (found.block === 'document') return { document: { ...named(found, names.take(filename)), source } }
  if (filename !== undefined) lose({ path: `${path}.filename`, why: `no ${found.block} has a name here` })
  return { [found.block]: { format: found.format, source } }
}

function loseAll(path: string, why: string, lose: Lose): undefined {
  lose({ path, why })
  return undefined
}

function named({ format }: MediaFormat, name: string): JsonObject {
  return { format, name }
}

function writeSource({ source }: MediaPart): JsonObject | undefined {
  switch (source.from) {
    case 'base64':
      return { bytes: source.data }
    case 'text':
      return { bytes: toBase64(source.text) }
    case 'url':
      return source.url.startsWith('s3://') ? { s3Location: { uri: source.url } } : undefined
    case 'file':
      return undefined
    default:
      return source satisfies never
  }
}

function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

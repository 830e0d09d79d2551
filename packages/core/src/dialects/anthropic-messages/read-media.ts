import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asArray, asObject, asString } from '../../ir/read.ts'
import { readMarked } from './cache-mark.ts'
import { dialect } from './own-fields.ts'

/** An `image` block. */
export function readImage(reader: RequestReader, block: JsonObject, at: string): Part {
  const source = reader.object(block, 'source', at)
  if (!source) return missingSource(reader, block, at)
  const known = readSource(source, 'image/*')
  if (!known) return opaque(block)
  return { kind: 'media', ...known, ...readMarked(block, ['type', 'source']) }
}

/** A `document` block: a PDF, a text, a stored file, or blocks of text the model may cite one by one. */
export function readDocument(reader: RequestReader, block: JsonObject, at: string): Part {
  const source = reader.object(block, 'source', at)
  if (!source) return missingSource(reader, block, at)
  const blocks = source['type'] === 'content' ? readTexts(source['content']) : undefined
  const known = blocks ?? readSource(source, source['type'] === 'url' ? 'application/pdf' : 'application/*')
  if (!known) return opaque(block)
  const title = asString(block['title'])
  const { mediaType, source: from } = known
  return {
    kind: 'media',
    mediaType,
    source: from,
    ...(title !== undefined && { filename: title }),
    ...readMarked(
      block,
      ['type', 'source', ...(title === undefined ? [] : ['title'])],
      blocks && { $chunks: blocks.chunks },
    ),
  }
}

/** A `search_result` block: text the model may cite, with its title and where it is from. */
export function readSearchResult(block: JsonObject): Part {
  const texts = readTexts(block['content'])
  const title = asString(block['title'])
  const isKnown = typeof block['content'] !== 'string' && typeof block['source'] === 'string' && title !== undefined
  if (!texts || !isKnown) return opaque(block)
  const { mediaType, source } = texts
  const marked = readMarked({ ...block, search_result: block['source'] }, ['type', 'title', 'content', 'source'], {
    $chunks: texts.chunks,
  })
  return { kind: 'media', mediaType, source, filename: title, ...marked }
}

type Source = Pick<MediaPart, 'mediaType' | 'source'>

/** The source, or undefined for one with a field or type that this file does not know. */
function readSource(source: JsonObject, wildcard: string): Source | undefined {
  const { type, media_type, data, url, file_id, ...unknown } = source
  if (Object.keys(unknown).length > 0) return undefined
  const mediaType = asString(media_type)
  if (type === 'base64' && typeof data === 'string' && mediaType !== undefined) {
    return { mediaType, source: { from: 'base64', data } }
  }
  if (type === 'text' && typeof data === 'string') {
    return { mediaType: mediaType ?? 'text/plain', source: { from: 'text', text: data } }
  }
  if (type === 'url' && typeof url === 'string') return { mediaType: wildcard, source: { from: 'url', url } }
  if (type === 'file' && typeof file_id === 'string') {
    return { mediaType: wildcard, source: { from: 'file', dialect, id: file_id } }
  }
  return undefined
}

/**
 * A text and how it was cut: a list of lengths, or one number for a plain string. The cuts are where citations may
 * begin and end, so they must come back. Undefined when there is more than plain text in it.
 */
function readTexts(content: unknown): (Source & { readonly chunks: number | readonly number[] }) | undefined {
  if (typeof content === 'string') return { ...plain(content), chunks: content.length }
  const texts: string[] = []
  for (const each of asArray(content) ?? []) {
    const { type, text, ...more } = asObject(each) ?? {}
    if (type !== 'text' || typeof text !== 'string' || Object.keys(more).length > 0) return undefined
    texts.push(text)
  }
  if (!Array.isArray(content)) return undefined
  return { ...plain(texts.join('')), chunks: texts.map((text) => text.length) }
}

function plain(text: string): Source {
  return { mediaType: 'text/plain', source: { from: 'text', text } }
}

function opaque(value: JsonObject): Part {
  return { kind: 'opaque', dialect, value }
}

function missingSource(reader: RequestReader, block: JsonObject, at: string): Part {
  reader.fail(`${at}.source`, `Missing required parameter: '${at}.source'.`)
  return opaque(block)
}

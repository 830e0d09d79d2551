import type { JsonObject } from '../../ir/json.ts'
import type { Citation } from '../../ir/part.ts'
import { asNumber, asString, rest } from '../../ir/read.ts'
import { extend, ownFields } from './own-fields.ts'

/** A citation of any of the five kinds of place: web, search result, and char, page or block of a document. */
export function readCitation(wire: JsonObject): Citation {
  const quote = asString(wire['cited_text'])
  const { source, known } = readSource(wire)
  return { source, ...(quote !== undefined && { quote }), ...extend(rest(wire, 'cited_text', ...known)) }
}

function readSource(wire: JsonObject): { source: Citation['source']; known: readonly string[] } {
  const url = asString(wire['url'])
  if (url !== undefined) return { source: { kind: 'url', url, ...titled(wire['title']) }, known: ['url', 'title'] }
  const place = asString(wire['source'])
  if (place !== undefined && /^https?:/i.test(place)) {
    return { source: { kind: 'url', url: place, ...titled(wire['title']) }, known: ['source', 'title'] }
  }
  const index = asNumber(wire['document_index'])
  if (index === undefined) return { source: { kind: 'other' }, known: [] }
  const source = { kind: 'document', index, ...titled(wire['document_title']) } as const
  return { source, known: ['document_index', 'document_title'] }
}

function titled(title: unknown): { title?: string } {
  return typeof title === 'string' ? { title } : {}
}

/** The citation as this dialect writes it; one from elsewhere gets the nearest kind. */
export function writeCitation(citation: Citation): JsonObject {
  const { source, quote = '', ext } = citation
  const own = ownFields(ext)
  const type = asString(own['type']) ?? foreignType(source)
  const fields = { type, ...foreignPlace(type), ...own, cited_text: quote }
  switch (source.kind) {
    case 'url':
      return {
        ...fields,
        [type === 'search_result_location' ? 'source' : 'url']: source.url,
        title: source.title ?? null,
      }
    case 'document':
      return { ...fields, document_index: source.index, document_title: source.title ?? null }
    case 'other':
      return fields
    default:
      return source satisfies never
  }
}

/** True for a citation the API takes back: it made it, so it can check what it points at. */
export function isCitationEchoable(citation: Citation): boolean {
  const own = ownFields(citation.ext)
  return own['type'] !== undefined && own['encrypted_index'] !== ''
}

function foreignType(source: Citation['source']): string {
  if (source.kind === 'url') return 'web_search_result_location'
  return source.kind === 'document' ? 'char_location' : 'search_result_location'
}

/** Fields the SDKs expect of a place that the source of a foreign citation cannot know. */
function foreignPlace(type: string): JsonObject {
  switch (type) {
    case 'web_search_result_location':
      return { encrypted_index: '' }
    case 'char_location':
      return { start_char_index: 0, end_char_index: 0 }
    case 'search_result_location':
      return { source: '', title: null, search_result_index: 0, start_block_index: 0, end_block_index: 0 }
    default:
      return {}
  }
}

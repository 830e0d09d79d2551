import type { JsonObject } from '../../ir/json.ts'
import type { Citation } from '../../ir/part.ts'
import { asNumber, asObject, asString, rest } from '../../ir/read.ts'
import { extend, ownOf } from './extension.ts'

/** An annotation of a text. Only `url_citation` has words in the language; the others point at stored files. */
export function decodeAnnotation(wire: JsonObject): Citation {
  const url = asString(wire['url'])
  if (wire['type'] !== 'url_citation' || url === undefined) {
    return { source: { kind: 'other' }, ...extend({ annotation: wire }) }
  }
  const title = asString(wire['title'])
  const start = asNumber(wire['start_index'])
  const end = asNumber(wire['end_index'])
  const hasSpan = start !== undefined && end !== undefined
  return {
    source: { kind: 'url', url, ...(title !== undefined && { title }) },
    ...(hasSpan && { span: [start, end] }),
    ...extend(rest(wire, 'type', 'url', 'title', ...(hasSpan ? ['start_index', 'end_index'] : []))),
  }
}

/**
 * The annotation for a citation, or undefined when the dialect has none for it. Clients require numbers for the range:
 * without one it is the whole text of the part, which is what a dialect without ranges means.
 */
export function encodeAnnotation({ source, span, ext }: Citation, textLength: number): JsonObject | undefined {
  const own = ownOf(ext)
  const native = asObject(own?.['annotation'])
  if (native) return native
  if (source.kind === 'other') return undefined
  const [start_index, end_index] = span ?? [0, textLength]
  if (source.kind === 'url') {
    return { type: 'url_citation', start_index, end_index, url: source.url, title: source.title ?? '', ...own }
  }
  return { type: 'file_citation', file_id: '', filename: source.title ?? '', index: end_index }
}

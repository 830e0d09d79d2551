import type { JsonObject } from '../../ir/json.ts'
import type { Citation } from '../../ir/part.ts'
import { asNumber, asObject, asObjects, asString } from '../../ir/read.ts'
import { extend, ownFields } from './own-fields.ts'

/**
 * A citation of any of the five kinds of place: web, search result, and char, page or chunk of a document. The whole of
 * it is kept in the bag: the API takes its own citations back.
 */
export function readCitation(wire: JsonObject): Citation {
  const quote = asObjects(wire['sourceContent'])
    .map(({ text }) => asString(text) ?? '')
    .join('')
  return { source: readSource(wire), ...(quote !== '' && { quote }), ...extend(wire) }
}

function readSource(wire: JsonObject): Citation['source'] {
  const location = asObject(wire['location']) ?? {}
  const title = asString(wire['title'])
  const titled = title === undefined ? {} : { title }
  const url = asString(asObject(location['web'])?.['url']) ?? asString(wire['source'])
  if (url !== undefined && /^https?:/i.test(url)) return { kind: 'url', url, ...titled }
  const place = asObject(location['documentChar'] ?? location['documentPage'] ?? location['documentChunk'])
  const index = asNumber(place?.['documentIndex'])
  return index === undefined ? { kind: 'other' } : { kind: 'document', index, ...titled }
}

/** The citation as the API made it; undefined for one from elsewhere, which it would not take. */
export function writeCitation({ ext }: Citation): JsonObject | undefined {
  const own = ownFields(ext)
  return Object.keys(own).length > 0 ? own : undefined
}

import type { JsonObject } from '../../ir/json.ts'
import type { Citation } from '../../ir/part.ts'
import { asNumber, asObject, asString } from '../../ir/read.ts'
import type { Draft } from './wire.ts'
import { extend, own, sendable, unknownFields } from './wire.ts'

const known = new Set(['url', 'title', 'content', 'start_index', 'end_index', 'type', 'url_citation'])

/**
 * One of `annotations`. A `url_citation` keeps its fields in an object of its own name, or beside its type (Xiaomi,
 * seen 2026-06). `offset` is where the text part begins in the message; spans count from there. Anything that is no
 * address is kept whole.
 */
export function decodeCitation(annotation: JsonObject, offset: number): Citation {
  const nested = asObject(annotation['url_citation'])
  const fields = nested ?? annotation
  const url = asString(fields['url'])
  if (url === undefined) return { source: { kind: 'other' }, ...extend({ $annotation: annotation }) }
  const title = asString(fields['title'])
  const quote = asString(fields['content'])
  const span = decodeSpan(fields, offset)
  const rest: Draft = unknownFields(fields, known)
  if (!nested) rest['$flat'] = true
  return {
    source: { kind: 'url', url, ...(title !== undefined && { title }) },
    ...(quote !== undefined && { quote }),
    ...(span && { span }),
    ...extend(rest),
  }
}

function decodeSpan(fields: JsonObject, offset: number): readonly [number, number] | undefined {
  const start = asNumber(fields['start_index'])
  const end = asNumber(fields['end_index'])
  if (start === undefined || end === undefined || end <= start || start < offset) return undefined
  return [start - offset, end - offset]
}

/** A citation as one of `annotations`; `offset` as in `decodeCitation`. Sources without an address keep their title. */
export function encodeCitation({ source, quote, span, ext }: Citation, offset: number): JsonObject {
  const whole = asObject(own(ext)['$annotation'])
  if (whole) return whole
  const isFlat = own(ext)['$flat'] === true
  const place = isFlat && !span ? undefined : encodeSpan(span, offset)
  const fields: JsonObject = {
    ...sendable(ext),
    url: source.kind === 'url' ? source.url : '',
    title: source.kind === 'other' ? '' : (source.title ?? ''),
    content: quote,
    ...place,
  }
  return isFlat ? { type: 'url_citation', ...fields } : { type: 'url_citation', url_citation: fields }
}

/** Clients expect a range; 0 to 0 is how hosts say they do not know it. */
function encodeSpan(span: Citation['span'], offset: number): JsonObject {
  return { start_index: span ? span[0] + offset : 0, end_index: span ? span[1] + offset : 0 }
}

import type { JsonObject } from '../../ir/json.ts'
import type { Citation } from '../../ir/part.ts'
import { asNumber, asObject, asObjects, asString, rest } from '../../ir/read.ts'
import { extend } from './own-fields.ts'

/** Documents of a request are named by their place, so that a citation of one tells it. */
export function documentId(index: number): string {
  return `doc:${index}`
}

/** One citation for each source of the cited words; the range is in the words of the content block. */
export function readCitations(wire: JsonObject): readonly Citation[] {
  const start = asNumber(wire['start'])
  const end = asNumber(wire['end'])
  const span = start !== undefined && end !== undefined && end >= start ? { span: [start, end] as const } : {}
  const said = rest(wire, 'start', 'end', 'sources', 'content_index', 'type')
  const sources = asObjects(wire['sources'])
  if (sources.length === 0) return [{ source: { kind: 'other' }, ...span, ...extend(said) }]
  return sources.map((source) => ({ source: readSource(source), ...span, ...extend({ ...said, source }) }))
}

/** A document of the request, a page where it names an address, or what a tool gave back. */
function readSource(wire: JsonObject): Citation['source'] {
  const fields = asObject(wire['document']) ?? asObject(wire['tool_output']) ?? {}
  const name = asString(fields['title'])
  const title = name === undefined ? {} : { title: name }
  const url = asString(fields['url'])
  if (url !== undefined) return { kind: 'url', url, ...title }
  const index = /^doc:(\d+)$/.exec(asString(wire['id']) ?? '')?.[1]
  return index === undefined ? { kind: 'other' } : { kind: 'document', index: Number(index), ...title }
}

import type { Json, JsonObject } from '../../ir/json.ts'
import type { Citation } from '../../ir/part.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '../../ir/read.ts'
import { toCharacters } from './byte-spans.ts'
import { given } from './read.ts'

/** One claim of an answer and where it comes from; `start` and `end` are bytes. */
interface Claim {
  readonly start: number
  readonly end: number | undefined
  /** The claim's own words, when told: they find it even where the bytes count from somewhere else. */
  readonly text: string | undefined
  readonly sources: readonly Omit<Citation, 'span'>[]
}

/**
 * The citations in a candidate's `groundingMetadata` and `citationMetadata`, handed out part by part: what an answer
 * says of its sources comes with its last chunk and counts bytes from the beginning of a part.
 */
export class Grounding {
  #claims: Claim[]

  constructor(candidate: JsonObject) {
    this.#claims = [
      ...readSupports(asObject(candidate['groundingMetadata']) ?? {}),
      ...readCitations(asObject(candidate['citationMetadata']) ?? {}),
    ]
  }

  /** Citations of claims that stand in this text; each is handed out once. */
  take(text: string): readonly Citation[] {
    const offsets = this.#claims.flatMap(({ start, end }) => [start, ...(end === undefined ? [] : [end])])
    const characters = toCharacters(text, offsets)
    const found: Citation[] = []
    this.#claims = this.#claims.filter((claim) => {
      const span = findSpan(text, claim, characters)
      if (span) for (const source of claim.sources) found.push({ ...source, span })
      return !span
    })
    return found
  }

  /** What no text had a place for: sources of the answer as a whole. */
  takeRest(): readonly Citation[] {
    const rest = this.#claims.flatMap(({ sources }) => sources)
    this.#claims = []
    return rest
  }
}

function findSpan(
  text: string,
  { start, end, text: words }: Claim,
  characters: ReadonlyMap<number, number>,
): readonly [number, number] | undefined {
  if (end === undefined) return undefined
  const span = [characters.get(start) ?? 0, characters.get(end) ?? 0] as const
  if (words === undefined) return span[0] < span[1] ? span : undefined
  if (text.slice(...span) === words) return span
  const at = words === '' ? -1 : text.indexOf(words)
  return at < 0 ? undefined : [at, at + words.length]
}

/** Chunks that support nothing in particular are sources of the whole answer. */
function readSupports(grounding: JsonObject): readonly Claim[] {
  const chunks = asObjects(grounding['groundingChunks']).map(readChunk)
  const used = new Set<number>()
  const claims = asObjects(grounding['groundingSupports']).map((support): Claim => {
    const segment = asObject(support['segment']) ?? {}
    const indices = (asArray(support['groundingChunkIndices']) ?? []).filter((each) => typeof each === 'number')
    for (const index of indices) used.add(index)
    return {
      start: asNumber(segment['startIndex']) ?? 0,
      end: asNumber(segment['endIndex']),
      text: asString(segment['text']),
      sources: indices.map((index) => chunks[index]).filter((chunk) => chunk !== undefined),
    }
  })
  const unused = chunks.filter((_, index) => !used.has(index))
  return unused.length === 0 ? claims : [...claims, { start: 0, end: undefined, text: undefined, sources: unused }]
}

function readChunk(chunk: JsonObject, index: number): Omit<Citation, 'span'> {
  const page = asObject(chunk['web']) ?? asObject(chunk['maps']) ?? asObject(chunk['image'])
  const retrieved = asObject(chunk['retrievedContext'])
  const place = page ?? retrieved ?? {}
  const title = asString(place['title'])
  const url = asString(place['uri']) ?? asString(place['sourceUri'])
  const more = given({ quote: asString(retrieved?.['text']) })
  if (url !== undefined) return { source: { kind: 'url', url, ...given({ title }) }, ...more }
  if (retrieved) return { source: { kind: 'document', index, ...given({ title }) }, ...more }
  return { source: { kind: 'other' } }
}

/** Texts the model recited: also counted in bytes. */
function readCitations(metadata: JsonObject): readonly Claim[] {
  return asObjects(metadata['citations'] ?? metadata['citationSources']).map((each) => {
    const url = asString(each['uri'])
    const title = asString(each['title'])
    const source: Citation['source'] = url === undefined ? { kind: 'other' } : { kind: 'url', url, ...given({ title }) }
    return {
      start: asNumber(each['startIndex']) ?? 0,
      end: asNumber(each['endIndex']),
      text: undefined,
      sources: [{ source }],
    }
  })
}

/** A list with both halves, for values that come in pieces over the chunks of a stream. */
export function joinLists(earlier: Json | undefined, later: Json | undefined): Json {
  return [...(asArray(earlier) ?? []), ...(asArray(later) ?? [])]
}

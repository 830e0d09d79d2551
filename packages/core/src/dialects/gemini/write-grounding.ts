import type { JsonObject } from '../../ir/json.ts'
import type { Citation } from '../../ir/part.ts'
import { rest } from '../../ir/read.ts'
import { toBytes } from './byte-spans.ts'

/** A text with citations, and which wire part of the answer it is, where that can be told. */
export interface CitedText {
  readonly text: string
  readonly citations: readonly Citation[]
  readonly partIndex: number | undefined
}

/** `groundingMetadata` from citations: each source once, each cited place with its sources, in bytes. */
export function writeGrounding(texts: readonly CitedText[]): JsonObject | undefined {
  const chunks: JsonObject[] = []
  const indices = new Map<string, number>()
  const chunkOf = (citation: Citation): number => {
    const chunk = writeChunk(citation)
    const key = JSON.stringify(chunk)
    const index = indices.get(key) ?? chunks.push(chunk) - 1
    indices.set(key, index)
    return index
  }
  const groundingSupports = texts.flatMap((text) => writeSupports(text, chunkOf))
  return chunks.length > 0 ? rest({ groundingChunks: chunks, groundingSupports }) : undefined
}

function writeSupports(
  { text, citations, partIndex }: CitedText,
  chunkOf: (citation: Citation) => number,
): JsonObject[] {
  const bytes = toBytes(
    text,
    citations.flatMap(({ span }) => span ?? []),
  )
  const supports = new Map<string, { readonly span: readonly [number, number]; readonly chunks: number[] }>()
  for (const citation of citations) {
    const chunk = chunkOf(citation)
    const { span } = citation
    if (!span) continue
    const support = supports.get(span.join()) ?? { span, chunks: [] }
    support.chunks.push(chunk)
    supports.set(span.join(), support)
  }
  return [...supports.values()].map(({ span, chunks }) => ({
    segment:
      rest({
        partIndex: partIndex || undefined,
        startIndex: bytes.get(span[0]) || undefined,
        endIndex: bytes.get(span[1]),
        text: text.slice(...span),
      }) ?? {},
    groundingChunkIndices: chunks,
  }))
}

function writeChunk({ source, quote }: Citation): JsonObject {
  if (source.kind === 'url') return { web: rest({ uri: source.url, title: source.title }) ?? {} }
  const title = source.kind === 'document' ? (source.title ?? `Document ${source.index + 1}`) : undefined
  return { retrievedContext: rest({ title, text: quote }) ?? {} }
}

import type { JsonObject } from '../../ir/json.ts'

/** A document to be put in its place: text, or an object of which some fields count. */
export type RerankDocument = string | JsonObject

/** A client's wish to have documents ordered by how well they answer a query. */
export interface RerankRequest {
  readonly query: string
  readonly documents: readonly RerankDocument[]
  /** How many of the best are wanted; absent: all. */
  readonly topN?: number
  /** Whether the answer repeats the documents. Absent: as the client's API does it. */
  readonly returnsDocuments?: boolean
  /** The fields of a document that count, in order. */
  readonly rankFields?: readonly string[]
  /** Where a document is cut. */
  readonly maxTokensPerDocument?: number
  readonly truncates?: boolean
}

/** The text of a document: its own, its field `text`, or the fields that count as lines of YAML, as Cohere reads them. */
export function textOf(document: RerankDocument, rankFields?: readonly string[]): string {
  if (typeof document === 'string') return document
  const { text } = document
  if (!rankFields && typeof text === 'string') return text
  const names = rankFields ?? Object.keys(document)
  return names.map((name) => `${name}: ${asLine(document[name])}`).join('\n')
}

function asLine(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

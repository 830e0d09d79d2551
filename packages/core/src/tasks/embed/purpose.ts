import type { Lose } from '../../ir/dialect.ts'
import type { EmbedPurpose } from './request.ts'

/** A provider's words for what an embedding is for. */
export type PurposeWords = Readonly<Partial<Record<EmbedPurpose, string>>>

/** https://ai.google.dev/api/embeddings#tasktype (seen 2026-11-21) */
export const geminiWords: PurposeWords = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  similarity: 'SEMANTIC_SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  'code-query': 'CODE_RETRIEVAL_QUERY',
  question: 'QUESTION_ANSWERING',
  fact: 'FACT_VERIFICATION',
}

/** https://docs.cohere.com/reference/embed (seen 2026-11-21) */
export const cohereWords: PurposeWords = {
  query: 'search_query',
  document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  image: 'image',
}

/** https://docs.voyageai.com/reference/embeddings-api (seen 2026-11-21) */
export const voyageWords: PurposeWords = { query: 'query', document: 'document' }

/** https://api.jina.ai/openapi.json (seen 2026-11-21) */
export const jinaWords: PurposeWords = {
  query: 'retrieval.query',
  document: 'retrieval.passage',
  similarity: 'text-matching',
  classification: 'classification',
  clustering: 'separation',
  'code-query': 'code.query',
}

/** https://docs.nvidia.com/nim/nemo-retriever/text-embedding/latest/reference.html (seen 2026-11-21) */
export const nvidiaWords: PurposeWords = { query: 'query', document: 'passage' }

/** https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html (seen 2026-11-21) */
export const novaWords: PurposeWords = {
  query: 'GENERIC_RETRIEVAL',
  document: 'GENERIC_INDEX',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
}

const spoken: readonly PurposeWords[] = [geminiWords, cohereWords, voyageWords, jinaWords, nvidiaWords, novaWords]

/** The purpose that any of the providers calls by this word, in any case; undefined for a word of nobody's. */
export function readPurpose(word: string): EmbedPurpose | undefined {
  return purposeByWord.get(word.toLowerCase())
}

function asPurpose(name: string): EmbedPurpose {
  return purposes.find((each) => each === name) ?? 'document'
}

const purposes: readonly EmbedPurpose[] = [
  'query',
  'document',
  'similarity',
  'classification',
  'clustering',
  'code-query',
  'question',
  'fact',
  'image',
]

const purposeByWord: ReadonlyMap<string, EmbedPurpose> = new Map(
  spoken.flatMap((words) => Object.entries(words)).map(([purpose, word]) => [word.toLowerCase(), asPurpose(purpose)]),
)

/** The nearest purpose where a provider has no word for one: a question is a query after all. */
const nearest: Readonly<Partial<Record<EmbedPurpose, EmbedPurpose>>> = {
  'code-query': 'query',
  question: 'query',
  fact: 'query',
}

/** The provider's word for this purpose; what it has no word for is told to `lose`. */
export function writePurpose(purpose: EmbedPurpose | undefined, words: PurposeWords, lose: Lose): string | undefined {
  if (purpose === undefined) return undefined
  const word = words[purpose]
  if (word !== undefined) return word
  lose({ path: 'purpose', why: `the provider has no word for embeddings meant for '${purpose}'`, value: purpose })
  const near = nearest[purpose]
  return near && words[near]
}

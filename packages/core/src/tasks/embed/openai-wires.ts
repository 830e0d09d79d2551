import type { TaskWire } from '../task.ts'
import type { TaskWireIds } from '../task-id.ts'
import { type EmbedHabits, openaiWire } from './openai-wire.ts'
import { jinaWords, nvidiaWords, voyageWords } from './purpose.ts'
import type { EmbedRequest } from './request.ts'
import type { EmbedResponse } from './response.ts'

const plain = { float: 'float' } as const
const quantised = { float: 'float', int8: 'int8', uint8: 'uint8', binary: 'binary', ubinary: 'ubinary' } as const

/** OpenAI itself and whoever copied it without additions. */
const openai: EmbedHabits = {
  words: 'openai-chat',
  dimensions: 'dimensions',
  type: { field: 'encoding_format', words: plain, isAlwaysSaid: false },
  formats: ['float', 'base64'],
  takesTokens: true,
  takesUser: true,
  takesImages: false,
}

/** https://docs.mistral.ai/api/endpoint/embeddings, and recorded traffic (seen 2026-11-21) */
const mistral: EmbedHabits = {
  ...openai,
  dimensions: 'output_dimension',
  type: { field: 'output_dtype', words: quantised, isAlwaysSaid: false },
  takesTokens: false,
  takesUser: false,
}

/** https://docs.voyageai.com/reference/embeddings-api (seen 2026-11-21) */
const voyage: EmbedHabits = {
  ...mistral,
  words: 'detail',
  purpose: { field: 'input_type', words: voyageWords, isRequired: false },
  formats: ['base64'],
  truncate: { field: 'truncation', as: 'boolean' },
}

/** https://api.jina.ai/openapi.json (seen 2026-11-21) */
const jina: EmbedHabits = {
  ...openai,
  words: 'detail',
  purpose: { field: 'task', words: jinaWords, isRequired: false },
  type: {
    field: 'embedding_type',
    words: { float: 'float', binary: 'binary', ubinary: 'ubinary' },
    isAlwaysSaid: true,
  },
  formats: [],
  truncate: { field: 'truncate', as: 'boolean' },
  takesTokens: false,
  takesUser: false,
  takesImages: true,
}

/** https://docs.nvidia.com/nim/nemo-retriever/text-embedding/latest/reference.html (seen 2026-11-21) */
const nvidia: EmbedHabits = {
  ...openai,
  purpose: { field: 'input_type', words: nvidiaWords, isRequired: true },
  truncate: { field: 'truncate', as: 'word' },
  takesTokens: false,
}

/** Answers in base64 of int8 alone, whatever the number is called. https://docs.perplexity.ai/api-reference/embeddings-post (seen 2026-11-21) */
const perplexity: EmbedHabits = {
  ...openai,
  type: {
    field: 'encoding_format',
    words: { float: 'base64_int8', int8: 'base64_int8', binary: 'base64_binary' },
    isAlwaysSaid: true,
  },
  formats: [],
  packsAs: 'int8',
  takesTokens: false,
  takesUser: false,
}

/** Every wire that asks in OpenAI's way. */
export const openaiWires: Readonly<Record<OpenAiWireId, TaskWire<EmbedRequest, EmbedResponse>>> = {
  'openai-embeddings': openaiWire('openai-embeddings', openai),
  'mistral-embeddings': openaiWire('mistral-embeddings', mistral),
  'voyage-embeddings': openaiWire('voyage-embeddings', voyage),
  'jina-embeddings': openaiWire('jina-embeddings', jina),
  'nim-embeddings': openaiWire('nim-embeddings', nvidia),
  'perplexity-embeddings': openaiWire('perplexity-embeddings', perplexity),
}

type OpenAiWireId = Extract<TaskWireIds['embed'], `${string}-embeddings`>

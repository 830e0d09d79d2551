import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray } from '../../ir/read.ts'
import { badAnswer, cannotCarry, type TaskWire } from '../task.ts'
import { readTexts } from './inputs.ts'
import { isNumbers } from './read-openai-answer.ts'
import type { EmbedRequest } from './request.ts'
import type { EmbedResponse, Vector } from './response.ts'

/**
 * Text Embeddings Inference, and the feature extraction of Hugging Face: `inputs` in, bare lists of numbers out. The
 * server has one model, so none is named. https://huggingface.github.io/text-embeddings-inference (seen 2026-11-21)
 */
export const teiWire: TaskWire<EmbedRequest, EmbedResponse> = {
  id: 'tei-embed',
  words: 'detail',
  path: () => '/embed',
  encodeRequest,
  decodeResponse,
}

function encodeRequest(request: EmbedRequest, _model: string, lose: Lose): Result<JsonObject> {
  const texts = readTexts(request.inputs)
  if (typeof texts === 'number') return cannotCarry('This provider takes text alone.', `input[${texts}]`)
  if (request.types.some((type) => type !== 'float')) {
    return cannotCarry('This provider gives vectors of floats alone.', 'types')
  }
  if (request.user !== undefined) lose({ path: 'user', why: 'the provider takes no user' })
  if (request.purpose !== undefined) lose({ path: 'purpose', why: 'the provider does not ask what embeddings are for' })
  if (request.titles?.some((each) => each !== undefined)) lose({ path: 'title', why: 'the provider takes no titles' })
  return {
    ok: true,
    value: {
      inputs: texts,
      ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
      ...(request.truncate !== undefined && { truncate: request.truncate !== 'none' }),
      ...(request.truncate === 'start' && { truncation_direction: 'left' }),
    },
  }
}

/** A list for each input, or for a single input its numbers alone. */
function decodeResponse(body: Json, { inputs }: EmbedRequest): Result<EmbedResponse> {
  const list = asArray(body)
  if (!list) return badAnswer('is no list')
  if (isNumbers(list)) return { ok: true, value: { vectors: { float: [list] }, usage: undefined } }
  const vectors: Vector[] = []
  for (const [index, each] of list.entries()) {
    const values = asArray(each)
    if (!values || !isNumbers(values)) return badAnswer(`has no vector at ${index}; the model may not pool its tokens`)
    vectors.push(values)
  }
  if (vectors.length !== inputs.length) return badAnswer(`has ${vectors.length} vectors for ${inputs.length} inputs`)
  return { ok: true, value: { vectors: { float: vectors }, usage: undefined } }
}

import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects } from '../../ir/read.ts'
import { inputUsage, sumUsage } from '../sum-usage.ts'
import { badAnswer, cannotCarry, type TaskWire } from '../task.ts'
import { geminiWire, pathOf } from './gemini-wire.ts'
import { readTexts } from './inputs.ts'
import { geminiWords, writePurpose } from './purpose.ts'
import { isNumbers } from './read-openai-answer.ts'
import type { EmbedRequest } from './request.ts'
import type { EmbedResponse, Vector } from './response.ts'

/**
 * Vertex AI: `:predict` for the models that have it, Gemini's `:embedContent` for those that came after, one input at a
 * time. https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api (seen 2026-11-21)
 */
export const vertexWire: TaskWire<EmbedRequest, EmbedResponse> = {
  id: 'vertex-predict',
  words: 'gemini',
  path: (model, request) => (predicts(model) ? `${pathOf(model)}:predict` : geminiWire.path(model, request)),
  maxBatch: (model) => (predicts(model) && !takesOne.has(model) ? 250 : 1),
  encodeRequest: (request, model, lose) =>
    predicts(model) ? encodeRequest(request, lose) : encodeContent(request, model, lose),
  decodeResponse: (body, request) =>
    asObject(body)?.['predictions'] === undefined
      ? geminiWire.decodeResponse(body, request)
      : decodeResponse(body, request),
  relay: (asked) => (predicts(asked.model) ? undefined : geminiWire.relay?.({ ...asked, maxBatch: 0 })),
}

/** The models of the older API; every later one has the newer. */
function predicts(model: string): boolean {
  return /^(?:text-|textembedding-|gemini-embedding-001$)/.test(model)
}

const takesOne: ReadonlySet<string> = new Set(['gemini-embedding-001'])

/** The path names the model, and Vertex refuses another name for it in the body. */
function encodeContent(request: EmbedRequest, model: string, lose: Lose): Result<JsonObject> {
  const encoded = geminiWire.encodeRequest(request, model, lose)
  if (!encoded.ok) return encoded
  const { model: _, ...body } = encoded.value
  return { ok: true, value: body }
}

function encodeRequest(request: EmbedRequest, lose: Lose): Result<JsonObject> {
  const texts = readTexts(request.inputs)
  if (typeof texts === 'number') return cannotCarry('This model takes text alone.', `input[${texts}]`)
  if (request.types.some((type) => type !== 'float')) {
    return cannotCarry('This provider gives vectors of floats alone.', 'types')
  }
  if (request.user !== undefined) lose({ path: 'user', why: 'Vertex AI takes no user' })
  if (request.truncate === 'start') lose({ path: 'truncate', why: 'Vertex AI cuts long inputs at their end' })
  const taskType = writePurpose(request.purpose, geminiWords, lose)
  const parameters = {
    ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }),
    ...(request.truncate !== undefined && { autoTruncate: request.truncate !== 'none' }),
  }
  const instances = texts.map((content, index) => {
    const title = request.titles?.[index]
    return { content, ...(taskType !== undefined && { task_type: taskType }), ...(title !== undefined && { title }) }
  })
  return { ok: true, value: { instances, ...(Object.keys(parameters).length > 0 && { parameters }) } }
}

function decodeResponse(body: Json, { inputs }: EmbedRequest): Result<EmbedResponse> {
  const vectors: Vector[] = []
  const usage: EmbedResponse['usage'][] = []
  for (const [index, prediction] of asObjects(asObject(body)?.['predictions']).entries()) {
    const embeddings = asObject(prediction['embeddings'])
    const values = asArray(embeddings?.['values'])
    if (!values || !isNumbers(values)) return badAnswer(`has no values in predictions[${index}]`)
    vectors.push(values)
    usage.push(inputUsage(asNumber(asObject(embeddings?.['statistics'])?.['token_count'])))
  }
  if (vectors.length !== inputs.length) return badAnswer(`has ${vectors.length} vectors for ${inputs.length} inputs`)
  return { ok: true, value: { vectors: { float: vectors }, usage: sumUsage(usage) } }
}

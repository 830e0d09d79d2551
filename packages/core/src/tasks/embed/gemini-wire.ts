import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects, parseObject } from '../../ir/read.ts'
import { modelSegment } from '../model-path.ts'
import { inputUsage } from '../sum-usage.ts'
import {
  badAnswer,
  cannotCarry,
  type RelayedAnswer,
  type RelayQuestion,
  type TaskRelay,
  type TaskWire,
} from '../task.ts'
import { geminiBatchShape, geminiShape } from './gemini-shape.ts'
import { readDataUrl } from './inputs.ts'
import { geminiWords, writePurpose } from './purpose.ts'
import { isNumbers } from './read-openai-answer.ts'
import type { EmbedInput, EmbedPart, EmbedRequest } from './request.ts'
import type { EmbedResponse, Vector } from './response.ts'

/** `:embedContent` for one input, `:batchEmbedContents` for more. https://ai.google.dev/api/embeddings (seen 2026-11-21) */
export const geminiWire: TaskWire<EmbedRequest, EmbedResponse> = {
  id: 'gemini-embed',
  words: 'gemini',
  path: (model, { inputs }) => `${pathOf(model)}:${inputs.length === 1 ? 'embedContent' : 'batchEmbedContents'}`,
  encodeRequest,
  decodeResponse,
  relay,
}

/** A bare name is a model; `tunedModels/x` is a collection of its own. */
export function pathOf(model: string): string {
  const collection = /^(?:models|tunedModels)\//.exec(model)?.[0] ?? ''
  return `/${collection === '' ? 'models/' : collection}${modelSegment(model.slice(collection.length))}`
}

function encodeRequest(request: EmbedRequest, model: string, lose: Lose): Result<JsonObject> {
  if (request.types.some((type) => type !== 'float') || request.types.length > 1) {
    return cannotCarry('This provider gives vectors of floats alone.', 'types')
  }
  if (request.truncate !== undefined) lose({ path: 'truncate', why: 'Gemini cuts long inputs at their end' })
  if (request.user !== undefined) lose({ path: 'user', why: 'Gemini takes no user' })
  const taskType = writePurpose(request.purpose, geminiWords, lose)
  const requests: JsonObject[] = []
  for (const [index, input] of request.inputs.entries()) {
    const parts = writeParts(input)
    if (!parts) return cannotCarry('Gemini takes no token numbers; send text.', `input[${index}]`)
    const title = request.titles?.[index]
    requests.push({
      model: model.includes('/') ? model : `models/${model}`,
      content: { parts },
      ...(taskType !== undefined && { taskType }),
      ...(title !== undefined && { title }),
      ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }),
    })
  }
  const [only] = requests
  return { ok: true, value: only && requests.length === 1 ? only : { requests } }
}

function writeParts(input: EmbedInput): readonly JsonObject[] | undefined {
  switch (input.kind) {
    case 'text':
    case 'image':
      return [writePart(input)]
    case 'mixed':
      return input.parts.map(writePart)
    case 'tokens':
      return undefined
  }
}

function writePart(part: EmbedPart): JsonObject {
  if (part.kind === 'text') return { text: part.text }
  const data = readDataUrl(part.url)
  return data ? { inlineData: { mimeType: data.mediaType, data: data.base64 } } : { fileData: { fileUri: part.url } }
}

function decodeResponse(body: Json, { inputs }: EmbedRequest): Result<EmbedResponse> {
  const object = asObject(body)
  const one = asObject(object?.['embedding'])
  const list = one ? [one] : asObjects(object?.['embeddings'])
  const vectors: Vector[] = []
  for (const [index, entry] of list.entries()) {
    const values = asArray(entry['values'])
    if (!values || !isNumbers(values)) return badAnswer(`has no values in embeddings[${index}]`)
    vectors.push(values)
  }
  if (vectors.length !== inputs.length) return badAnswer(`has ${vectors.length} vectors for ${inputs.length} inputs`)
  return { ok: true, value: { vectors: { float: vectors }, usage: readUsage(object) } }
}

function readUsage(object: JsonObject | undefined): EmbedResponse['usage'] {
  return inputUsage(asNumber(asObject(object?.['usageMetadata'])?.['promptTokenCount']))
}

function relay({ shape, body, model, maxBatch }: RelayQuestion): TaskRelay | undefined {
  const name = JSON.stringify(model.includes('/') ? model : `models/${model}`)
  if (shape === geminiShape.id) {
    const edits: Record<string, string> = body['model'] === undefined ? {} : { model: name }
    return { path: `${pathOf(model)}:embedContent`, edits, read: readRelayed }
  }
  const requests = asArray(body['requests'])
  if (shape !== geminiBatchShape.id || !requests || requests.length > (maxBatch ?? requests.length)) return undefined
  const named = requests.map((each) => ({ ...asObject(each), model: JSON.parse(name) }))
  return {
    path: `${pathOf(model)}:batchEmbedContents`,
    edits: { requests: JSON.stringify(named) },
    read: readRelayed,
  }
}

function readRelayed(text: string): RelayedAnswer {
  const body = parseObject(text)
  const isOne = asArray(asObject(body?.['embedding'])?.['values']) !== undefined
  const failure = isOne || asArray(body?.['embeddings']) ? undefined : badAnswer("has no 'embedding'").failure
  return { body: text, usage: readUsage(body), finish: null, failure }
}

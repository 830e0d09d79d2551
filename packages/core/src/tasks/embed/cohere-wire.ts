import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asString, parseObject } from '../../ir/read.ts'
import { inputUsage } from '../sum-usage.ts'
import { badAnswer, cannotCarry, type RelayQuestion, type TaskRelay, type TaskWire } from '../task.ts'
import { cohereShape, fitsBatch } from './cohere-shape.ts'
import { cohereWords, writePurpose } from './purpose.ts'
import { readVector } from './read-openai-answer.ts'
import type { EmbedInput, EmbedPart, EmbedRequest } from './request.ts'
import { type EmbedResponse, type Vector, vectorTypes } from './response.ts'

/** Cohere's v2. https://docs.cohere.com/reference/embed (seen 2026-11-21) */
export const cohereWire: TaskWire<EmbedRequest, EmbedResponse> = {
  id: 'cohere-embed',
  words: 'message',
  path: () => '/embed',
  maxBatch: () => 96,
  encodeRequest(request, model, lose) {
    const body = writeCohere(request, lose)
    return body.ok ? { ok: true, value: { model, ...body.value } } : body
  },
  decodeResponse: readCohere,
  relay,
}

/** The body without the model. What an embedding is for must be said; a client that does not say stores documents. */
export function writeCohere(request: EmbedRequest, lose: Lose): Result<JsonObject> {
  const inputs = writeInputs(request.inputs)
  if (typeof inputs === 'number') return cannotCarry('Cohere takes no token numbers; send text.', `input[${inputs}]`)
  if (request.user !== undefined) lose({ path: 'user', why: 'Cohere takes no user' })
  if (request.titles?.some((each) => each !== undefined)) lose({ path: 'title', why: 'Cohere takes no titles' })
  const fallback = request.inputs.every(({ kind }) => kind === 'image') ? 'image' : 'search_document'
  return {
    ok: true,
    value: {
      ...inputs,
      input_type: writePurpose(request.purpose, cohereWords, lose) ?? fallback,
      embedding_types: request.types,
      ...(request.dimensions !== undefined && { output_dimension: request.dimensions }),
      ...(request.truncate !== undefined && { truncate: request.truncate.toUpperCase() }),
    },
  }
}

function writeInputs(inputs: readonly EmbedInput[]): JsonObject | number {
  const texts: string[] = []
  const images: string[] = []
  for (const [index, input] of inputs.entries()) {
    if (input.kind === 'tokens') return index
    if (input.kind === 'text') texts.push(input.text)
    if (input.kind === 'image') images.push(input.url)
  }
  if (texts.length === inputs.length) return { texts }
  if (images.length === inputs.length) return { images }
  return { inputs: inputs.map((input) => ({ content: partsOf(input).map(writePart) })) }
}

function partsOf(input: EmbedInput): readonly EmbedPart[] {
  if (input.kind === 'mixed') return input.parts
  return input.kind === 'tokens' ? [] : [input]
}

function writePart(part: EmbedPart): JsonObject {
  return part.kind === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: part.url } }
}

/** Vectors by type, or the bare list of older models. */
export function readCohere(body: Json, { inputs }: { readonly inputs: readonly EmbedInput[] }): Result<EmbedResponse> {
  const object = asObject(body)
  const bare = asArray(object?.['embeddings'])
  const byType = bare ? { float: bare } : asObject(object?.['embeddings'])
  const vectors: Record<string, readonly Vector[]> = {}
  for (const type of vectorTypes) {
    const list = asArray(byType?.[type])
    const read = list?.map((each) => readVector(each))
    const known = read?.filter((each) => each !== undefined)
    if (!read || !known) continue
    if (known.length !== inputs.length) return badAnswer(`has ${known.length} vectors for ${inputs.length} inputs`)
    vectors[type] = known
  }
  if (Object.keys(vectors).length === 0) return badAnswer("has no 'embeddings'")
  const id = asString(object?.['id'])
  return { ok: true, value: { vectors, usage: readUsage(object), ...(id !== undefined && { id }) } }
}

/** Text and image tokens are billed apart; both went in. */
function readUsage(object: JsonObject | undefined): EmbedResponse['usage'] {
  const billed = asObject(asObject(object?.['meta'])?.['billed_units'])
  const text = asNumber(billed?.['input_tokens'])
  const image = asNumber(billed?.['image_tokens'])
  return inputUsage(text === undefined && image === undefined ? undefined : (text ?? 0) + (image ?? 0))
}

function relay({ shape, body, model, maxBatch }: RelayQuestion): TaskRelay | undefined {
  if (shape !== cohereShape.id || !fitsBatch(body, maxBatch)) return undefined
  return {
    path: '/embed',
    edits: { model: JSON.stringify(model) },
    read(text) {
      const answer = parseObject(text)
      const failure = answer?.['embeddings'] ? undefined : badAnswer("has no 'embeddings'").failure
      return { body: text, usage: readUsage(answer), finish: null, failure }
    },
  }
}

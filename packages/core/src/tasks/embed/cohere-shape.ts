import type { Lose, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString, RequestReader } from '../../ir/read.ts'
import type { AnswerOptions, TaskShape } from '../task.ts'
import { asSize } from './inputs.ts'
import { pack, unpack } from './pack.ts'
import { readPurpose } from './purpose.ts'
import type { EmbedInput, EmbedPart, EmbedRequest, VectorType } from './request.ts'
import { type EmbedResponse, vectorTypes } from './response.ts'

/** `POST /v2/embed`. https://docs.cohere.com/reference/embed (seen 2026-11-21) */
export const cohereShape: TaskShape<EmbedRequest, EmbedResponse> = {
  id: 'cohere-v2-embed',
  words: 'message',
  decodeRequest,
  encodeResponse: (response, options, lose) => writeByType(response, options, { version: '2', lose }),
}

/** `POST /v1/embed`: the same, and bare lists of floats for clients that name no type. */
export const cohereV1Shape: TaskShape<EmbedRequest, EmbedResponse> = {
  id: 'cohere-v1-embed',
  words: 'message',
  decodeRequest,
  encodeResponse(response, options, lose) {
    if (options.request.namesTypes !== false) return writeByType(response, options, { version: '1', lose })
    const { embeddings, response_type: _, ...rest } = writeByType(response, options, { version: '1', lose })
    return { ...rest, embeddings: asObject(embeddings)?.['float'] ?? [], response_type: 'embeddings_floats' }
  },
}

function decodeRequest({ body }: WireRequest, lose: Lose): Result<EmbedRequest> {
  const reader = new RequestReader()
  const inputs = readInputs(body, reader)
  const word = reader.string(body, 'input_type')
  const purpose = word === undefined ? undefined : readPurpose(word)
  if (word !== undefined && !purpose)
    reader.fail('input_type', `'input_type' is not one Cohere knows: ${word.slice(0, 40)}.`)
  const dimensions = reader.count(body, 'output_dimension', 1)
  const truncate = asSize(reader.oneOf(body, 'truncate', ['NONE', 'START', 'END']))
  const named = reader.strings(body, 'embedding_types') ?? []
  const types = readTypes(named, reader)
  if (body['max_tokens'] !== undefined && body['max_tokens'] !== null) {
    lose({ path: 'max_tokens', why: 'the length of an input is not limited elsewhere' })
  }
  return reader.result({
    inputs,
    types: types.length > 0 ? types : ['float'],
    isPacked: named.includes('base64'),
    namesTypes: named.length > 0,
    ...(purpose && { purpose }),
    ...(dimensions !== undefined && { dimensions }),
    ...(truncate && { truncate }),
  })
}

/** `base64` is another spelling of floats, not another type. */
function readTypes(named: readonly string[], reader: RequestReader): readonly VectorType[] {
  const types = new Set<VectorType>()
  for (const name of named) {
    const type = name === 'base64' ? 'float' : vectorTypes.find((each) => each === name)
    if (type) types.add(type)
    else reader.fail('embedding_types', `'embedding_types' holds '${name.slice(0, 40)}', which is none.`)
  }
  return [...types]
}

function readInputs(body: JsonObject, reader: RequestReader): readonly EmbedInput[] {
  const texts = (reader.strings(body, 'texts') ?? []).map((text): EmbedInput => ({ kind: 'text', text }))
  const images = (reader.strings(body, 'images') ?? []).map((url): EmbedInput => ({ kind: 'image', url }))
  const mixed = reader.objects(body, 'inputs').map(({ value, at }) => readMixed(value, at, reader))
  const all = [...texts, ...images, ...mixed]
  if (all.length === 0) reader.fail('texts', "One of 'texts', 'images' and 'inputs' must be a list that is not empty.")
  return all
}

function readMixed(input: JsonObject, at: string, reader: RequestReader): EmbedInput {
  const parts: EmbedPart[] = []
  for (const part of reader.objects(input, 'content', at)) {
    const text = asString(part.value['text'])
    const image = asObject(part.value['image_url'])
    const url = asString(image?.['url'])
    if (text !== undefined) parts.push({ kind: 'text', text })
    else if (url !== undefined) parts.push({ kind: 'image', url })
    else reader.fail(part.at, `'${part.at}' must hold 'text' or 'image_url'.`)
  }
  const [only] = parts
  return only && parts.length === 1 ? only : { kind: 'mixed', parts }
}

function writeByType(
  response: EmbedResponse,
  { request, context }: AnswerOptions<EmbedRequest>,
  { version, lose }: { readonly version: string; readonly lose: Lose },
): JsonObject {
  const embeddings: Record<string, Json> = {}
  for (const type of request.types) {
    const vectors = response.vectors[type]
    if (!vectors) lose({ path: `embeddings.${type}`, why: 'the provider gave no vectors of this type' })
    else if (type === 'float' && request.isPacked) embeddings['base64'] = vectors.map((each) => pack(each, type))
    else embeddings[type] = vectors.map((each) => unpack(each, type) ?? [])
  }
  const input = response.usage?.input
  return {
    id: response.id ?? context.newId('embd-'),
    embeddings,
    texts: request.inputs.flatMap((each) => (each.kind === 'text' ? [each.text] : [])),
    meta: {
      api_version: { version },
      ...(input !== undefined && { billed_units: { input_tokens: input } }),
    },
    response_type: 'embeddings_by_type',
  }
}

/** Whether a body asks for no more than this many vectors. */
export function fitsBatch(body: JsonObject, maxBatch: number | undefined): boolean {
  if (maxBatch === undefined) return true
  const counts = ['texts', 'images', 'inputs'].map((key) => asArray(body[key])?.length ?? 0)
  return counts.reduce((sum, each) => sum + each, 0) <= maxBatch
}

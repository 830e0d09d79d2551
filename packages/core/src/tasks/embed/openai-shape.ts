import type { Lose, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString, RequestReader } from '../../ir/read.ts'
import type { AnswerOptions, TaskShape } from '../task.ts'
import { asSize, asTokens } from './inputs.ts'
import { pack, unpack } from './pack.ts'
import { readPurpose } from './purpose.ts'
import type { EmbedInput, EmbedPart, EmbedRequest, VectorType } from './request.ts'
import { type EmbedResponse, type Vector, vectorTypes } from './response.ts'

/**
 * `POST /v1/embeddings` as OpenAI has it, with the fields that Voyage, Jina, Mistral and NVIDIA added at the same path.
 * https://platform.openai.com/docs/api-reference/embeddings/create (seen 2026-11-21)
 */
export const openaiShape: TaskShape<EmbedRequest, EmbedResponse> = {
  id: 'openai-embeddings',
  words: 'openai-chat',
  decodeRequest,
  encodeResponse,
}

/** Every field that some host of this family gives a meaning; another host of it may refuse them. */
export const familyFields: ReadonlySet<string> = new Set([
  ...['model', 'input', 'encoding_format', 'dimensions', 'user'],
  ...['input_type', 'truncation', 'output_dimension', 'output_dtype'],
  ...['task', 'embedding_type', 'normalized', 'late_chunking', 'truncate'],
])

function decodeRequest({ body }: WireRequest, lose: Lose): Result<EmbedRequest> {
  const reader = new RequestReader()
  const inputs = readInputs(body, reader)
  const dimensions = reader.count(body, 'dimensions', 1) ?? reader.count(body, 'output_dimension', 1)
  const types = readTypes(body, reader)
  const isPacked = readPacking(body, reader)
  const purpose = readWord(body, reader, lose)
  const truncate = readTruncate(body, reader)
  const user = reader.string(body, 'user')
  for (const key of ['normalized', 'late_chunking']) {
    if (body[key] === true) lose({ path: key, why: 'the provider has no such field' })
  }
  for (const [key, value] of Object.entries(body)) {
    if (!familyFields.has(key) && value !== null)
      lose({ path: key, why: 'not a field of any embeddings API known here' })
  }
  return reader.result({
    inputs,
    types,
    isPacked,
    ...(dimensions !== undefined && { dimensions }),
    ...(purpose !== undefined && { purpose }),
    ...(truncate !== undefined && { truncate }),
    ...(user !== undefined && { user }),
  })
}

/** A string, a list of strings, the numbers of tokens, several lists of those, or Jina's objects with text or image. */
function readInputs(body: JsonObject, reader: RequestReader): readonly EmbedInput[] {
  const { input } = body
  if (input === undefined || input === null) {
    reader.fail('input', "Missing required parameter: 'input'.")
    return []
  }
  const only = asString(input)
  if (only !== undefined) return [{ kind: 'text', text: only }]
  const list = asArray(input)
  const tokens = list && list.length > 0 ? asTokens(list) : undefined
  if (tokens) return [{ kind: 'tokens', tokens }]
  if (!list || list.length === 0) reader.fail('input', "'input' must be a string or a list that is not empty.")
  return (list ?? []).map((value, index) => readInput(value, `input[${index}]`, reader))
}

function readInput(value: Json, at: string, reader: RequestReader): EmbedInput {
  const text = asString(value) ?? asString(asObject(value)?.['text'])
  if (text !== undefined) return { kind: 'text', text }
  const tokens = asTokens(asArray(value))
  if (tokens && tokens.length > 0) return { kind: 'tokens', tokens }
  const content = asObject(value)?.['content']
  if (asArray(content)) return readMixed(content ?? null, `${at}.content`, reader)
  const image = asString(asObject(value)?.['image'])
  if (image !== undefined) return { kind: 'image', url: asImageUrl(image) }
  reader.fail(at, `'${at}' must be a string, a list of token numbers, or an object with 'text' or 'image'.`)
  return { kind: 'text', text: '' }
}

/** OpenRouter takes the parts of a message. https://openrouter.ai/docs/api/reference/embeddings (seen 2026-11-21) */
function readMixed(content: Json, at: string, reader: RequestReader): EmbedInput {
  const parts: EmbedPart[] = []
  for (const [index, part] of (asArray(content) ?? []).entries()) {
    const text = asString(asObject(part)?.['text'])
    const url = asString(asObject(asObject(part)?.['image_url'])?.['url'])
    if (text !== undefined) parts.push({ kind: 'text', text })
    else if (url !== undefined) parts.push({ kind: 'image', url })
    else reader.fail(`${at}[${index}]`, `'${at}[${index}]' must hold 'text' or 'image_url'.`)
  }
  const [only] = parts
  return only && parts.length === 1 ? only : { kind: 'mixed', parts }
}

/** Jina takes an address or bare base64. */
function asImageUrl(image: string): string {
  return /^(?:https?|data):/i.test(image) ? image : `data:image/png;base64,${image}`
}

function readTypes(body: JsonObject, reader: RequestReader): readonly VectorType[] {
  const named = reader.oneOf(body, 'output_dtype', vectorTypes)
  if (named) return [named]
  const asked = asArray(body['embedding_type']) ?? [body['embedding_type'] ?? null]
  const words = asked.filter((each) => each !== null && each !== 'base64')
  const types = words.map((word) => vectorTypes.find((type) => type === word))
  if (types.includes(undefined)) {
    reader.fail('embedding_type', `'embedding_type' must be one of ${vectorTypes.join(', ')}, base64.`)
  }
  const known = types.filter((type) => type !== undefined)
  return known.length > 0 ? known : ['float']
}

function readPacking(body: JsonObject, reader: RequestReader): boolean {
  const format = reader.oneOf(body, 'encoding_format', ['float', 'base64'])
  return format === 'base64' || [body['embedding_type']].flat().includes('base64')
}

function readWord(body: JsonObject, reader: RequestReader, lose: Lose): EmbedRequest['purpose'] {
  const field = typeof body['task'] === 'string' ? 'task' : 'input_type'
  const word = reader.string(body, field)
  const purpose = word === undefined ? undefined : readPurpose(word)
  if (word !== undefined && purpose === undefined) {
    lose({ path: field, why: `'${word.slice(0, 40)}' is no purpose another provider knows` })
  }
  return purpose
}

function readTruncate(body: JsonObject, reader: RequestReader): EmbedRequest['truncate'] {
  if (typeof body['truncate'] === 'string') {
    return asSize(reader.oneOf(body, 'truncate', ['NONE', 'START', 'END', 'none', 'start', 'end']))
  }
  const wish = reader.boolean(body, 'truncation') ?? reader.boolean(body, 'truncate')
  if (wish === undefined) return undefined
  return wish ? 'end' : 'none'
}

function encodeResponse(
  response: EmbedResponse,
  { request, model }: AnswerOptions<EmbedRequest>,
  lose: Lose,
): JsonObject {
  const [type = 'float', ...others] = request.types.filter((each) => response.vectors[each])
  for (const each of others) lose({ path: 'embedding_type', why: `one vector is told, and no second one as ${each}` })
  const vectors = response.vectors[type] ?? []
  const input = response.usage?.input
  if (input === undefined) lose({ path: 'usage', why: 'the provider does not tell how many tokens it read' })
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: writeVector(vector, type, request.isPacked),
    })),
    model: response.model ?? model,
    usage: { prompt_tokens: input ?? 0, total_tokens: input ?? 0 },
  }
}

function writeVector(vector: Vector, type: VectorType, isPacked: boolean): Json {
  return isPacked ? pack(vector, type) : (unpack(vector, type) ?? [])
}

import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects } from '../../ir/read.ts'
import { modelSegment } from '../model-path.ts'
import { inputUsage } from '../sum-usage.ts'
import { badAnswer, cannotCarry, type TaskWire } from '../task.ts'
import { readCohere, writeCohere } from './cohere-wire.ts'
import { readDataUrl, readTexts } from './inputs.ts'
import { novaWords, writePurpose } from './purpose.ts'
import { isNumbers } from './read-openai-answer.ts'
import type { EmbedInput, EmbedRequest } from './request.ts'
import type { EmbedResponse } from './response.ts'

/**
 * Bedrock's InvokeModel, whose body is that of the model's maker: Amazon Titan, Amazon Nova, Cohere.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html (seen 2026-11-21)
 */
export const bedrockWire: TaskWire<EmbedRequest, EmbedResponse> = {
  id: 'bedrock-invoke',
  words: 'message',
  path: (model) => `/model/${modelSegment(model)}/invoke`,
  maxBatch: (model) => (makerOf(model) === 'cohere' ? 96 : 1),
  encodeRequest: (request, model, lose) => bodies[makerOf(model)](request, model, lose),
  decodeResponse,
}

type Maker = 'cohere' | 'titan' | 'titan-image' | 'nova'

/** Ids begin with the maker, behind the region of a cross-region profile if there is one. */
function makerOf(model: string): Maker {
  if (/(?:^|[./])cohere\./.test(model)) return 'cohere'
  if (/(?:^|[./])amazon\.nova/.test(model)) return 'nova'
  return /(?:^|[./])amazon\.titan-embed-image/.test(model) ? 'titan-image' : 'titan'
}

type WriteBody = (request: EmbedRequest, model: string, lose: Lose) => Result<JsonObject>

const bodies: Readonly<Record<Maker, WriteBody>> = {
  cohere: (request, _, lose) => writeCohere(request, lose),
  titan: writeTitan,
  'titan-image': writeTitanImage,
  nova: writeNova,
}

function writeTitan(request: EmbedRequest, model: string, lose: Lose): Result<JsonObject> {
  const texts = readTexts(request.inputs)
  if (typeof texts === 'number') return cannotCarry('Titan takes text alone.', `input[${texts}]`)
  const isFirst = model.includes('titan-embed-text-v1') || model.includes('titan-embed-g1')
  const wanted = request.types.filter((type) => type !== 'float' && type !== 'binary')
  if (wanted.length > 0) return cannotCarry(`Titan gives no vectors of '${wanted[0]}'.`, 'types')
  loseCommon(request, lose)
  if (request.purpose !== undefined) lose({ path: 'purpose', why: 'Titan does not ask what embeddings are for' })
  if (isFirst && request.dimensions !== undefined) lose({ path: 'dimensions', why: 'this model has one size only' })
  return {
    ok: true,
    value: {
      inputText: texts[0] ?? '',
      ...(!isFirst && request.dimensions !== undefined && { dimensions: request.dimensions }),
      ...(!isFirst && request.types.includes('binary') && { embeddingTypes: request.types }),
    },
  }
}

function writeTitanImage(request: EmbedRequest, _model: string, lose: Lose): Result<JsonObject> {
  loseCommon(request, lose)
  if (request.purpose !== undefined) lose({ path: 'purpose', why: 'Titan does not ask what embeddings are for' })
  const { text, image } = textAndImage(request.inputs[0])
  if (text === undefined && image === undefined)
    return cannotCarry('Titan takes text and an image of base64.', 'input[0]')
  return {
    ok: true,
    value: {
      ...(text !== undefined && { inputText: text }),
      ...(image !== undefined && { inputImage: image.base64 }),
      ...(request.dimensions !== undefined && { embeddingConfig: { outputEmbeddingLength: request.dimensions } }),
    },
  }
}

/** https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html (seen 2026-11-21) */
function writeNova(request: EmbedRequest, _model: string, lose: Lose): Result<JsonObject> {
  const { truncate, ...wishes } = request
  loseCommon(wishes, lose)
  const { text, image } = textAndImage(request.inputs[0])
  if ((text === undefined) === (image === undefined)) {
    return cannotCarry('Nova takes a text or an image of base64 at a time.', 'input[0]')
  }
  const truncationMode = (truncate ?? 'end').toUpperCase()
  return {
    ok: true,
    value: {
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: writePurpose(request.purpose, novaWords, lose) ?? 'GENERIC_INDEX',
        ...(request.dimensions !== undefined && { embeddingDimension: request.dimensions }),
        ...(text !== undefined && { text: { truncationMode, value: text } }),
        ...(image && { image: { format: image.mediaType.replace(/^image\//, ''), source: { bytes: image.base64 } } }),
      },
    },
  }
}

function textAndImage(input: EmbedInput | undefined): {
  readonly text: string | undefined
  readonly image: ReturnType<typeof readDataUrl>
} {
  const parts = input?.kind === 'mixed' ? input.parts : input && input.kind !== 'tokens' ? [input] : []
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
  const url = parts.find((part) => part.kind === 'image')?.url
  return {
    text: texts.length > 0 ? texts.join('\n') : undefined,
    image: url === undefined ? undefined : readDataUrl(url),
  }
}

function loseCommon({ user, truncate, titles }: Partial<EmbedRequest>, lose: Lose): void {
  if (user !== undefined) lose({ path: 'user', why: 'Bedrock takes no user' })
  if (truncate !== undefined) lose({ path: 'truncate', why: 'the model deals with long inputs in its own way' })
  if (titles?.some((each) => each !== undefined)) lose({ path: 'title', why: 'the model takes no titles' })
}

/** Titan says `embedding`, Nova a list of objects, Cohere lists by type: each answer tells whose it is. */
function decodeResponse(body: Json, request: EmbedRequest): Result<EmbedResponse> {
  const object = asObject(body)
  const titan = asArray(object?.['embedding'])
  const [nova] = asObjects(object?.['embeddings'])
  const values = titan ?? asArray(nova?.['embedding'])
  if (!values) return readCohere(body, request)
  if (!isNumbers(values)) return badAnswer("has no numbers in 'embedding'")
  const binary = asArray(asObject(object?.['embeddingsByType'])?.['binary'])
  const usage = inputUsage(asNumber(object?.['inputTextTokenCount']))
  const vectors = { float: [values], ...(binary && isNumbers(binary) && { binary: [binary] }) }
  return { ok: true, value: { vectors, usage } }
}

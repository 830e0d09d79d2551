import type { Lose, WireRequest } from '../../ir/dialect.ts'
import { invalidRequest, type Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject, asString, RequestReader } from '../../ir/read.ts'
import type { AnswerOptions, TaskShape } from '../task.ts'
import { unpack } from './pack.ts'
import { readPurpose } from './purpose.ts'
import type { EmbedInput, EmbedPart, EmbedPurpose, EmbedRequest } from './request.ts'
import type { EmbedResponse } from './response.ts'

/** `:embedContent`: one content. https://ai.google.dev/api/embeddings (seen 2026-11-21) */
export const geminiShape: TaskShape<EmbedRequest, EmbedResponse> = {
  id: 'gemini-embed',
  words: 'gemini',
  decodeRequest({ body }, lose) {
    const reader = new RequestReader()
    const one = readOne(body, '', { reader, lose })
    return reader.result(asRequest([one]))
  },
  encodeResponse(response, options, lose) {
    const [embedding = { values: [] }] = writeEmbeddings(response, options, lose)
    return { embedding, ...writeUsage(response) }
  },
}

/** `:batchEmbedContents`: a list of the same. What one asks of its vector, all must ask. */
export const geminiBatchShape: TaskShape<EmbedRequest, EmbedResponse> = {
  id: 'gemini-batch-embed',
  words: 'gemini',
  decodeRequest,
  encodeResponse: (response, options, lose) => ({
    embeddings: writeEmbeddings(response, options, lose),
    ...writeUsage(response),
  }),
}

interface One {
  readonly input: EmbedInput
  readonly title: string | undefined
  readonly purpose: EmbedPurpose | undefined
  readonly dimensions: number | undefined
}

interface Reading {
  readonly reader: RequestReader
  readonly lose: Lose
}

function decodeRequest({ body }: WireRequest, lose: Lose): Result<EmbedRequest> {
  const reader = new RequestReader()
  const entries = reader.objects(body, 'requests')
  if (entries.length === 0) reader.fail('requests', "'requests' must be a list that is not empty.")
  const all = entries.map(({ value, at }) => readOne(value, at, { reader, lose }))
  const [first] = all
  for (const [index, each] of all.entries()) {
    const isAlike = each.purpose === first?.purpose && each.dimensions === first?.dimensions
    if (!isAlike) return differs(index)
  }
  return reader.result(asRequest(all))
}

function differs(index: number): Result<never> {
  const at = `requests[${index}]`
  const refused = invalidRequest(`'${at}' asks for another task type or size than the first; send them apart.`, at)
  return { ok: false, failure: { ...refused.failure, kind: 'unsupported', retry: 'other-target' } }
}

function asRequest(all: readonly One[]): EmbedRequest {
  const [first] = all
  const hasTitles = all.some((each) => each.title !== undefined)
  return {
    inputs: all.map((each) => each.input),
    types: ['float'],
    isPacked: false,
    ...(hasTitles && { titles: all.map((each) => each.title) }),
    ...(first?.purpose !== undefined && { purpose: first.purpose }),
    ...(first?.dimensions !== undefined && { dimensions: first.dimensions }),
  }
}

/** Google takes its own fields in either spelling, at the top or, since gemini-embedding-2, in a config. */
function readOne(body: JsonObject, at: string, { reader, lose }: Reading): One {
  const config = camelKeys(asObject(body['embedContentConfig']) ?? asObject(body['embed_content_config']) ?? {})
  const fields = { ...config, ...camelKeys(body) }
  const word = reader.string(fields, 'taskType', at)
  const purpose = word === undefined ? undefined : readPurpose(word)
  const isSaid = word !== undefined && word !== 'TASK_TYPE_UNSPECIFIED'
  if (isSaid && purpose === undefined) {
    reader.fail(join(at, 'taskType'), `'${join(at, 'taskType')}' is no task type: ${word.slice(0, 40)}.`)
  }
  for (const key of Object.keys(fields)) {
    if (!fieldNames.has(key)) lose({ path: join(at, key), why: 'not a field of any embeddings API known here' })
  }
  return {
    input: readContent(fields['content'], join(at, 'content'), reader),
    title: reader.string(fields, 'title', at),
    purpose,
    dimensions: reader.count(fields, 'outputDimensionality', 1, at),
  }
}

const fieldNames: ReadonlySet<string> = new Set([
  ...['model', 'content', 'title', 'taskType', 'outputDimensionality', 'embedContentConfig', 'autoTruncate'],
])

function readContent(value: Json | undefined, at: string, reader: RequestReader): EmbedInput {
  const content = asObject(value)
  const list = content && reader.objects(content, 'parts', at)
  const parts = (list ?? []).map((part) => readPart(camelKeys(part.value)))
  const known = parts.filter((part) => part !== undefined)
  if (known.length === 0 || known.length < parts.length) {
    reader.fail(`${at}.parts`, `'${at}.parts' must hold text or images, and at least one.`)
  }
  const [only] = known
  if (only?.kind === 'image' && known.length === 1) return only
  const texts = known.map((part) => (part.kind === 'text' ? part.text : undefined))
  if (texts.every((text) => text !== undefined)) return { kind: 'text', text: texts.join('') }
  return { kind: 'mixed', parts: known }
}

function readPart(part: JsonObject): EmbedPart | undefined {
  const text = asString(part['text'])
  if (text !== undefined) return { kind: 'text', text }
  const inline = camelKeys(asObject(part['inlineData']) ?? {})
  const data = asString(inline['data'])
  if (data !== undefined)
    return { kind: 'image', url: `data:${asString(inline['mimeType']) ?? 'image/png'};base64,${data}` }
  const url = asString(camelKeys(asObject(part['fileData']) ?? {})['fileUri'])
  return url === undefined ? undefined : { kind: 'image', url }
}

function writeEmbeddings(
  { vectors }: EmbedResponse,
  { request }: AnswerOptions<EmbedRequest>,
  lose: Lose,
): readonly JsonObject[] {
  const [type = 'float'] = request.types
  return (vectors[type] ?? []).map((vector, index) => {
    const values = unpack(vector, type)
    if (!values) lose({ path: `embeddings[${index}]`, why: 'the provider sent no numbers' })
    return { values: values ?? [] }
  })
}

function writeUsage({ usage }: EmbedResponse): JsonObject {
  if (usage?.input === undefined) return {}
  return { usageMetadata: { promptTokenCount: usage.input, totalTokenCount: usage.input } }
}

function camelKeys(object: JsonObject): JsonObject {
  const camel: Record<string, Json | undefined> = {}
  for (const [key, value] of Object.entries(object)) {
    camel[key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value
  }
  return camel
}

function join(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`
}

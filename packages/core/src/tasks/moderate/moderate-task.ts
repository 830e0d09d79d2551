import type { Lose, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asBoolean, asNumber, asObject, asString, parseObject, RequestReader, rest } from '../../ir/read.ts'
import { inputUsage } from '../sum-usage.ts'
import {
  badAnswer,
  cannotCarry,
  type RelayQuestion,
  type Task,
  type TaskRelay,
  type TaskShape,
  type TaskWire,
} from '../task.ts'
import type { TaskWireIds } from '../task-id.ts'
import {
  joinModerate,
  type ModeratePart,
  type ModerateRequest,
  type ModerateResponse,
  readFlags,
  readScores,
  splitModerate,
  type Verdict,
} from './moderate.ts'

/** `POST /v1/moderations`, of OpenAI and of Mistral. https://platform.openai.com/docs/api-reference/moderations (seen 2026-11-21) */
const shape: TaskShape<ModerateRequest, ModerateResponse> = {
  id: 'openai-moderations',
  words: 'openai-chat',
  decodeRequest,
  encodeResponse: (response, { context, model }) => ({
    id: response.id ?? context.newId('modr-'),
    model: response.model ?? model,
    results: response.verdicts.map(({ isFlagged, categories, scores, rest: more }) => ({
      ...more,
      flagged: isFlagged,
      categories,
      category_scores: scores,
    })),
  }),
}

const openai: TaskWire<ModerateRequest, ModerateResponse> = {
  id: 'openai-moderations',
  words: 'openai-chat',
  path: () => '/moderations',
  encodeRequest: ({ inputs }, model) => ({ ok: true, value: { model, input: writeInputs(inputs) } }),
  decodeResponse,
  relay: (asked) => relay(asked),
}

/** Text alone, and no `flagged`: it is true when any category is. https://docs.mistral.ai/api/endpoint/classifiers (seen 2026-11-21) */
const mistral: TaskWire<ModerateRequest, ModerateResponse> = {
  id: 'mistral-moderations',
  words: 'openai-chat',
  path: () => '/moderations',
  encodeRequest(request, model) {
    const texts: string[] = []
    for (const [index, parts] of request.inputs.entries()) {
      // What is left out would go unjudged, so this is no loss to be told but a refusal.
      if (parts.some(({ kind }) => kind === 'image'))
        return cannotCarry('Mistral judges text alone.', `input[${index}]`)
      texts.push(parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n'))
    }
    return { ok: true, value: { model, input: texts } }
  },
  decodeResponse,
}

const wires: Readonly<Record<TaskWireIds['moderate'], TaskWire<ModerateRequest, ModerateResponse>>> = {
  'openai-moderations': openai,
  'mistral-moderations': mistral,
}

/** Verdicts on what people or models wrote. */
export const moderateTask: Task<ModerateRequest, ModerateResponse> = {
  id: 'moderate',
  shapes: { 'openai-moderations': shape },
  wires,
  split: splitModerate,
  join: joinModerate,
  usageOf: ({ usage }) => usage,
}

function decodeRequest({ body }: WireRequest, _lose: Lose): Result<ModerateRequest> {
  const reader = new RequestReader()
  const { input } = body
  const text = asString(input)
  if (text !== undefined) return { ok: true, value: { inputs: [[{ kind: 'text', text }]] } }
  const list = asArray(input)
  if (input === undefined || input === null) reader.fail('input', "Missing required parameter: 'input'.")
  else if (!list || list.length === 0) reader.fail('input', "'input' must be a string or a list that is not empty.")
  const parts = (list ?? []).map((each, index) => readPart(each, `input[${index}]`, reader))
  // Objects are the parts of one input, strings an input each.
  const isOne = parts.length > 0 && list?.every((each) => typeof each === 'object')
  return reader.result({ inputs: isOne ? [parts] : parts.map((part) => [part]) })
}

function readPart(value: Json, at: string, reader: RequestReader): ModeratePart {
  const object = asObject(value)
  const text = asString(value) ?? asString(object?.['text'])
  if (text !== undefined) return { kind: 'text', text }
  const url = asString(asObject(object?.['image_url'])?.['url'])
  if (url !== undefined) return { kind: 'image', url }
  reader.fail(at, `'${at}' must be a string, or an object with 'text' or 'image_url'.`)
  return { kind: 'text', text: '' }
}

function writeInputs(inputs: readonly (readonly ModeratePart[])[]): Json {
  const [only] = inputs
  if (only && inputs.length === 1 && only.length > 1) return only.map(writePart)
  if (only && only[0]?.kind === 'image') return only.map(writePart)
  return inputs.map((parts) => parts.map((part) => (part.kind === 'text' ? part.text : part.url)).join('\n'))
}

function writePart(part: ModeratePart): JsonObject {
  return part.kind === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: part.url } }
}

function decodeResponse(body: Json, { inputs }: ModerateRequest): Result<ModerateResponse> {
  const object = asObject(body)
  const results = asArray(object?.['results'])
  if (!object || !results) return badAnswer("has no 'results'")
  if (results.length !== inputs.length) return badAnswer(`has ${results.length} verdicts on ${inputs.length} inputs`)
  const id = asString(object['id'])
  const model = asString(object['model'])
  return {
    ok: true,
    value: {
      verdicts: results.map(readVerdict),
      usage: readUsage(object),
      ...(id !== undefined && { id }),
      ...(model !== undefined && { model }),
    },
  }
}

function readVerdict(value: Json): Verdict {
  const result = asObject(value) ?? {}
  const categories = readFlags(asObject(result['categories']) ?? {})
  return {
    isFlagged: asBoolean(result['flagged']) ?? Object.values(categories).includes(true),
    categories,
    scores: readScores(asObject(result['category_scores']) ?? {}),
    rest: rest(result, 'flagged', 'categories', 'category_scores') ?? {},
  }
}

function readUsage(object: JsonObject): ModerateResponse['usage'] {
  return inputUsage(asNumber(asObject(object['usage'])?.['prompt_tokens']))
}

function relay({ body, model, maxBatch }: RelayQuestion): TaskRelay | undefined {
  const count = asArray(body['input'])?.length ?? 1
  if (maxBatch !== undefined && count > maxBatch) return undefined
  return {
    path: '/moderations',
    edits: { model: JSON.stringify(model) },
    read(text) {
      const answer = parseObject(text)
      const failure = asArray(answer?.['results']) ? undefined : badAnswer("has no 'results'").failure
      return { body: text, usage: answer && readUsage(answer), finish: null, failure }
    },
  }
}

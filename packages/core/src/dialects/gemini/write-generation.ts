import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject, rest } from '../../ir/read.ts'
import type { OutputFormat, Reasoning, ReasoningEffort } from '../../ir/request.ts'
import { note, ownFields } from './own-fields.ts'
import { toOpenApi } from './to-open-api.ts'
import type { Writing } from './write-tools.ts'

/** `generationConfig`; undefined when nothing is asked for. */
export function writeGeneration(writing: Writing): JsonObject | undefined {
  const { request } = writing
  const own = asObject(ownFields(request.ext)['generationConfig']) ?? {}
  const { modalities, logprobs } = request
  return rest({
    ...own,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    seed: request.seed,
    candidateCount: request.choices,
    maxOutputTokens: request.maxOutputTokens,
    ...(request.stop.length > 0 && { stopSequences: request.stop }),
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    ...(modalities && { responseModalities: modalities.map((each) => each.toUpperCase()) }),
    ...(logprobs && { responseLogprobs: true, ...(logprobs.top > 0 && { logprobs: logprobs.top }) }),
    ...writeFormat(request.format, writing),
    ...writeThinking(request.reasoning, own, writing),
    ...writeSpeech(own, writing),
  })
}

function writeFormat(format: OutputFormat | undefined, { request, quirks, lose }: Writing): JsonObject {
  switch (format?.kind) {
    case undefined:
      return {}
    case 'text':
      return { responseMimeType: 'text/plain' }
    case 'json':
      return { responseMimeType: 'application/json' }
    case 'json-schema': {
      const responseMimeType = 'application/json'
      const original = asObject(note(request.ext, '$responseSchema'))
      if (original) return { responseMimeType, responseSchema: original }
      if (quirks.schemas === 'json-schema') return { responseMimeType, responseJsonSchema: withoutConst(format.schema) }
      return { responseMimeType, responseSchema: toOpenApi(format.schema, 'format.schema', lose) }
    }
    default:
      return format satisfies never
  }
}

/**
 * `responseJsonSchema` takes any JSON Schema but for `const`, which an `enum` of one says as well.
 * https://ai.google.dev/gemini-api/docs/structured-output (seen 2026-11-20)
 */
function withoutConst(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).map(([key, value]): readonly [string, Json | undefined] => {
    if (key === 'const') return ['enum', value === undefined ? undefined : [value]]
    if (names.includes(key)) return [key, mapValues(asObject(value) ?? {})]
    if (lists.includes(key) && Array.isArray(value)) return [key, value.map(inner)]
    return single.includes(key) ? [key, inner(value ?? null)] : [key, value]
  })
  return Object.fromEntries(entries)
}

const names = ['properties', '$defs', 'definitions']
const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const single = ['items', 'additionalProperties']

function inner(value: Json): Json {
  const schema = asObject(value)
  return schema ? withoutConst(schema) : value
}

function mapValues(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, value]) => [name, inner(value ?? null)]))
}

/** Google's own table of efforts. https://ai.google.dev/gemini-api/docs/openai#thinking (seen 2026-11-20) */
const budgets: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
}

/** The API refuses a budget beside a level; a budget the client gave is the more exact of the two. */
function writeThinking(reasoning: Reasoning | undefined, own: JsonObject, writing: Writing): JsonObject {
  if (!reasoning) return {}
  const { effort, budgetTokens, show } = reasoning
  const thinkingConfig = rest({
    ...asObject(own['thinkingConfig']),
    ...(budgetTokens !== undefined ? { thinkingBudget: budgetTokens } : effort && writeEffort(effort, writing)),
    includeThoughts: show === undefined ? undefined : show !== 'hidden',
  })
  return { thinkingConfig }
}

function writeEffort(effort: ReasoningEffort, { quirks, lose }: Writing): JsonObject {
  if (quirks.thinking === 'budget') return { thinkingBudget: budgets[effort] }
  switch (effort) {
    case 'none':
      lose({
        path: 'reasoning.effort',
        why: 'this model always thinks; it is told to think as little as it can',
        value: effort,
      })
      return { thinkingLevel: 'MINIMAL' }
    case 'xhigh':
    case 'max':
      lose({ path: 'reasoning.effort', why: "Gemini's highest level is 'high'", value: effort })
      return { thinkingLevel: 'HIGH' }
    default:
      return { thinkingLevel: effort.toUpperCase() }
  }
}

function writeSpeech(own: JsonObject, { request, lose }: Writing): JsonObject {
  const { voice, format } = request.audio ?? {}
  if (format !== undefined && !format.startsWith('pcm')) {
    lose({ path: 'audio.format', why: 'Gemini speaks in raw samples (PCM) only', value: format })
  }
  if (voice === undefined) return {}
  const voiceConfig = { prebuiltVoiceConfig: { voiceName: voice } }
  return { speechConfig: { ...asObject(own['speechConfig']), voiceConfig } }
}

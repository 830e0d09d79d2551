import type { WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString, RequestReader, rest } from '../../ir/read.ts'
import type { GenerateRequest, OutputFormat, Reasoning, ReasoningEffort } from '../../ir/request.ts'
import { extend } from './extension.ts'
import { readMessages } from './read-messages.ts'
import { readToolChoice, readTools } from './read-tools.ts'

/** A client's request to `/responses`. */
export function decodeRequest({ body, model, stream }: WireRequest): Result<GenerateRequest> {
  const reader = new RequestReader()
  const { choice, native } = readToolChoice(body, reader)
  const format = readFormat(body, reader)
  const request: GenerateRequest = {
    model: model ?? reader.requiredString(body, 'model'),
    messages: readMessages(body, reader),
    tools: readTools(body, reader),
    ...(choice && { toolChoice: choice }),
    ...(format && { format }),
    ...readReasoning(body, reader),
    ...readSettings(body, reader),
    stop: [],
    stream: stream ?? reader.boolean(body, 'stream') ?? false,
    ...extend(readExtension(body, native)),
  }
  return reader.result(request)
}

/** Settings that are words of the language as they stand. */
function readSettings(body: JsonObject, reader: RequestReader): Partial<GenerateRequest> {
  const settings = {
    parallelToolCalls: reader.boolean(body, 'parallel_tool_calls'),
    verbosity: reader.oneOf(reader.object(body, 'text') ?? {}, 'verbosity', ['low', 'medium', 'high'], 'text'),
    maxOutputTokens: reader.count(body, 'max_output_tokens', 1),
    temperature: reader.number(body, 'temperature'),
    topP: reader.number(body, 'top_p'),
    logprobs: readLogprobs(body, reader),
    endUser: reader.string(body, 'user'),
    safetyIdentifier: reader.string(body, 'safety_identifier'),
    metadata: reader.object(body, 'metadata'),
    store: reader.boolean(body, 'store'),
    promptCacheKey: reader.string(body, 'prompt_cache_key'),
    promptCacheRetention: reader.string(body, 'prompt_cache_retention'),
    serviceTier: reader.string(body, 'service_tier'),
  }
  return withoutUndefined(settings)
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

function withoutUndefined<T extends object>(settings: T): Present<T> {
  const present: Present<T> = {}
  for (const key in settings) if (settings[key] !== undefined) Object.assign(present, { [key]: settings[key] })
  return present
}

const logprobsInclude = 'message.output_text.logprobs'

function readLogprobs(body: JsonObject, reader: RequestReader): GenerateRequest['logprobs'] {
  const top = reader.count(body, 'top_logprobs')
  const isIncluded = reader.strings(body, 'include')?.includes(logprobsInclude) ?? false
  return isIncluded || (top !== undefined && top > 0) ? { top: top ?? 0 } : undefined
}

function readFormat(body: JsonObject, reader: RequestReader): OutputFormat | undefined {
  const text = reader.object(body, 'text')
  const format = text && reader.object(text, 'format', 'text')
  switch (format?.['type']) {
    case 'text':
      return { kind: 'text' }
    case 'json_object':
      return { kind: 'json' }
    case 'json_schema':
      return readSchema(format, reader)
    default:
      return undefined
  }
}

function readSchema(format: JsonObject, reader: RequestReader): OutputFormat {
  const at = 'text.format'
  const description = reader.string(format, 'description', at)
  return {
    kind: 'json-schema',
    name: reader.requiredString(format, 'name', at),
    ...(description !== undefined && { description }),
    schema: reader.object(format, 'schema', at) ?? {},
    strict: reader.boolean(format, 'strict', at) ?? false,
  }
}

const efforts: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** A summary is the only thinking this dialect shows; which kind of summary is a note. */
function readReasoning(body: JsonObject, reader: RequestReader): { readonly reasoning?: Reasoning } {
  const wire = reader.object(body, 'reasoning')
  if (!wire) return {}
  const effort = efforts.find((each) => each === wire['effort'])
  const summary = reader.string(wire, 'summary', 'reasoning') ?? reader.string(wire, 'generate_summary', 'reasoning')
  const show = summary === undefined ? undefined : summary === 'none' ? 'hidden' : 'summary'
  if (effort === undefined && show === undefined) return {}
  return { reasoning: { ...(effort && { effort }), ...(show && { show }) } }
}

const words = [
  'model',
  'instructions',
  'input',
  'tools',
  'tool_choice',
  'text',
  'reasoning',
  'stream',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'prompt_cache_key',
  'prompt_cache_retention',
  'service_tier',
  'include',
]

/** Fields that shape nothing in the answer's content, or that only repeat a default: kept as notes. */
const notes: Readonly<Record<string, (value: Json) => boolean>> = {
  stream_options: () => true,
  client_metadata: () => true,
  background: (value) => value === false,
  truncation: (value) => value === 'disabled',
}

function readExtension(body: JsonObject, toolChoice: Json | undefined): JsonObject {
  const own: Record<string, Json> = {}
  for (const [key, value] of Object.entries(rest(body, ...words) ?? {})) {
    if (value === undefined || value === null) continue
    const isNote = Object.hasOwn(notes, key) && notes[key]?.(value) === true
    own[isNote ? `$${key}` : key] = value
  }
  return { ...own, ...readNestedExtension(body), ...(toolChoice !== undefined && { tool_choice: toolChoice }) }
}

function readNestedExtension(body: JsonObject): JsonObject {
  const text = asObject(body['text']) ?? {}
  const format = asObject(text['format'])
  const isKnownFormat = format === undefined || ['text', 'json_object', 'json_schema'].includes(String(format['type']))
  const otherText = rest(text, 'verbosity', ...(isKnownFormat ? ['format'] : []))
  const reasoning = asObject(body['reasoning']) ?? {}
  const isKnownEffort = reasoning['effort'] === null || efforts.some((each) => each === reasoning['effort'])
  const otherReasoning = rest(reasoning, 'summary', 'generate_summary', ...(isKnownEffort ? ['effort'] : []))
  const include = asArray(body['include']) ?? []
  const isNoted = include.length > 0 || Boolean(body['top_logprobs'])
  const summary = asString(reasoning['summary'])
  const legacySummary = asString(reasoning['generate_summary'])
  return {
    ...(otherText && { text: otherText }),
    ...(otherReasoning && { reasoning: otherReasoning }),
    ...(isNoted && { $include: include }),
    ...(summary !== undefined && summary !== 'auto' && { $summary: summary }),
    ...(legacySummary !== undefined && { $generate_summary: legacySummary }),
  }
}

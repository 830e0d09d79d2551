import type { CodecContext, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, RequestReader } from '../../ir/read.ts'
import type { GenerateRequest, OutputFormat } from '../../ir/request.ts'
import { present } from './read.ts'
import { readEffort } from './read-effort.ts'
import { readMessages } from './read-messages.ts'
import { readToolChoice, readTools } from './read-tools.ts'
import type { Draft } from './wire.ts'
import { extend, unknownFields } from './wire.ts'

/** A client's `POST /v1/chat/completions`. */
export function decodeRequest({ body, model }: WireRequest, context: CodecContext): Result<GenerateRequest> {
  const reader = new RequestReader()
  const ext: Draft = unknownFields(body, known)
  const request = present({
    model: model ?? reader.requiredString(body, 'model'),
    messages: readMessages(body, reader, context),
    tools: readTools(body, reader),
    toolChoice: keepWhole(ext, body, 'tool_choice', readToolChoice(body, reader)),
    parallelToolCalls: reader.boolean(body, 'parallel_tool_calls'),
    format: keepWhole(ext, body, 'response_format', readFormat(body, reader, ext)),
    reasoning: readEffort(body, reader, ext),
    ...readSampling(body, reader, ext),
    ...readOutput(body, reader, ext),
    ...readAccount(body, reader, ext),
  })
  noteLegacy(body, ext)
  return reader.result({ ...request, ...extend(ext) })
}

/** Everything with a word in the language; the rest goes to `ext`. */
const known = new Set([
  ...['model', 'messages', 'tools', 'functions', 'tool_choice', 'function_call', 'parallel_tool_calls'],
  ...['response_format', 'reasoning_effort', 'reasoning', 'include_reasoning', 'thinking', 'enable_thinking'],
  ...['thinking_budget', 'verbosity', 'modalities', 'audio', 'n', 'max_tokens', 'max_completion_tokens'],
  ...['temperature', 'top_p', 'top_k', 'seed', 'stop', 'frequency_penalty', 'presence_penalty', 'logprobs'],
  ...['top_logprobs', 'stream', 'stream_options', 'user', 'safety_identifier', 'metadata', 'store'],
  ...['prompt_cache_key', 'prompt_cache_retention', 'service_tier', 'web_search_options'],
])

/** Keeps a field whole in `ext` when it was there and the language had no word for its value. */
function keepWhole<T>(ext: Draft, body: JsonObject, key: string, value: T | undefined): T | undefined {
  const whole = body[key]
  if (value === undefined && whole !== undefined && whole !== null) ext[key] = whole
  return value
}

type Part = Partial<GenerateRequest>

function readSampling(body: JsonObject, reader: RequestReader, ext: Draft): Part & Pick<GenerateRequest, 'stop'> {
  return present({
    temperature: reader.number(body, 'temperature'),
    topP: reader.number(body, 'top_p'),
    topK: reader.number(body, 'top_k'),
    seed: reader.number(body, 'seed'),
    stop: readStop(body, reader),
    frequencyPenalty: reader.number(body, 'frequency_penalty'),
    presencePenalty: reader.number(body, 'presence_penalty'),
    logprobs: readLogprobs(body, reader, ext),
    choices: reader.count(body, 'n', 1),
    maxOutputTokens: readMaxTokens(body, reader, ext),
  })
}

function readStop(body: JsonObject, reader: RequestReader): readonly string[] {
  const stop = body['stop']
  return typeof stop === 'string' ? [stop] : (reader.strings(body, 'stop') ?? [])
}

/** `logprobs: true` with `top_logprobs`, or (Together, seen 2026-06) the number itself. */
function readLogprobs(body: JsonObject, reader: RequestReader, ext: Draft): { readonly top: number } | undefined {
  if (typeof body['logprobs'] === 'number') {
    ext['$logprobs'] = 'number'
    return { top: reader.count(body, 'logprobs') ?? 0 }
  }
  const top = reader.count(body, 'top_logprobs')
  return reader.boolean(body, 'logprobs') ? { top: top ?? 0 } : undefined
}

/** When both names are used the lower cap holds: it is what the caller can be sure to pay at most. */
function readMaxTokens(body: JsonObject, reader: RequestReader, ext: Draft): number | undefined {
  const older = reader.count(body, 'max_tokens', 1)
  const newer = reader.count(body, 'max_completion_tokens', 1)
  if (older !== undefined && newer === undefined) ext['$max'] = 'max_tokens'
  return older === undefined || newer === undefined ? (newer ?? older) : Math.min(older, newer)
}

function readOutput(body: JsonObject, reader: RequestReader, ext: Draft): Part & Pick<GenerateRequest, 'stream'> {
  const options = reader.object(body, 'stream_options')
  const rest = options && unknownFields(options, new Set(['include_usage']))
  if (rest && Object.keys(rest).length > 0) ext['stream_options'] = rest
  return present({
    verbosity: keepWhole(ext, body, 'verbosity', wordOf(body['verbosity'], ['low', 'medium', 'high'])),
    modalities: keepWhole(ext, body, 'modalities', readModalities(body, reader)),
    audio: readVoice(body, reader, ext),
    stream: reader.boolean(body, 'stream') ?? false,
    streamUsage: (options && reader.boolean(options, 'include_usage', 'stream_options')) ?? asksUsage(body),
  })
}

/** OpenRouter's older way to ask for usage. */
function asksUsage(body: JsonObject): true | undefined {
  return asObject(body['usage'])?.['include'] === true ? true : undefined
}

function readModalities(body: JsonObject, reader: RequestReader): GenerateRequest['modalities'] {
  const words = reader.strings(body, 'modalities')
  const named = words?.flatMap((word) => wordOf(word, ['text', 'audio', 'image']) ?? [])
  return named?.length === words?.length ? named : undefined
}

/** The voice is a name, or the object of a voice of the client's own, which stays in `ext`. */
function readVoice(body: JsonObject, reader: RequestReader, ext: Draft): GenerateRequest['audio'] {
  const audio = reader.object(body, 'audio')
  if (!audio) return undefined
  const isNamed = typeof audio['voice'] !== 'object'
  const rest = unknownFields(audio, new Set(isNamed ? ['voice', 'format'] : ['format']))
  if (Object.keys(rest).length > 0) ext['audio'] = rest
  return present({
    voice: isNamed ? reader.string(audio, 'voice', 'audio') : undefined,
    format: reader.string(audio, 'format', 'audio'),
  })
}

function readAccount(body: JsonObject, reader: RequestReader, ext: Draft): Part {
  if (typeof body['store'] === 'boolean' || asObject(body['metadata'])) ext['$account'] = true
  return present({
    endUser: reader.string(body, 'user'),
    safetyIdentifier: reader.string(body, 'safety_identifier'),
    metadata: reader.object(body, 'metadata'),
    store: reader.boolean(body, 'store'),
    promptCacheKey: reader.string(body, 'prompt_cache_key'),
    promptCacheRetention: reader.string(body, 'prompt_cache_retention'),
    serviceTier: reader.string(body, 'service_tier'),
  })
}

/** `response_format`; grammars and other formats of single hosts stay in `ext`. */
function readFormat(body: JsonObject, reader: RequestReader, ext: Draft): OutputFormat | undefined {
  const format = reader.object(body, 'response_format')
  if (!format) return undefined
  switch (reader.requiredString(format, 'type', 'response_format')) {
    case 'text':
      return { kind: 'text' }
    case 'json_object':
      return format['schema'] === undefined ? { kind: 'json' } : undefined
    case 'json_schema':
      return readSchema(format, reader, ext)
    default:
      return undefined
  }
}

/** OpenAI requires a name; Perplexity takes a schema without one, Cerebras with an empty one (seen 2026-05). */
function readSchema(format: JsonObject, reader: RequestReader, ext: Draft): OutputFormat | undefined {
  const at = 'response_format.json_schema'
  const wrapper = reader.object(format, 'json_schema', 'response_format')
  if (!wrapper) return reader.fail(at, `Missing required parameter: '${at}'.`)
  const description = reader.string(wrapper, 'description', at)
  if (!wrapper['name']) ext['$unnamed'] = wrapper['name'] === '' ? 'empty' : 'absent'
  return {
    kind: 'json-schema',
    name: reader.string(wrapper, 'name', at) ?? '',
    ...(description !== undefined && { description }),
    schema: reader.object(wrapper, 'schema', at) ?? {},
    strict: reader.boolean(wrapper, 'strict', at) ?? false,
  }
}

/** Remembers the request was written before there were tools, so that the answer is too. */
function noteLegacy(body: JsonObject, ext: Draft): void {
  if (Array.isArray(body['functions']) || (body['function_call'] && body['tool_choice'] === undefined)) {
    if (body['tools'] === undefined) ext['$functions'] = true
  }
}

function wordOf<const T extends string>(value: unknown, words: readonly T[]): T | undefined {
  return words.find((word) => word === value)
}

import type { Lose, RequestOptions } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { GenerateRequest, OutputFormat } from '../../ir/request.ts'
import type { OpenAiChatQuirks } from './quirks.ts'
import { defaultQuirks } from './quirks.ts'
import type { Draft } from './wire.ts'
import { own, sendable } from './wire.ts'
import { writeEffort } from './write-effort.ts'
import { writeMessages } from './write-messages.ts'
import type { Writing } from './write-parts.ts'
import { writeTools } from './write-tools.ts'

/** The body of `POST {base}/chat/completions` for one provider. */
export function encodeRequest(
  request: GenerateRequest,
  { quirks, context }: RequestOptions<OpenAiChatQuirks>,
  lose: Lose,
): JsonObject {
  const writing: Writing = { quirks: { ...defaultQuirks, ...quirks }, provider: context.provider, lose }
  loseUnplaceable(request, writing)
  const body: Draft = {
    ...sendable(request.ext),
    model: request.model,
    messages: writeMessages(request.messages, writing),
    ...writeTools(request, writing),
    ...writeSampling(request, writing),
    ...writeOutput(request, writing),
    ...writeEffort(request, writing),
    ...writeAccount(request, writing),
    ...writeStream(request, writing),
  }
  leaveOutRefused(body, writing)
  return body
}

/** Fields of this dialect that this one host refuses. */
function leaveOutRefused(body: Draft, { quirks, lose }: Writing): void {
  for (const name of quirks.unsupported) {
    if (body[name] === undefined) continue
    lose({ path: irNames[name] ?? name, why: `this provider refuses '${name}'` })
    body[name] = undefined
  }
}

/** Names in the language where they are not the wire's own. */
const irNames: Readonly<Record<string, string>> = {
  top_k: 'topK',
  top_p: 'topP',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  parallel_tool_calls: 'parallelToolCalls',
  prompt_cache_key: 'promptCacheKey',
  prompt_cache_retention: 'promptCacheRetention',
  safety_identifier: 'safetyIdentifier',
  service_tier: 'serviceTier',
  user: 'endUser',
  n: 'choices',
}

/** What has no field at this provider and is told once, not once for each place. */
function loseUnplaceable(request: GenerateRequest, { quirks, lose }: Writing): void {
  if (quirks.cacheMarks !== 'none') return
  const parts = request.messages.flatMap((message) => message.parts)
  const marks = [...parts, ...request.tools].filter((each) => 'cache' in each && each.cache !== undefined).length
  if (marks > 0) lose({ path: 'cache', why: 'this provider caches on its own and takes no marks', value: marks })
}

function writeSampling(request: GenerateRequest, { quirks, lose }: Writing): Draft {
  const isNumber = own(request.ext)['$logprobs'] === 'number'
  const { logprobs } = request
  const stop = request.stop.slice(0, quirks.maxStops)
  if (stop.length < request.stop.length) {
    lose({ path: 'stop', why: `this provider takes ${quirks.maxStops} stop sequences`, value: request.stop.length })
  }
  return {
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    [quirks.seedField]: request.seed,
    stop: stop.length > 0 ? stop : undefined,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    n: request.choices,
    logprobs: logprobs && (isNumber ? logprobs.top : true),
    top_logprobs: logprobs && !isNumber && logprobs.top > 0 ? logprobs.top : undefined,
    [capField(request, quirks)]: request.maxOutputTokens,
  }
}

function capField({ ext }: GenerateRequest, { maxTokens }: OpenAiChatQuirks): string {
  if (maxTokens !== 'as-sent') return maxTokens
  return own(ext)['$max'] === 'max_tokens' ? 'max_tokens' : 'max_completion_tokens'
}

function writeOutput(request: GenerateRequest, writing: Writing): Draft {
  const { format, verbosity, modalities, audio, ext } = request
  const fields: Draft = {}
  if (format) fields['response_format'] = writeFormat(format, own(ext), writing)
  if (verbosity !== undefined) fields['verbosity'] = verbosity
  if (modalities) fields['modalities'] = modalities
  if (audio) fields['audio'] = { ...asObject(own(ext)['audio']), ...audio }
  return fields
}

function writeFormat(format: OutputFormat, notes: JsonObject, { quirks, lose }: Writing): JsonObject {
  switch (format.kind) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      if (!quirks.jsonSchema) {
        lose({ path: 'format.schema', why: 'this provider has JSON mode but takes no schema' })
        return { type: 'json_object' }
      }
      const { name, description, schema, strict } = format
      return { type: 'json_schema', json_schema: { name: schemaName(name, notes), description, schema, strict } }
    }
    default:
      return format satisfies never
  }
}

/** OpenAI requires a name; a client of this dialect that gave none meant a host that wants none. */
function schemaName(name: string, notes: JsonObject): string | undefined {
  if (name !== '') return name
  const spelling = notes['$unnamed']
  if (spelling === 'absent') return undefined
  return spelling === 'empty' ? '' : 'response'
}

/**
 * `store: false` is what a chat completion does anyway, and hosts that know no `store` refuse it; metadata is kept with
 * stored answers only (platform.openai.com, seen 2026-08). Both are written when the client of this dialect did.
 */
function writeAccount(request: GenerateRequest, { lose }: Writing): Draft {
  const { store, metadata, serviceTier, ext } = request
  const isOwn = own(ext)['$account'] === true
  const keepsMetadata = isOwn || store === true
  if (metadata && !keepsMetadata) lose({ path: 'metadata', why: 'kept only with stored answers, and this one is not' })
  return {
    user: request.endUser,
    safety_identifier: request.safetyIdentifier,
    metadata: keepsMetadata ? metadata : undefined,
    store: isOwn || store === true ? store : undefined,
    prompt_cache_key: request.promptCacheKey,
    prompt_cache_retention: request.promptCacheRetention,
    service_tier: serviceTier === 'standard' || serviceTier === 'standard_only' ? 'default' : serviceTier,
  }
}

/** Usage is always asked for: the bill needs it, whether or not the client does. */
function writeStream({ stream, ext }: GenerateRequest, { quirks }: Writing): Draft {
  const options = asObject(own(ext)['stream_options'])
  if (!stream) return { stream, stream_options: undefined }
  return { stream, stream_options: quirks.streamOptions ? { ...options, include_usage: true } : options }
}

import type { Lose, RequestOptions } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString } from '../../ir/read.ts'
import type { GenerateRequest, OutputFormat } from '../../ir/request.ts'
import { opensFor } from '../../ir/seal.ts'
import { dialect, fieldsOf, ownOf } from './extension.ts'
import type { ResponsesQuirks } from './quirks.ts'
import { loseSettings } from './request-losses.ts'
import { sealInclude } from './stateless.ts'
import type { Writing } from './write-content.ts'
import { writeMessages } from './write-messages.ts'
import { writeToolChoice, writeTools } from './write-tools.ts'

/** A request as the provider wants it. */
export function encodeRequest(
  request: GenerateRequest,
  { quirks, context }: RequestOptions<ResponsesQuirks>,
  lose: Lose,
): JsonObject {
  const writing: Writing = { quirks, provider: context.provider, newId: context.newId, lose }
  loseSettings(request, lose)
  const own = ownOf(request.ext)
  const body: JsonObject = {
    model: request.model,
    ...writeMessages(request, writing),
    ...writeToolSettings(request, quirks, lose),
    ...writeText(request),
    ...writeReasoning(request, lose),
    ...writeSettings(request),
    ...writeMaxOutput(request, quirks, lose),
    ...writeStateless(request, writing),
    stream: request.stream,
    ...defaultsOf(own),
    ...otherFields(own),
  }
  return withoutRefused(body, quirks.refusedFields, lose)
}

function writeToolSettings(request: GenerateRequest, quirks: ResponsesQuirks, lose: Lose): JsonObject {
  const tools = writeTools(request.tools, quirks, lose)
  const draws = request.modalities?.includes('image') === true
  const hasDrawing = tools.some((each) => each['type'] === 'image_generation')
  const all = draws && !hasDrawing ? [...tools, { type: 'image_generation' }] : tools
  const choice = all.length > 0 || request.tools.length === 0 ? writeToolChoice(request, quirks) : undefined
  return {
    ...(all.length > 0 && { tools: all }),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(request.parallelToolCalls !== undefined && { parallel_tool_calls: request.parallelToolCalls }),
  }
}

/** `text`: the format and the verbosity, with fields of our own clients. */
export function writeText({ format, verbosity, ext }: GenerateRequest): JsonObject {
  const text = {
    ...(format && { format: writeFormat(format) }),
    ...(verbosity && { verbosity }),
    ...asObject(ownOf(ext)?.['text']),
  }
  return Object.keys(text).length > 0 ? { text } : {}
}

function writeFormat(format: OutputFormat): JsonObject {
  if (format.kind === 'text') return { type: 'text' }
  if (format.kind === 'json') return { type: 'json_object' }
  const { name, description, schema, strict } = format
  return {
    type: 'json_schema',
    name: name === '' ? 'answer' : name,
    ...(description !== undefined && { description }),
    schema,
    strict,
  }
}

/** A budget becomes the effort it is nearest to, because the API has only effort. */
function writeReasoning({ reasoning, ext }: GenerateRequest, lose: Lose): JsonObject {
  const own = ownOf(ext)
  const budget = reasoning?.budgetTokens
  const effort = reasoning?.effort ?? (budget === undefined ? undefined : effortFor(budget))
  if (budget !== undefined && budget > 0) {
    lose({ path: 'reasoning.budgetTokens', why: `sent as effort '${effort}': there is no budget`, value: budget })
  }
  const summary = asString(own?.['$summary']) ?? 'auto'
  const legacy = own?.['$generate_summary']
  const shows = reasoning?.show === 'summary' || reasoning?.show === 'full'
  const wire = {
    ...(effort && { effort }),
    ...(legacy !== undefined && { generate_summary: legacy }),
    ...((shows && (legacy === undefined || own?.['$summary'] !== undefined)) || own?.['$summary'] ? { summary } : {}),
    ...asObject(own?.['reasoning']),
  }
  return Object.keys(wire).length > 0 ? { reasoning: wire } : {}
}

/** Below 0 the model chooses, so nothing is said. */
function effortFor(budgetTokens: number): string | undefined {
  if (budgetTokens < 0) return undefined
  if (budgetTokens === 0) return 'none'
  if (budgetTokens <= 2048) return 'low'
  return budgetTokens <= 12_288 ? 'medium' : 'high'
}

function writeSettings(request: GenerateRequest): JsonObject {
  const fields: JsonObject = {
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.logprobs && request.logprobs.top > 0 ? request.logprobs.top : undefined,
    user: request.endUser,
    safety_identifier: request.safetyIdentifier,
    metadata: request.metadata,
    prompt_cache_key: request.promptCacheKey,
    prompt_cache_retention: request.promptCacheRetention,
    service_tier: request.serviceTier,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function writeMaxOutput({ maxOutputTokens }: GenerateRequest, quirks: ResponsesQuirks, lose: Lose): JsonObject {
  if (maxOutputTokens === undefined) return {}
  const least = quirks.minOutputTokens
  if (maxOutputTokens >= least) return { max_output_tokens: maxOutputTokens }
  lose({ path: 'maxOutputTokens', why: `raised to ${least}, the least this API takes`, value: maxOutputTokens })
  return { max_output_tokens: least }
}

const logprobsInclude = 'message.output_text.logprobs'

/** What a gateway that keeps nothing must ask for, beside what the client asked for. */
function writeStateless(request: GenerateRequest, { quirks, provider }: Writing): JsonObject {
  const asked = asArray(ownOf(request.ext)?.['$include'])
  const include = new Set(asked?.filter((each) => typeof each === 'string'))
  if (quirks.isStateless && mayReason(request, provider)) include.add(sealInclude)
  if (request.logprobs && !asked) include.add(logprobsInclude)
  const store = request.store ?? (quirks.isStateless && !needsStore(request) ? false : undefined)
  return { ...(store !== undefined && { store }), ...(include.size > 0 && { include: [...include] }) }
}

/** Work in the background is only found again where it is stored. */
function needsStore(request: GenerateRequest): boolean {
  return ownOf(request.ext)?.['background'] === true
}

/** Models without reasoning refuse to be asked for its seals, so the request itself must speak of reasoning. */
function mayReason({ reasoning, messages }: GenerateRequest, provider: string): boolean {
  if (reasoning && reasoning.effort !== 'none' && reasoning.budgetTokens !== 0) return true
  return messages.some(({ parts }) => parts.some(({ seal }) => seal && opensFor(seal, dialect, provider)))
}

/** Notes whose fields go back as they came. */
const returned = ['stream_options', 'client_metadata', 'background', 'truncation']

function defaultsOf(own: JsonObject | undefined): JsonObject {
  const fields: Record<string, Json> = {}
  for (const name of returned) {
    const value = own?.[`$${name}`]
    if (value !== undefined) fields[name] = value
  }
  return fields
}

function otherFields(own: JsonObject | undefined): JsonObject {
  const { text: _, reasoning: __, tool_choice: ___, ...fields } = fieldsOf(own)
  return fields
}

/** Fields that change nothing the client sees are left out without a word. */
const silent = ['store', 'include', 'prompt_cache_key', 'stream_options', 'client_metadata']

function withoutRefused(body: JsonObject, refused: readonly string[], lose: Lose): JsonObject {
  if (!refused.some((name) => body[name] !== undefined)) return body
  for (const name of refused) {
    if (body[name] !== undefined && !silent.includes(name)) lose({ path: name, why: 'this provider refuses the field' })
  }
  return Object.fromEntries(Object.entries(body).filter(([name]) => !refused.includes(name)))
}

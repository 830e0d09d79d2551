import type { CodecContext } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject, asString } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { ownOf } from './extension.ts'
import { defaultQuirks } from './quirks.ts'
import { writeText } from './write-request.ts'
import { writeToolChoice, writeTools } from './write-tools.ts'

type Start = Extract<StreamEvent, { type: 'start' }>

/** What the response says beside its content, the same from `response.created` to the last event. */
export function responseBase(start: Start, request: GenerateRequest, context: CodecContext): JsonObject {
  const own = ownOf(start.ext)
  const { status: _, ...told } = own ?? {}
  return {
    id: own ? start.id : madeId(start.id, context),
    object: 'response',
    created_at: context.createdAt,
    status: 'in_progress',
    ...echo(request),
    model: start.model === '' ? request.model : start.model,
    output: [],
    usage: null,
    ...told,
  }
}

/** The id of another dialect's answer stays readable in ours. */
function madeId(id: string, { newId }: CodecContext): string {
  const safe = id.replace(/[^A-Za-z0-9_-]/g, '')
  if (safe === '') return newId('resp_')
  return safe.startsWith('resp_') ? safe : `resp_${safe}`
}

/** The parameters of the request, which the API repeats in every response, with its defaults. */
function echo(request: GenerateRequest): JsonObject {
  const own = ownOf(request.ext)
  return {
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: instructionsOf(request),
    max_output_tokens: request.maxOutputTokens ?? null,
    max_tool_calls: own?.['max_tool_calls'] ?? null,
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: own?.['previous_response_id'] ?? null,
    prompt_cache_key: request.promptCacheKey ?? null,
    prompt_cache_retention: request.promptCacheRetention ?? null,
    reasoning: echoReasoning(request),
    safety_identifier: request.safetyIdentifier ?? null,
    service_tier: request.serviceTier ?? 'default',
    store: false,
    temperature: request.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...asObject(writeText(request)['text']) },
    tool_choice: writeToolChoice(request, defaultQuirks) ?? 'auto',
    tools: writeTools(request.tools, defaultQuirks, () => undefined),
    top_logprobs: request.logprobs?.top ?? 0,
    top_p: request.topP ?? 1,
    truncation: own?.['truncation'] ?? 'disabled',
    user: request.endUser ?? null,
    metadata: request.metadata ?? {},
  }
}

function instructionsOf({ messages }: GenerateRequest): Json {
  const [first] = messages
  const part = first?.parts[0]
  return ownOf(first?.ext)?.['$from'] === 'instructions' && part?.kind === 'text' ? part.text : null
}

function echoReasoning({ reasoning, ext }: GenerateRequest): JsonObject {
  const summary = reasoning?.show === 'summary' ? (asString(ownOf(ext)?.['$summary']) ?? 'auto') : null
  return { effort: reasoning?.effort ?? null, summary }
}

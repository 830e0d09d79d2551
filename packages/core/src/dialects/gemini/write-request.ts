import type { Lose, RequestOptions } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { rest } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { isNative, ownFields } from './own-fields.ts'
import type { GeminiQuirks } from './quirks.ts'
import { writeGeneration } from './write-generation.ts'
import { writeContents, writeSystem } from './write-messages.ts'
import type { Writing } from './write-tools.ts'
import { writeToolConfig, writeTools } from './write-tools.ts'

/** A request in this dialect's words. The model and whether to stream are in the path, not here. */
export function encodeRequest(
  request: GenerateRequest,
  { quirks, context }: RequestOptions<GeminiQuirks>,
  lose: Lose,
): JsonObject {
  const writing: Writing = { request, quirks, provider: context.provider, lose }
  loseUnplaced(request, lose)
  return (
    rest({
      ...ownFields(request.ext),
      contents: writeContents(writing),
      systemInstruction: writeSystem(writing),
      tools: writeTools(writing),
      toolConfig: writeToolConfig(writing),
      generationConfig: writeGeneration(writing),
      labels: writeLabels(request, lose),
      serviceTier: writeTier(request, lose),
      store: isNative(request) ? request.store : undefined,
    }) ?? {}
  )
}

/** Settings no version of this API has a place for. `store` here is about the account's log: nothing can be fetched later. */
function loseUnplaced(request: GenerateRequest, lose: Lose): void {
  const { endUser, safetyIdentifier, promptCacheKey, promptCacheRetention, verbosity } = request
  const unplaced = { endUser, safetyIdentifier, promptCacheKey, promptCacheRetention, verbosity }
  for (const [path, value] of Object.entries(unplaced)) {
    if (value !== undefined) lose({ path, why: 'Gemini has no such setting', value })
  }
  if (request.store && !isNative(request)) lose({ path: 'store', why: 'Gemini keeps no answers to be fetched later' })
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/add-labels-to-api-calls (seen 2026-11-20) */
const label = /^[\p{Ll}\p{Lo}\d_-]{0,63}$/u

/** Labels are metadata of a narrow form; what does not fit would make the API refuse the call. */
function writeLabels(request: GenerateRequest, lose: Lose): JsonObject | undefined {
  if (isNative(request)) return request.metadata
  const labels: Record<string, Json> = {}
  for (const [key, value] of Object.entries(request.metadata ?? {})) {
    if (label.test(key) && typeof value === 'string' && label.test(value)) labels[key] = value
    else lose({ path: `metadata.${key}`, why: 'Gemini labels are up to 63 lower-case letters, digits, _ and -' })
  }
  return rest(labels)
}

/** The standard tier is what saying nothing means. */
function writeTier(request: GenerateRequest, lose: Lose): string | undefined {
  const tier = request.serviceTier
  if (tier === undefined || isNative(request)) return tier
  switch (tier) {
    case 'auto':
    case 'default':
    case 'standard':
    case 'standard_only':
      return undefined
    case 'flex':
    case 'priority':
      return tier
    default:
      lose({ path: 'serviceTier', why: 'Gemini knows the tiers standard, flex and priority', value: tier })
      return undefined
  }
}

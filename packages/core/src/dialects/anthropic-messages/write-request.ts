import { adaptSchema } from '../../ir/adapt-schema.ts'
import type { Lose, RequestOptions } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { GenerateRequest, OutputFormat } from '../../ir/request.ts'
import { limitCacheMarks } from './limit-cache-marks.ts'
import { loseUnplaceable } from './lose-unplaceable.ts'
import { isNative, note, ownFields } from './own-fields.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'
import { writeConversation } from './write-messages.ts'
import { writeForeignSampling, writeNativeSampling } from './write-sampling.ts'
import { type ThinkingWords, writeForeignThinking, writeNativeThinking } from './write-thinking.ts'
import { writeTools } from './write-tools.ts'

/** The body of `POST /v1/messages` for this request. */
export function encodeRequest(
  request: GenerateRequest,
  { quirks, context }: RequestOptions<AnthropicMessagesQuirks>,
  lose: Lose,
): JsonObject {
  const native = isNative(request)
  const { system, messages, isLoopUnsigned } = writeConversation(request, { quirks, provider: context.provider, lose })
  const words = native
    ? writeNativeThinking(request, quirks)
    : writeForeignThinking(request, { quirks, lose, isLoopUnsigned })
  const isThinking = words.thinking !== undefined && words.thinking['type'] !== 'disabled'
  if (!native) loseUnplaceable(request, lose)
  const { thinking, output_config, metadata, ...own } = ownFields(request.ext)
  const body = {
    ...own,
    ...writeModel(request, quirks),
    max_tokens: words.maxTokens,
    ...(system !== undefined && { system }),
    messages,
    ...writeTools(request, { quirks, lose }),
    ...(words.thinking && { thinking: words.thinking }),
    ...writeOutput(request, words, { left: asObject(output_config), lose }),
    ...(native ? writeNativeSampling(request) : writeForeignSampling(request, { quirks, isThinking, lose })),
    ...writeStop(request, lose),
    ...(request.stream && { stream: true }),
    ...writeMetadata(request, asObject(metadata)),
    ...writeTier(request, lose),
  }
  return native ? body : limitCacheMarks(body, lose)
}

function writeModel({ model }: GenerateRequest, { versionInBody }: AnthropicMessagesQuirks): JsonObject {
  return versionInBody === '' ? { model } : { anthropic_version: versionInBody }
}

interface OutputContext {
  readonly left: JsonObject | undefined
  readonly lose: Lose
}

/** Effort and answer format; the format in its older field where the client had put it there. */
function writeOutput(request: GenerateRequest, { effort }: ThinkingWords, { left, lose }: OutputContext): JsonObject {
  const format = writeFormat(request, lose)
  const isOld = note(request.ext, '$outputFormat') === true
  const config = { ...left, ...(effort && { effort }), ...(format && !isOld && { format }) }
  return {
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...(format && isOld && { output_format: format }),
  }
}

function writeFormat(request: GenerateRequest, lose: Lose): JsonObject | undefined {
  const { format } = request
  if (!format || format.kind === 'text') return undefined
  if (format.kind === 'json') {
    lose({ path: 'format', why: 'no JSON mode without a schema; the prompt alone asks for JSON' })
    return undefined
  }
  if (isNative(request)) return { type: 'json_schema', schema: format.schema }
  return { type: 'json_schema', schema: describe(adaptSchema(format.schema, 'format.schema', lose), format) }
}

/** The name and description of an answer format have their place in the schema itself. */
function describe(schema: JsonObject, { name, description }: OutputFormat & { kind: 'json-schema' }): JsonObject {
  return {
    ...(name !== '' && { title: name }),
    ...(description !== undefined && { description }),
    ...schema,
  }
}

function writeStop(request: GenerateRequest, lose: Lose): JsonObject {
  if (request.stop.length === 0) return {}
  if (isNative(request)) return { stop_sequences: request.stop }
  const inked = request.stop.filter((stop) => stop.trim() !== '')
  if (inked.length < request.stop.length) {
    lose({ path: 'stop', why: 'the API refuses stop sequences of white space alone' })
  }
  return inked.length > 0 ? { stop_sequences: inked } : {}
}

/** The only metadata the API takes is one id of the end user. */
function writeMetadata({ endUser, safetyIdentifier }: GenerateRequest, left: JsonObject | undefined): JsonObject {
  const userId = endUser ?? safetyIdentifier
  if (userId === undefined && !left) return {}
  return { metadata: { ...left, ...(userId !== undefined && { user_id: userId }) } }
}

/**
 * The API knows `auto`, which uses priority capacity where the organisation has bought it, and `standard_only`.
 * https://platform.claude.com/docs/en/api/service-tiers (seen 2026-11-21)
 */
function writeTier(request: GenerateRequest, lose: Lose): JsonObject {
  const tier = request.serviceTier
  if (tier === undefined) return {}
  if (tier === 'default' || tier === 'standard_only') return { service_tier: 'standard_only' }
  if (tier === 'auto' || tier === 'priority') return { service_tier: 'auto' }
  if (isNative(request)) return { service_tier: tier }
  lose({ path: 'serviceTier', why: 'no such tier here', value: tier })
  return {}
}

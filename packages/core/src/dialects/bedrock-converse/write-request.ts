import { adaptSchema } from '../../ir/adapt-schema.ts'
import type { Lose, RequestOptions } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { limitCachePoints } from './cache-point.ts'
import { stopSequencePaths } from './finish.ts'
import { loseUnplaceable } from './lose-unplaceable.ts'
import { ownFields } from './own-fields.ts'
import type { BedrockConverseQuirks } from './quirks.ts'
import { type Conversation, writeConversation } from './write-messages.ts'
import { writeMetadata } from './write-metadata.ts'
import { type SamplingWords, writeSampling } from './write-sampling.ts'
import { type ThinkingWords, writeThinking } from './write-thinking.ts'
import { type ToolWords, writeTools } from './write-tools.ts'

/** The body of Converse and of ConverseStream; the model and whether to stream stand in the path. */
export function encodeRequest(
  request: GenerateRequest,
  { quirks, context }: RequestOptions<BedrockConverseQuirks>,
  lose: Lose,
): JsonObject {
  loseUnplaceable(request, lose)
  const conversation = writeConversation(request, { quirks, provider: context.provider, lose })
  const { isLoopUnsigned, calledTools } = conversation
  const thinking = writeThinking(request, { quirks, lose, isLoopUnsigned })
  const sampling = writeSampling(request, { quirks, lose, isThinking: thinking.isThinking })
  const tools = writeTools(request, { quirks, lose, calledTools })
  const modelFields = { ...thinking.modelFields, ...sampling.modelFields, ...tools.modelFields }
  const requestMetadata = writeMetadata(request, lose)
  const said: JsonObject = {
    ...writeContent(conversation, tools, lose),
    ...writeInference(thinking, sampling),
    ...(Object.keys(modelFields).length > 0 && { additionalModelRequestFields: modelFields }),
    ...(request.stop.length > 0 && { additionalModelResponseFieldPaths: stopSequencePaths }),
    ...writeOutput(request, thinking, { quirks, lose }),
    ...(Object.keys(requestMetadata).length > 0 && { requestMetadata }),
    ...writeTier(request, lose),
  }
  return merge(merge(quirks.addedFields, ownFields(request.ext)), said)
}

/** The lists, after the cache points that are too many have gone. */
function writeContent({ system, messages }: Conversation, { tools, toolChoice }: ToolWords, lose: Lose): JsonObject {
  const lists = [tools, system, ...messages.map(({ content }) => content)]
  const [ownTools = [], ownSystem = [], ...contents] = limitCachePoints(lists, lose)
  return {
    messages: messages.map(({ role }, index) => ({ role, content: contents[index] ?? [] })),
    ...(ownSystem.length > 0 && { system: ownSystem }),
    ...(ownTools.length > 0 && { toolConfig: { tools: ownTools, ...(toolChoice && { toolChoice }) } }),
  }
}

function writeInference({ maxTokens }: ThinkingWords, { inferenceConfig }: SamplingWords): JsonObject {
  const config = { ...(maxTokens !== undefined && { maxTokens }), ...inferenceConfig }
  return Object.keys(config).length > 0 ? { inferenceConfig: config } : {}
}

interface OutputContext {
  readonly quirks: BedrockConverseQuirks
  readonly lose: Lose
}

/** Effort and answer format. The schema is JSON text. */
function writeOutput({ format }: GenerateRequest, { effort }: ThinkingWords, context: OutputContext): JsonObject {
  const textFormat = format && writeFormat(format, context)
  const config = { ...(textFormat && { textFormat }), ...(effort !== undefined && { effort }) }
  return Object.keys(config).length > 0 ? { outputConfig: config } : {}
}

function writeFormat(
  format: NonNullable<GenerateRequest['format']>,
  { quirks, lose }: OutputContext,
): JsonObject | undefined {
  if (format.kind === 'text') return undefined
  if (format.kind === 'json') {
    lose({ path: 'format', why: 'no JSON mode without a schema; the prompt alone asks for JSON' })
    return undefined
  }
  if (!quirks.takesSchema) {
    lose({ path: 'format', why: 'this model takes no schema for its answer; the prompt alone asks for JSON' })
    return undefined
  }
  const { name, description } = format
  const schema = JSON.stringify(adaptSchema(format.schema, 'format.schema', lose))
  const jsonSchema = { schema, ...(name !== '' && { name }), ...(description && { description }) }
  return { type: 'json_schema', structure: { jsonSchema } }
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html (seen 2026-11-21) */
const tiers: Readonly<Record<string, string>> = {
  default: 'default',
  standard: 'default',
  standard_only: 'default',
  flex: 'flex',
  priority: 'priority',
  reserved: 'reserved',
}

function writeTier({ serviceTier }: GenerateRequest, lose: Lose): JsonObject {
  if (serviceTier === undefined || serviceTier === 'auto') return {}
  const type = tiers[serviceTier]
  if (type !== undefined) return { serviceTier: { type } }
  lose({ path: 'serviceTier', why: 'no such tier here', value: serviceTier })
  return {}
}

/** Both, the later one winning: field by field at the top and within the objects there. */
function merge(earlier: JsonObject, later: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...earlier }
  for (const [key, value] of Object.entries(later)) {
    const [before, after] = [asObject(earlier[key]), asObject(value)]
    merged[key] = before && after ? { ...before, ...after } : value
  }
  return merged
}

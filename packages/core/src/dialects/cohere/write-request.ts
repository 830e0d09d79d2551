import type { Lose, RequestOptions } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { loseFields } from '../../ir/lose-fields.ts'
import type { GenerateRequest, OutputFormat } from '../../ir/request.ts'
import type { CohereQuirks } from './quirks.ts'
import { unplaceable } from './unplaceable.ts'
import { writeV1Request } from './v1-request.ts'
import { Documents } from './write-content.ts'
import { writeMessages } from './write-messages.ts'
import { writeThinking } from './write-thinking.ts'
import { writeTools } from './write-tools.ts'

/** The body of `POST /v2/chat`, or of `/v1/chat` where the provider is older. */
export function encodeRequest(
  request: GenerateRequest,
  { quirks }: RequestOptions<CohereQuirks>,
  lose: Lose,
): JsonObject {
  const body = writeBody(request, quirks, lose)
  return quirks.api === 'v1' ? writeV1Request(body, lose) : body
}

function writeBody(request: GenerateRequest, quirks: CohereQuirks, lose: Lose): JsonObject {
  const documents = new Documents()
  const messages = writeMessages(request.messages, { quirks, documents, lose })
  const tools = writeTools(request, lose)
  const isGrounded = documents.all.length > 0 || 'tools' in tools
  loseFields(request, unplaceable, lose)
  return {
    model: request.model,
    messages,
    ...(documents.all.length > 0 && { documents: documents.all }),
    ...tools,
    ...writeFormat(request.format, { isGrounded, lose }),
    ...writeHouseRules(quirks, isGrounded),
    ...writeThinking(request, { quirks, lose }),
    ...writeSampling(request, lose),
    stream: request.stream,
  }
}

interface FormatContext {
  /** The request has tools or documents. */
  readonly isGrounded: boolean
  readonly lose: Lose
}

/** The API refuses a format beside tools or documents. https://docs.cohere.com/v2/reference/chat (seen 2026-11-21) */
function writeFormat(format: OutputFormat | undefined, { isGrounded, lose }: FormatContext): JsonObject {
  if (!format || format.kind === 'text') return {}
  if (isGrounded) {
    lose({ path: 'format', why: 'no answer format beside tools or documents' })
    return {}
  }
  if (format.kind === 'json') return { response_format: { type: 'json_object' } }
  return { response_format: { type: 'json_object', json_schema: describe(format) } }
}

/** The name and description of an answer format have their place in the schema itself. */
function describe({ name, description, schema }: OutputFormat & { kind: 'json-schema' }): JsonObject {
  return { ...(name !== '' && { title: name }), ...(description !== undefined && { description }), ...schema }
}

/** What the operator set for all calls. */
function writeHouseRules({ safetyMode, citations }: CohereQuirks, isGrounded: boolean): JsonObject {
  return {
    ...(safetyMode !== '' && !isGrounded && { safety_mode: safetyMode }),
    ...(citations !== '' && { citation_options: { mode: citations } }),
  }
}

/** Ranges as the API documents them. https://docs.cohere.com/v2/reference/chat (seen 2026-11-21) */
const ranges = {
  topP: { wire: 'p', least: 0.01, most: 0.99 },
  topK: { wire: 'k', least: 0, most: 500 },
  frequencyPenalty: { wire: 'frequency_penalty', least: 0, most: 1 },
  presencePenalty: { wire: 'presence_penalty', least: 0, most: 1 },
} as const

const maxStops = 5

function writeSampling(request: GenerateRequest, lose: Lose): JsonObject {
  const { maxOutputTokens, temperature, seed, stop, logprobs } = request
  if (stop.length > maxStops)
    lose({ path: 'stop', why: `the API takes ${maxStops} stop sequences`, value: stop.length })
  if (logprobs && logprobs.top > 0)
    lose({ path: 'logprobs.top', why: 'only the chosen tokens have probabilities here' })
  return {
    ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...writeRanges(request, lose),
    ...(seed !== undefined && { seed }),
    ...(stop.length > 0 && { stop_sequences: stop.slice(0, maxStops) }),
    ...(logprobs && { logprobs: true }),
  }
}

/** Numbers the API takes within bounds; one beyond them is sent as the bound, and that is told. */
function writeRanges(request: GenerateRequest, lose: Lose): JsonObject {
  const written: Record<string, number> = {}
  for (const name of ['topP', 'topK', 'frequencyPenalty', 'presencePenalty'] as const) {
    const asked = request[name]
    if (asked === undefined) continue
    const { wire, least, most } = ranges[name]
    const value = Math.min(Math.max(asked, least), most)
    if (value !== asked) lose({ path: name, why: `the API takes ${least} to ${most}; ${value} was sent`, value: asked })
    written[wire] = value
  }
  return written
}

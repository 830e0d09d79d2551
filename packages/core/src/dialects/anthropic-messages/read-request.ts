import type { WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { RequestReader, rest } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { extend, nativeNote } from './own-fields.ts'
import { readMessages, readSystem } from './read-messages.ts'
import { readOutput, type WordsAndRest } from './read-output.ts'
import { readToolChoice, readTools } from './read-tools.ts'

/** A client's `POST /v1/messages`. */
export function decodeRequest(call: WireRequest): Result<GenerateRequest> {
  const reader = new RequestReader()
  const request = readBody(reader, call)
  if (request.maxOutputTokens === undefined) {
    reader.fail('max_tokens', "Missing required parameter: 'max_tokens'.")
  }
  return reader.result(request)
}

/** A client's `POST /v1/messages/count_tokens`: the same body, without `max_tokens`. */
export function readCountRequest(call: WireRequest): Result<GenerateRequest> {
  const reader = new RequestReader()
  return reader.result(readBody(reader, call))
}

function readBody(reader: RequestReader, { body, model, stream }: WireRequest): GenerateRequest {
  const choice = readToolChoice(reader, body)
  const output = readOutput(reader, body)
  const sender = readSender(reader, body)
  return {
    model: model ?? reader.requiredString(body, 'model'),
    messages: [...readSystem(reader, body), ...readMessages(reader, body)],
    tools: readTools(reader, body),
    ...choice,
    ...output.words,
    ...readSampling(reader, body),
    stop: reader.strings(body, 'stop_sequences') ?? [],
    stream: stream ?? reader.boolean(body, 'stream') ?? false,
    ...sender.words,
    ...extend({
      ...rest(body, ...knownFields, ...(choice ? ['tool_choice'] : [])),
      ...output.left,
      ...sender.left,
      ...nativeNote,
    }),
  }
}

/** With what is the endpoint's own: a client of Vertex says the version here, the provider's quirk says it there. */
const knownFields = [
  'anthropic_version',
  'model',
  'messages',
  'system',
  'max_tokens',
  'stop_sequences',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
]

function readSampling(reader: RequestReader, body: JsonObject): Partial<GenerateRequest> {
  const maxOutputTokens = reader.count(body, 'max_tokens')
  const temperature = reader.number(body, 'temperature')
  const topP = reader.number(body, 'top_p')
  const topK = reader.count(body, 'top_k')
  return {
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
  }
}

/** `metadata.user_id` and `service_tier`. `standard_only` is what others call `default`: no capacity that costs extra. */
function readSender(reader: RequestReader, body: JsonObject): WordsAndRest {
  const metadata = reader.object(body, 'metadata')
  const endUser = metadata && reader.string(metadata, 'user_id', 'metadata')
  const more = metadata && rest(metadata, 'user_id')
  const tier = reader.string(body, 'service_tier')
  return {
    words: {
      ...(endUser !== undefined && { endUser }),
      ...(tier !== undefined && { serviceTier: tier === 'standard_only' ? 'default' : tier }),
    },
    left: more ? { metadata: more } : {},
  }
}

import type { CodecContext, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, RequestReader, rest } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { extend } from './own-fields.ts'
import { given } from './read.ts'
import { readGeneration } from './read-generation.ts'
import { readContents, readSystem } from './read-messages.ts'
import { readToolChoice, readTools } from './read-tools.ts'
import { camelKeys } from './spelling.ts'

const known = ['model', 'contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig'] as const

/**
 * A `generateContent` body. The path says the model and whether to stream; a `model` in the body counts only where the
 * path has none. `role` of the system instruction means nothing to the API and is not kept.
 */
export function decodeRequest(call: WireRequest, _context: CodecContext): Result<GenerateRequest> {
  const reader = new RequestReader()
  const body = camelKeys(call.body)
  const model = call.model ?? reader.string(body, 'model')?.replace(/^models\//, '')
  if (model === undefined || model === '') reader.fail('model', "Missing required parameter: 'model'.")
  const generation = readGeneration(reader, body)
  const { toolChoice, left: toolConfig } = readToolChoice(reader, body)
  const labels = asObject(body['labels'])
  const request: GenerateRequest = {
    model: model ?? '',
    messages: [...readSystem(reader, body), ...readContents(reader, body)],
    tools: readTools(reader, body),
    stop: generation.stop,
    stream: call.stream ?? false,
    ...generation.fields,
    ...given({
      toolChoice,
      metadata: labels,
      store: reader.boolean(body, 'store'),
      serviceTier: reader.string(body, 'serviceTier'),
    }),
    ...extend({ $native: true, ...leftOver(body, labels), ...given({ toolConfig }), ...generation.left }),
  }
  return reader.result(request)
}

function leftOver(body: JsonObject, labels: JsonObject | undefined): JsonObject | undefined {
  const left = rest(body, ...known, 'store', 'serviceTier', ...(labels ? ['labels'] : []))
  return left && Object.fromEntries(Object.entries(left).filter(([, value]) => value !== null))
}

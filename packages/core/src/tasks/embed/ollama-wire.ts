import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asString } from '../../ir/read.ts'
import { inputUsage } from '../sum-usage.ts'
import { badAnswer, type TaskWire } from '../task.ts'
import type { EmbedRequest } from './request.ts'
import type { EmbedResponse } from './response.ts'
import { teiWire } from './tei-wire.ts'

/** Ollama's own API. https://docs.ollama.com/api/embed (seen 2026-11-21) */
export const ollamaWire: TaskWire<EmbedRequest, EmbedResponse> = {
  id: 'ollama-embed',
  words: 'openai-chat',
  path: () => '/embed',
  encodeRequest,
  decodeResponse,
}

function encodeRequest(request: EmbedRequest, model: string, lose: Lose): Result<JsonObject> {
  const { truncate: cut, ...wishes } = request
  const encoded = teiWire.encodeRequest(wishes, model, lose)
  if (!encoded.ok) return encoded
  if (cut === 'start') lose({ path: 'truncate', why: 'Ollama cuts long inputs at their end' })
  const { inputs, ...rest } = encoded.value
  const truncate = cut === undefined ? undefined : cut !== 'none'
  return { ok: true, value: { model, input: inputs, ...rest, ...(truncate !== undefined && { truncate }) } }
}

function decodeResponse(body: Json, request: EmbedRequest): Result<EmbedResponse> {
  const object = asObject(body)
  const list = asArray(object?.['embeddings'])
  if (!list) return badAnswer("has no 'embeddings'")
  const read = teiWire.decodeResponse(list, request)
  if (!read.ok) return read
  const model = asString(object?.['model'])
  const usage = inputUsage(asNumber(object?.['prompt_eval_count']))
  return { ok: true, value: { ...read.value, usage, ...(model !== undefined && { model }) } }
}

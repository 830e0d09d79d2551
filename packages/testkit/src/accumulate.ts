import type { Frame } from '@sluice/core/ir/dialect.ts'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects, asString, parseObject } from '@sluice/core/ir/read.ts'
import { parseJson } from './parse-json.ts'

/**
 * The whole answer a client's SDK puts together from a stream, and keeps in its history. Each does it its own way:
 * OpenAI's and LangChain's join strings and lists by index, Anthropic's fills blocks, Responses clients take the final
 * event, Gemini's keep every part as it came.
 */
export function accumulateStream(dialect: ClientDialectId, frames: readonly Frame[]): JsonObject {
  const events = frames.map(({ data }) => parseObject(data)).filter((event) => event !== undefined)
  switch (dialect) {
    case 'openai-chat':
      return accumulateChat(events)
    case 'openai-responses':
      return asObject(events.findLast(({ response }) => response !== undefined)?.['response']) ?? {}
    case 'anthropic-messages':
      return accumulateMessage(events)
    case 'gemini':
      return accumulateGemini(events)
  }
}

type Draft = Record<string, Json | undefined>

function accumulateChat(chunks: readonly JsonObject[]): JsonObject {
  const message: Draft = {}
  let finish: Json = null
  for (const chunk of chunks) {
    const choice = asObjects(chunk['choices']).find(({ index }) => index === 0)
    if (!choice) continue
    mergeDelta(message, asObject(choice['delta']) ?? {})
    finish = choice['finish_reason'] ?? finish
  }
  return { choices: [{ index: 0, message, finish_reason: finish }] }
}

/** Words that name a thing are said once; other texts are pieces. */
const names: ReadonlySet<string> = new Set(['role', 'id', 'type', 'name', 'format', 'index', 'signature', 'data'])

function mergeDelta(into: Draft, delta: JsonObject): void {
  for (const [key, value] of Object.entries(delta)) {
    const before = into[key]
    if (value === null || value === undefined) into[key] ??= value
    else if (typeof value === 'string' && typeof before === 'string' && !names.has(key)) into[key] = before + value
    else if (Array.isArray(value)) into[key] = mergeList(asObjects(before), asObjects(value))
    else if (asObject(value)) into[key] = mergeObject(asObject(before) ?? {}, asObject(value) ?? {})
    else into[key] = value
  }
}

function mergeObject(before: JsonObject, delta: JsonObject): JsonObject {
  const merged: Draft = { ...before }
  mergeDelta(merged, delta)
  return merged
}

/** Elements with an index go where it says, others to the end. */
function mergeList(before: readonly JsonObject[], added: readonly JsonObject[]): readonly JsonObject[] {
  const list = [...before]
  for (const element of added) {
    const at = list.findIndex(({ index }) => index !== undefined && index === element['index'])
    const there = list[at]
    if (there) list[at] = mergeObject(there, element)
    else list.push(element)
  }
  return list
}

function accumulateMessage(events: readonly JsonObject[]): JsonObject {
  let message: Draft = {}
  const blocks: Draft[] = []
  const inputs: string[] = []
  for (const event of events) {
    const index = asNumber(event['index']) ?? 0
    if (event['type'] === 'message_start') message = { ...asObject(event['message']) }
    else if (event['type'] === 'content_block_start') blocks[index] = { ...asObject(event['content_block']) }
    else if (event['type'] === 'message_delta') message = { ...message, ...asObject(event['delta']) }
    else if (event['type'] === 'content_block_delta') {
      const delta = asObject(event['delta']) ?? {}
      inputs[index] = (inputs[index] ?? '') + (asString(delta['partial_json']) ?? '')
      addBlockDelta(blocks[index] ?? {}, delta)
    }
  }
  const content = blocks.map((block, index) =>
    inputs[index] ? { ...block, input: parseJson(inputs[index]) ?? {} } : block,
  )
  return { ...message, content }
}

function addBlockDelta(block: Draft, delta: JsonObject): void {
  for (const key of ['text', 'thinking', 'signature']) {
    const piece = asString(delta[key])
    if (piece !== undefined) block[key] = (asString(block[key]) ?? '') + piece
  }
}

/** Every part as it came, in one content: signatures stay on the chunk's part that carried them. */
function accumulateGemini(chunks: readonly JsonObject[]): JsonObject {
  const candidates = chunks.flatMap((chunk) => asObjects(chunk['candidates'])).filter(({ index }) => !index)
  const parts = candidates.flatMap(({ content }) => asObjects(asObject(content)?.['parts']))
  const kept = parts.filter((part) => part['text'] !== '' || part['thoughtSignature'] !== undefined)
  const finish = candidates.findLast(({ finishReason }) => finishReason !== undefined)?.['finishReason']
  return { candidates: [{ content: { role: 'model', parts: kept }, finishReason: finish ?? null }] }
}

import type { JsonObject } from '../../ir/json.ts'
import type { Citation, MediaPart, Part, TextPart, ToolCallPart } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, asObjects, asString } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { decodeCitation } from './citations.ts'
import { readUrl } from './media.ts'
import { readContent } from './read-parts.ts'
import { readReasoning } from './read-reasoning.ts'
import { readToolCalls } from './read-tool-calls.ts'
import { attachSeal, unwrapDetail } from './reasoning-details.ts'
import { dialect, extend, unknownFields } from './wire.ts'

const known = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'audio',
  'images',
  'annotations',
  'tool_calls',
  'function_call',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'cache_control',
])

/** What reading one message needs beside it. */
export interface MessagePlace {
  readonly at: string
  readonly reader: RequestReader
  /** Makes the id of a legacy function call, which has none. */
  readonly newCallId: () => string
}

/** An earlier answer that the client sends back. Its parts stand in the order: thinking, content, media, calls. */
export function readAssistant(message: JsonObject, place: MessagePlace): Message {
  const { at, reader } = place
  const reasoning = readReasoning(message)
  const parts: readonly Part[] = [
    ...reasoning.parts,
    ...readSaid(message, place),
    ...readMedia(message, at, reader),
    ...readToolCalls(message, at, reader),
    ...readFunctionCall(message, place),
  ]
  const name = reader.string(message, 'name', at)
  return {
    role: 'assistant',
    parts: attachSeals(parts, message),
    ...(name !== undefined && { name }),
    ...extend({ ...unknownFields(message, known), ...(reasoning.fields.length > 0 && { $fields: reasoning.fields }) }),
  }
}

/** Text and refusal. An empty string beside tool calls is how many clients spell "no text". */
function readSaid(message: JsonObject, { at, reader }: MessagePlace): readonly Part[] {
  const content = readContent(message, at, reader)
  const refusal = reader.string(message, 'refusal', at)
  const calls = message['tool_calls'] ?? message['function_call'] ?? message['audio']
  const isEmpty = message['content'] === '' && (calls || refusal || message['reasoning_details'])
  const said: Part[] = isEmpty ? [] : [...withCitations(content, message)]
  if (refusal !== undefined && refusal !== '') said.push({ kind: 'refusal', text: refusal })
  return said
}

/** `annotations` stand beside the content; they are about its text. */
function withCitations(content: readonly Part[], message: JsonObject): readonly Part[] {
  const annotations = asObjects(message['annotations'])
  const [first] = content
  if (annotations.length === 0 || first?.kind !== 'text') return content
  const citations: readonly Citation[] = annotations.map((each) => decodeCitation(each, 0))
  const cited: TextPart = { ...first, citations }
  return [cited, ...content.slice(1)]
}

/** Audio comes back as the id of an earlier answer's; images (OpenRouter) as they were. */
function readMedia(message: JsonObject, at: string, reader: RequestReader): readonly MediaPart[] {
  const media: MediaPart[] = []
  const audio = reader.object(message, 'audio', at)
  if (audio) {
    const id = reader.requiredString(audio, 'id', `${at}.audio`)
    media.push({ kind: 'media', mediaType: 'audio/*', source: { from: 'file', dialect, id } })
  }
  for (const image of asObjects(message['images'])) {
    const url = asString(asObject(image['image_url'])?.['url'])
    if (url !== undefined) media.push({ kind: 'media', ...readUrl(url, 'image/*'), ...extend({ $images: true }) })
  }
  return media
}

/** The one call an answer could hold before there were tools (platform.openai.com, deprecated since 2023-11). */
function readFunctionCall(message: JsonObject, { at, reader, newCallId }: MessagePlace): readonly ToolCallPart[] {
  const call = reader.object(message, 'function_call', at)
  if (!call) return []
  const name = reader.requiredString(call, 'name', `${at}.function_call`)
  const args = asString(call['arguments']) ?? ''
  return [{ kind: 'tool-call', id: newCallId(), name, args, executor: 'client', ...extend({ $legacy: true }) }]
}

function attachSeals(parts: readonly Part[], message: JsonObject): readonly Part[] {
  let sealed = parts
  for (const detail of asObjects(message['reasoning_details'])) {
    const found = unwrapDetail(detail)
    if (found) sealed = attachSeal(sealed, found.seal, found.place)
  }
  return sealed
}

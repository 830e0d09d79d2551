import { textToArgs } from '../../ir/custom-tool.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, TextPart, ToolCallPart } from '../../ir/part.ts'
import { parseObject } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { opensFor } from '../../ir/seal.ts'
import { encodeCitation } from './citations.ts'
import { dataUrl, isKind } from './media.ts'
import { writeCallId } from './tool-ids.ts'
import type { Draft } from './wire.ts'
import { dialect, own, sendable } from './wire.ts'
import type { Writing } from './write-parts.ts'
import { writeCache, writeContent, writePart } from './write-parts.ts'
import { ReasoningWriter } from './write-reasoning.ts'

interface Draught {
  readonly content: JsonObject[]
  readonly calls: JsonObject[]
  readonly images: JsonObject[]
  readonly annotations: JsonObject[]
  readonly fields: Draft
}

/** An earlier answer, or undefined when nothing of it has a place here. */
export function writeAssistant(message: Message, path: string, writing: Writing): JsonObject | undefined {
  const to: Draught = { content: [], calls: [], images: [], annotations: [], fields: {} }
  const reasoning = new ReasoningWriter(message, writing)
  for (const [index, part] of message.parts.entries()) {
    const place = `${path}.parts[${index}]`
    if (part.kind === 'reasoning') add(to.content, reasoning.add(part, place))
    else addPart(part, place, { to, writing })
  }
  const thought = reasoning.fields()
  const hasExtras = to.calls.length > 0 || Object.keys(to.fields).length + Object.keys(thought).length > 0
  if (to.content.length === 0 && !hasExtras && to.images.length === 0 && message.parts.length > 0) return undefined
  return {
    role: 'assistant',
    content: to.content.length === 0 ? (hasExtras ? null : '') : writeContent(to.content),
    name: message.name,
    ...thought,
    ...to.fields,
    ...list('tool_calls', to.calls),
    ...list('images', to.images),
    ...list('annotations', to.annotations),
    ...sendable(message.ext),
  }
}

function add(list: JsonObject[], value: JsonObject | undefined): void {
  if (value) list.push(value)
}

function list(key: string, values: readonly JsonObject[]): JsonObject | undefined {
  return values.length > 0 ? { [key]: values } : undefined
}

interface Adding {
  readonly to: Draught
  readonly writing: Writing
}

function addPart(part: Part, path: string, { to, writing }: Adding): void {
  switch (part.kind) {
    case 'text':
      if (part.text !== '' || part.seal === undefined) to.content.push(writeText(part, writing))
      for (const citation of part.citations ?? []) to.annotations.push(encodeCitation(citation, 0))
      break
    case 'refusal':
      to.fields['refusal'] = `${to.fields['refusal'] ?? ''}${part.text}`
      break
    case 'tool-call':
      addCall(part, path, { to, writing })
      break
    case 'media':
      addMedia(part, path, { to, writing })
      break
    default:
      add(to.content, writePart(part, path, writing))
  }
}

function writeText({ text, cache, ext }: TextPart, writing: Writing): JsonObject {
  return { type: 'text', text, ...writeCache(cache, writing), ...sendable(ext) }
}

function addCall(part: ToolCallPart, path: string, { to, writing }: Adding): void {
  if (part.executor === 'provider') {
    writing.lose({ path, why: 'a call that its provider ran has no place in this history', value: part.name })
  } else if (own(part.ext)['$legacy'] === true) {
    to.fields['function_call'] = { name: part.name, arguments: part.args }
  } else {
    to.calls.push(writeCall(part, writing))
  }
}

function writeCall(part: ToolCallPart, writing: Writing): JsonObject {
  const { id, name, args, form, seal, cache, ext } = part
  const isCustom = form === 'text' && writing.quirks.customTools
  const index = own(ext)['$index']
  return {
    id: writeCallId(id, writing.quirks),
    ...(isCustom
      ? { type: 'custom', custom: { name, input: args } }
      : { type: 'function', function: { name, arguments: form === 'text' ? textToArgs(args) : args } }),
    ...(index !== undefined && { index }),
    ...(seal && opensFor(seal, dialect, writing.provider) && parseObject(seal.data)),
    ...writeCache(cache, writing),
    ...sendable(ext),
  }
}

/** Of the media of an earlier answer only audio has a place, as the id the provider gave it; images where it takes any. */
function addMedia(part: MediaPart, path: string, { to, writing }: Adding): void {
  const { source, mediaType, ext } = part
  if (source.from === 'file' && isKind(mediaType, 'audio')) {
    if (source.dialect === dialect) to.fields['audio'] = { id: source.id }
    return
  }
  const canTakeImage = writing.quirks.assistantImages || own(ext)['$images'] === true
  const url = urlOf(part)
  if (isKind(mediaType, 'image') && canTakeImage && url !== undefined) {
    to.images.push({ type: 'image_url', image_url: { url } })
  } else if (part.transcript !== undefined) {
    to.content.push({ type: 'text', text: part.transcript })
    writing.lose({ path, why: 'the sound of an earlier answer has no place here; its transcript is sent' })
  } else {
    writing.lose({ path, why: `the ${mediaType} of an earlier answer has no place here` })
  }
}

function urlOf({ source, mediaType }: MediaPart): string | undefined {
  if (source.from === 'url') return source.url
  return source.from === 'base64' ? dataUrl(mediaType, source.data) : undefined
}

import type { Json, JsonObject } from '../../ir/json.ts'
import type { Part, ToolResultPart } from '../../ir/part.ts'
import type { GenerateRequest, Message } from '../../ir/request.ts'
import { shortCallId } from './call-id.ts'
import { dialect, itemOf, ownOf } from './extension.ts'
import { AssistantItems } from './write-assistant.ts'
import type { Writing } from './write-content.ts'
import { writeInputPart } from './write-content.ts'

/** `instructions` and `input`. */
export interface WireInput extends JsonObject {
  readonly instructions?: string
  readonly input?: Json
}

/** The messages of a request as `instructions` and items. */
export function writeMessages(request: GenerateRequest, writing: Writing): WireInput {
  const { instructions, messages } = liftInstructions(request.messages, writing)
  const lifted = instructions === undefined ? {} : { instructions }
  const bare = bareInput(messages)
  if (bare !== undefined) return { ...lifted, input: bare }
  const items: JsonObject[] = []
  const textCalls = new Set<string>()
  const first = request.messages.length - messages.length
  for (const [index, message] of messages.entries()) {
    const path = `messages[${first + index}]`
    if (message.name !== undefined) {
      writing.lose({ path: `${path}.name`, why: 'messages of the Responses API have no name' })
    }
    writeMessage(message, path, { ...writing, items, textCalls })
  }
  return items.length > 0 ? { ...lifted, input: items } : lifted
}

interface Lifted {
  readonly instructions?: string
  readonly messages: readonly Message[]
}

/**
 * The leading system message is `instructions` when the client said so, or when it is one plain text. Where the
 * provider insists on them, all leading system text is.
 */
function liftInstructions(messages: readonly Message[], { quirks }: Writing): Lifted {
  if (quirks.needsInstructions) {
    const end = messages.findIndex((each) => !isPlainSystem(each))
    const count = end < 0 ? messages.length : end
    const texts = messages.slice(0, count).flatMap((each) => each.parts.map(textOf))
    return { instructions: texts.join('\n\n'), messages: messages.slice(count) }
  }
  const [first] = messages
  if (!first || !isPlainSystem(first)) return { messages }
  const own = ownOf(first.ext)
  const isOurs = own?.['$from'] === 'instructions'
  const isAlone = messages.length === 1
  const isForeign = !own && !isAlone && first.parts.length === 1 && first.parts[0]?.cache === undefined
  if (!isOurs && !isForeign) return { messages }
  return { instructions: first.parts.map(textOf).join('\n\n'), messages: messages.slice(1) }
}

function isPlainSystem({ role, parts, name }: Message): boolean {
  return (
    (role === 'system' || role === 'developer') && name === undefined && parts.every((each) => each.kind === 'text')
  )
}

function textOf(part: Part): string {
  return part.kind === 'text' ? part.text : ''
}

/** `input` as the one string the client wrote, when nothing came to it since. */
function bareInput(messages: readonly Message[]): string | undefined {
  const [only] = messages
  if (messages.length !== 1 || !only || ownOf(only.ext)?.['$from'] !== 'input') return undefined
  const [part] = only.parts
  return only.parts.length === 1 && part?.kind === 'text' ? part.text : undefined
}

interface Items extends Writing {
  readonly items: JsonObject[]
  /** Ids of the custom tool calls so far: their outputs are another item type. */
  readonly textCalls: Set<string>
}

function writeMessage(message: Message, path: string, writing: Items): void {
  if (message.role === 'assistant') {
    const assistant = new AssistantItems(writing, path)
    for (const [index, part] of message.parts.entries()) {
      if (part.kind === 'tool-call' && part.form === 'text') writing.textCalls.add(part.id)
      assistant.add(part, index)
    }
    assistant.close()
    writing.items.push(...assistant.items)
    return
  }
  writeClientMessage(message, path, writing)
}

/** A message of the client's side. Tool results in it are items of their own, wherever they stand. */
function writeClientMessage(message: Message, path: string, writing: Items): void {
  let content: JsonObject[] = []
  const flush = (): void => {
    if (content.length > 0) writing.items.push(writeMessageItem(message, content))
    content = []
  }
  for (const [index, part] of message.parts.entries()) {
    const at = `${path}.parts[${index}]`
    if (part.kind === 'tool-result') {
      flush()
      writing.items.push(writeToolResult(part, at, writing))
    } else if (part.kind === 'opaque' && message.role === 'tool') {
      flush()
      if (part.dialect === dialect) writing.items.push(part.value)
    } else {
      const written = writeInputPart(part, at, writing)
      if (written) content.push(written)
    }
  }
  flush()
  if (message.parts.length === 0 && itemOf(message.ext)) writing.items.push(writeMessageItem(message, []))
}

function writeMessageItem(message: Message, content: readonly JsonObject[]): JsonObject {
  const own = ownOf(message.ext)
  const role = message.role === 'tool' ? 'user' : message.role
  const head = itemOf(message.ext) ?? { type: 'message' }
  const [only] = content
  const isText = own?.['$text'] === true && content.length === 1 && only?.['type'] === 'input_text'
  return { ...head, role, content: isText ? (only['text'] ?? '') : content }
}

function writeToolResult(part: ToolResultPart, path: string, writing: Items): JsonObject {
  if (part.isError) {
    writing.lose({ path: `${path}.isError`, why: 'a tool output of the Responses API has no error mark' })
  }
  const item = itemOf(part.ext)
  const isText = item?.['type'] === 'custom_tool_call_output' || writing.textCalls.has(part.callId)
  const type = isText && writing.quirks.hasCustomTools ? 'custom_tool_call_output' : 'function_call_output'
  return { ...item, type, call_id: shortCallId(part.callId), output: writeOutput(part, path, writing) }
}

/** One plain text is a string, as every provider takes it; anything else is a list. */
function writeOutput(part: ToolResultPart, path: string, writing: Writing): Json {
  const [only] = part.content
  const isList = ownOf(part.ext)?.['$list'] === true
  if (part.content.length === 0 && !isList) return ''
  if (!isList && part.content.length === 1 && only?.kind === 'text' && !only.ext) return only.text
  return part.content
    .map((each, index) => writeOutputPart(each, `${path}.content[${index}]`, writing))
    .filter((each) => each !== undefined)
}

/** A tool answers with text, images and files, but not with sound. */
function writeOutputPart(part: Part, path: string, writing: Writing): JsonObject | undefined {
  const written = writeInputPart(part, path, writing)
  if (written?.['type'] !== 'input_audio') return written
  writing.lose({ path, why: 'a tool output of the Responses API has no sound' })
  return undefined
}

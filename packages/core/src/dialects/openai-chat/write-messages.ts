import type { JsonObject } from '../../ir/json.ts'
import type { Part, ToolResultPart } from '../../ir/part.ts'
import type { Message } from '../../ir/request.ts'
import { writeCallId } from './tool-ids.ts'
import { own, sendable } from './wire.ts'
import { writeAssistant } from './write-assistant.ts'
import type { Writing } from './write-parts.ts'
import { writeCache, writeContent, writePart } from './write-parts.ts'

/**
 * `messages`. Results of tools are messages of their own, straight after the calls they answer; what else stood in
 * their message follows as a user message, and so do images of a result where the host takes only text there.
 */
export function writeMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const written: JsonObject[] = []
  let attached: JsonObject[] = []
  const flush = (): void => {
    if (attached.length > 0) written.push({ role: 'user', content: writeContent(attached) })
    attached = []
  }
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`
    const results = message.parts.some((part) => part.kind === 'tool-result')
    if (results) {
      attached.push(...writeResults(message, path, { writing, written }))
      if (message.role !== 'tool') flush()
    } else if (message.role === 'assistant') {
      flush()
      add(written, writeAssistant(message, path, writing))
    } else {
      if (message.role !== 'user') flush()
      add(written, writePlain(message, path, { writing, before: attached }))
      attached = []
    }
  }
  flush()
  return written
}

function add(list: JsonObject[], value: JsonObject | undefined): void {
  if (value) list.push(value)
}

interface PlainWriting {
  readonly writing: Writing
  /** Content that an earlier message left over. */
  readonly before: readonly JsonObject[]
}

function writePlain(message: Message, path: string, { writing, before }: PlainWriting): JsonObject | undefined {
  const isMarked = own(message.ext)['$cache'] === true && writing.quirks.cacheMarks === 'cache_control'
  const parts = isMarked ? withoutLastMark(message.parts) : message.parts
  const content = [...before, ...writeAll(parts, `${path}.parts`, writing)]
  if (content.length === 0 && message.parts.length > 0) return undefined
  return {
    role: roleOf(message.role, writing),
    content: content.length === 0 ? '' : writeContent(content),
    name: message.name,
    ...(isMarked && writeCache(message.parts.at(-1)?.cache, writing)),
    ...sendable(message.ext),
  }
}

function withoutLastMark(parts: readonly Part[]): readonly Part[] {
  return parts.map((part, index) => {
    if (index < parts.length - 1) return part
    const { cache: _, ...plain } = part
    return plain
  })
}

function roleOf(role: Message['role'], { quirks }: Writing): string {
  if (role !== 'system' && role !== 'developer') return role === 'tool' ? 'user' : role
  return quirks.systemRole === 'as-sent' ? role : quirks.systemRole
}

function writeAll(parts: readonly Part[], path: string, writing: Writing): JsonObject[] {
  const written: JsonObject[] = []
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text' && part.text === '' && part.seal !== undefined) continue
    add(written, writePart(part, `${path}[${index}]`, writing))
  }
  return written
}

interface ResultWriting {
  readonly writing: Writing
  readonly written: JsonObject[]
}

/** Writes the results and answers what has to follow in a user message. */
function writeResults(message: Message, path: string, { writing, written }: ResultWriting): readonly JsonObject[] {
  const media: JsonObject[] = []
  const others: JsonObject[] = []
  for (const [index, part] of message.parts.entries()) {
    const place = `${path}.parts[${index}]`
    if (part.kind === 'tool-result') {
      const { result, attached } = writeResult(part, place, writing)
      written.push({ ...result, ...sendable(message.ext) })
      media.push(...attached)
    } else add(others, writePart(part, place, writing))
  }
  return [...media, ...others]
}

interface WrittenResult {
  readonly result: JsonObject
  readonly attached: readonly JsonObject[]
}

function writeResult(part: ToolResultPart, path: string, writing: Writing): WrittenResult {
  if (part.isError)
    writing.lose({ path: `${path}.isError`, why: 'no field says that a tool failed; its text still does' })
  const canHold = (piece: JsonObject): boolean => piece['type'] === 'text' || writing.quirks.toolResultMedia
  const pieces = writeAll(part.content, `${path}.content`, writing)
  const inside = pieces.filter(canHold)
  const outside = pieces.filter((piece) => !canHold(piece))
  const attached =
    outside.length === 0 ? [] : [{ type: 'text', text: `Attached to the result of ${part.name || 'the tool'}:` }]
  if (outside.length > 0 && inside.length === 0) inside.push({ type: 'text', text: 'The result is attached below.' })
  return {
    result: { ...headOf(part, writing), content: marked(inside, part, writing) },
    attached: [...attached, ...outside],
  }
}

function headOf({ callId, name, ext }: ToolResultPart, { quirks }: Writing): JsonObject {
  if (own(ext)['$legacy'] === true) return { role: 'function', name }
  return { role: 'tool', tool_call_id: writeCallId(callId, quirks), ...(name !== '' && { name }) }
}

/** The content of a result, its cache mark after the last piece. */
function marked(
  pieces: readonly JsonObject[],
  part: ToolResultPart,
  writing: Writing,
): ReturnType<typeof writeContent> {
  const last = pieces.at(-1)
  if (!last) return ''
  const mark = writeCache(part.cache, writing)
  return writeContent(mark ? [...pieces.slice(0, -1), { ...last, ...mark }] : pieces)
}

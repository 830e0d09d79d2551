import type { JsonObject } from '../../ir/json.ts'
import type { Part, ToolResultPart } from '../../ir/part.ts'
import type { Message } from '../../ir/request.ts'
import { writeAssistant } from './write-assistant.ts'
import type { Writing } from './write-content.ts'
import { documentData, spell, textOf, writeImage, writePart } from './write-content.ts'

/**
 * `messages`. Results of tools are messages of their own, straight after the calls they answer; what else stood in their
 * message, and images of a result, follow in a user message.
 */
export function writeMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const written: JsonObject[] = []
  let attached: JsonObject[] = []
  const flush = (): void => {
    if (attached.length > 0) written.push({ role: 'user', content: spell(attached) })
    attached = []
  }
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`
    if (message.name !== undefined) writing.lose({ path: `${path}.name`, why: 'messages have no name here' })
    if (message.role === 'assistant') {
      flush()
      const answer = writeAssistant(message, path, writing)
      if (answer) written.push(answer)
      continue
    }
    const { results, others } = writeParts(message.parts, path, writing)
    // Results stand together: a message between them and their calls is refused.
    written.push(...results)
    if (results.length > 0) attached.push(...others)
    else if (isSystem(message)) {
      flush()
      if (others.length > 0) written.push({ role: 'system', content: spell(others) })
    } else {
      attached.push(...others)
      flush()
    }
  }
  flush()
  return written
}

function isSystem({ role }: Message): boolean {
  return role === 'system' || role === 'developer'
}

interface WrittenParts {
  readonly results: readonly JsonObject[]
  readonly others: readonly JsonObject[]
}

function writeParts(parts: readonly Part[], path: string, writing: Writing): WrittenParts {
  const results: JsonObject[] = []
  const others: JsonObject[] = []
  for (const [index, part] of parts.entries()) {
    const place = `${path}.parts[${index}]`
    if (part.kind !== 'tool-result') {
      const block = writePart(part, place, writing)
      if (block) others.push(block)
      continue
    }
    const { result, images } = writeResult(part, place, writing)
    results.push(result)
    if (images.length > 0) {
      others.push({ type: 'text', text: `Attached to the result of ${part.name || 'the tool'}:` }, ...images)
    }
  }
  return { results, others }
}

/** A result: its texts, its text files as documents, and apart from it the images a user message has to show. */
function writeResult(
  part: ToolResultPart,
  path: string,
  writing: Writing,
): { readonly result: JsonObject; readonly images: readonly JsonObject[] } {
  const { lose } = writing
  if (part.isError) lose({ path: `${path}.isError`, why: 'no field says that a tool failed; its text still does' })
  const blocks: JsonObject[] = []
  const images: JsonObject[] = []
  for (const [index, inner] of part.content.entries()) {
    const place = `${path}.content[${index}]`
    const text = inner.kind === 'media' ? textOf(inner) : undefined
    if (inner.kind === 'media' && text !== undefined) {
      blocks.push({ type: 'document', document: { data: documentData(text, inner.filename) } })
    } else if (inner.kind === 'media') {
      const image = writeImage(inner, place, lose)
      if (image) images.push(image)
    } else {
      const block = writePart(inner, place, writing)
      if (block) blocks.push(block)
    }
  }
  if (images.length > 0 && blocks.length === 0) blocks.push({ type: 'text', text: 'The result is attached below.' })
  return {
    result: { role: 'tool', tool_call_id: part.callId, content: blocks.length === 0 ? '' : spell(blocks) },
    images,
  }
}

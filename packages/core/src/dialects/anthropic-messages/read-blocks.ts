import type { JsonObject } from '../../ir/json.ts'
import type { Part, ReasoningPart, Seal } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, asObjects, asString } from '../../ir/read.ts'
import { isWrapped, splitSealedId, unwrapSeal } from '../../ir/seal.ts'
import { readMarked } from './cache-mark.ts'
import { readCitation } from './citation.ts'
import { dialect } from './own-fields.ts'
import { readDocument, readImage, readSearchResult } from './read-media.ts'

/** One content block of a client's message. `at` is its path: `messages[2].content[0]`. */
export function readBlock(reader: RequestReader, block: JsonObject, at: string): Part {
  switch (reader.requiredString(block, 'type', at)) {
    case 'text':
      return readText(reader, block, at)
    case 'thinking':
      return readThinking(reader, block, at)
    case 'redacted_thinking':
      return readRedacted(reader.requiredString(block, 'data', at), block)
    case 'image':
      return readImage(reader, block, at)
    case 'document':
      return readDocument(reader, block, at)
    case 'search_result':
      return readSearchResult(block)
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return readToolUse(reader, block, at)
    case 'tool_result':
      return readToolResult(reader, block, at)
    default:
      return { kind: 'opaque', dialect, value: block }
  }
}

/** The blocks of `content`, where a string stands for one text block. */
export function readContent(reader: RequestReader, owner: JsonObject, at: string): readonly Part[] {
  const content = owner['content']
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return reader.objects(owner, 'content', at).map((block) => readBlock(reader, block.value, block.at))
}

/** The note on a message or result whose content was a string, to write a string again. */
export function spelling(owner: JsonObject): JsonObject | undefined {
  return typeof owner['content'] === 'string' ? { $string: true } : undefined
}

function readText(reader: RequestReader, block: JsonObject, at: string): Part {
  const text = reader.requiredString(block, 'text', at)
  const citations = asObjects(block['citations']).map(readCitation)
  return {
    kind: 'text',
    text,
    ...(citations.length > 0 && { citations }),
    ...readMarked(block, ['type', 'text', 'citations']),
  }
}

function readThinking(reader: RequestReader, block: JsonObject, at: string): ReasoningPart {
  const text = reader.requiredString(block, 'thinking', at)
  const signature = reader.string(block, 'signature', at) ?? ''
  const seal = signature === '' ? undefined : readSeal(signature)
  return {
    kind: 'reasoning',
    // What others seal they show only a digest of; there is no field here to say which it was.
    form: seal && seal.dialect !== dialect ? 'summary' : 'full',
    text,
    ...(seal && { seal }),
    ...readMarked(block, ['type', 'thinking', 'signature']),
  }
}

function readRedacted(data: string, block: JsonObject): ReasoningPart {
  return { kind: 'reasoning', form: 'redacted', text: '', seal: readSeal(data), ...readMarked(block, ['type', 'data']) }
}

/** Another dialect's seal that was wrapped on its way out, or our own dialect's, which names no provider. */
function readSeal(data: string): Seal {
  return (isWrapped(data) ? unwrapSeal(data) : undefined) ?? { dialect, data }
}

function readToolUse(reader: RequestReader, block: JsonObject, at: string): Part {
  const { id, seal } = splitSealedId(reader.requiredString(block, 'id', at))
  return {
    kind: 'tool-call',
    id,
    name: reader.requiredString(block, 'name', at),
    args: writeArgs(block['input']),
    executor: block['type'] === 'tool_use' ? 'client' : 'provider',
    ...(seal && { seal }),
    ...readMarked(...callFields(block)),
  }
}

/** The fields of a call that are ours alone. `caller: {type: 'direct'}` says nothing, so it is only a note. */
export function callFields(block: JsonObject): [wire: JsonObject, known: readonly string[], notes?: JsonObject] {
  const known = ['type', 'id', 'name', 'input']
  const caller = asObject(block['caller'])
  const isDirect = caller?.['type'] === 'direct' && Object.keys(caller).length === 1
  return isDirect ? [block, [...known, 'caller'], { $caller: 'direct' }] : [block, known]
}

/** The argument text of an input object; `''` for none. */
export function writeArgs(input: unknown): string {
  const object = asObject(input)
  if (input === undefined || input === null || (object && Object.keys(object).length === 0)) return ''
  return JSON.stringify(input)
}

function readToolResult(reader: RequestReader, block: JsonObject, at: string): Part {
  return {
    kind: 'tool-result',
    callId: splitSealedId(reader.requiredString(block, 'tool_use_id', at)).id,
    name: asString(block['name']) ?? '',
    content: readContent(reader, block, at),
    isError: reader.boolean(block, 'is_error', at) ?? false,
    ...readMarked(block, ['type', 'tool_use_id', 'name', 'content', 'is_error'], spelling(block)),
  }
}

import type { JsonObject } from '../../ir/json.ts'
import type { Part, Seal, ToolResultPart } from '../../ir/part.ts'
import { asArray, asObject, asObjects, asString, rest } from '../../ir/read.ts'
import { isWrapped, splitSealedId, unwrapSeal } from '../../ir/seal.ts'
import { dialect, extend } from './extension.ts'
import { isMadeThought } from './made-id.ts'
import { flatName } from './namespace.ts'
import type { Reading } from './read-content.ts'
import { readContent } from './read-content.ts'

/** Parts of one assistant item, each noting the item it came in. */
export function readAssistantItem(item: JsonObject, reading: Reading): readonly Part[] {
  switch (item['type']) {
    case undefined:
    case 'message':
      return readMessageItem(item, reading)
    case 'reasoning':
      return readReasoning(item)
    case 'function_call':
      return [readCall(item, 'arguments', reading)]
    case 'custom_tool_call':
      return [readCall(item, 'input', reading)]
    case 'image_generation_call':
      return [readGeneratedImage(item)]
    default:
      return [{ kind: 'opaque', dialect, value: item }]
  }
}

function readMessageItem(item: JsonObject, reading: Reading): readonly Part[] {
  const fields = rest(item, 'role', 'content') ?? {}
  const isText = typeof item['content'] === 'string'
  const parts = readContent(item, 'content', reading)
  return parts.map((part, index) => ({
    ...part,
    ...extend({
      ...part.ext?.[dialect],
      $item: fields,
      ...(isText && { $text: true }),
      ...(index < parts.length - 1 && { $more: true }),
    }),
  }))
}

/** The seal of a text part travels in a reasoning item of its own whose wrapped seal has this id. */
export const textSealId = 'text'

/**
 * One part for each summary and each thought; an item with neither is a redacted part. The seal is on the last part,
 * as it is in the order of a stream.
 */
export function readReasoning(item: JsonObject): readonly Part[] {
  const seal = readSeal(item)
  const form = isMadeThought(item) ? ('full' as const) : ('summary' as const)
  const summary = asObjects(item['summary']).map((each) => ({ form, text: textOf(each) }))
  const content = asObjects(item['content']).map((each) => ({ form: 'full' as const, text: textOf(each) }))
  const sections = [...summary, ...content]
  const fields = rest(item, 'type', 'summary', ...spokenFor(item, seal)) ?? {}
  if (sections.length === 0) {
    return [{ kind: 'reasoning', form: 'redacted', text: '', ...(seal && { seal }), ...extend({ $item: fields }) }]
  }
  return sections.map((section, index) => {
    const isLast = index === sections.length - 1
    return {
      kind: 'reasoning',
      ...section,
      ...(isLast && seal && { seal }),
      ...extend(isLast ? { $item: fields } : { $item: idOnly(item), $more: true }),
    }
  })
}

/** Fields of a reasoning item that its parts hold; an empty list or a null stays a note, to be written back. */
function spokenFor(item: JsonObject, seal: Seal | undefined): readonly string[] {
  const hasContent = (asArray(item['content']) ?? []).length > 0
  return [...(hasContent ? ['content'] : []), ...(seal ? ['encrypted_content'] : [])]
}

function readSeal(item: JsonObject): Seal | undefined {
  const data = asString(item['encrypted_content'])
  if (data === undefined || data === '') return undefined
  if (isWrapped(data)) return unwrapSeal(data)
  const id = asString(item['id'])
  return { dialect, data, ...(id !== undefined && { id }) }
}

function textOf(section: JsonObject): string {
  return asString(section['text']) ?? ''
}

/** The note on a part that is not the last of its item. */
export function idOnly(item: JsonObject): JsonObject {
  const id = asString(item['id'])
  return id === undefined ? {} : { id }
}

function readCall(item: JsonObject, argsKey: 'arguments' | 'input', { reader, at }: Reading): Part {
  const name = reader.requiredString(item, 'name', at)
  const namespace = asString(item['namespace'])
  const { id, seal } = splitSealedId(reader.requiredString(item, 'call_id', at))
  return {
    kind: 'tool-call',
    id,
    name: flatName(namespace, name),
    args: reader.requiredString(item, argsKey, at),
    ...(argsKey === 'input' && { form: 'text' }),
    executor: 'client',
    ...(seal && { seal }),
    ...extend({ $item: callFields(item, argsKey) }),
  }
}

/** Fields of a call item beside those a tool-call part holds; the name stays where a namespace changed it. */
export function callFields(item: JsonObject, argsKey: 'arguments' | 'input'): JsonObject {
  const isNamespaced = asString(item['namespace']) !== undefined
  return rest(item, 'type', 'call_id', argsKey, ...(isNamespaced ? [] : ['name'])) ?? {}
}

/** The image a model made; without data it is a note of the provider's own. */
export function readGeneratedImage(item: JsonObject): Part {
  const data = asString(item['result'])
  if (data === undefined || data === '') return { kind: 'opaque', dialect, value: item }
  return {
    kind: 'media',
    mediaType: `image/${asString(item['output_format']) ?? 'png'}`,
    source: { from: 'base64', data },
    ...extend({ $item: rest(item, 'type', 'result') ?? {} }),
  }
}

/** What a tool answered; items of other tools than the client's own stay opaque. */
export function readToolItem(item: JsonObject, reading: Reading): Part {
  const type = item['type']
  if (type !== 'function_call_output' && type !== 'custom_tool_call_output') {
    return { kind: 'opaque', dialect, value: item }
  }
  const { reader, at } = reading
  const { id } = splitSealedId(reader.requiredString(item, 'call_id', at))
  if (item['output'] === undefined || item['output'] === null) reader.requiredString(item, 'output', at)
  const fields = rest(item, 'call_id', 'output') ?? {}
  const isList = asArray(item['output']) !== undefined
  const result: ToolResultPart = {
    kind: 'tool-result',
    callId: id,
    name: '',
    content: readContent(item, 'output', reading),
    isError: false,
    ...extend({ $item: fields, ...(isList && { $list: true }) }),
  }
  return result
}

/** True for items that answer a call: they stand in a tool message. */
export function isToolItem(item: JsonObject): boolean {
  const type = asString(item['type']) ?? ''
  return type.endsWith('_output') || type === 'mcp_approval_response'
}

/** The seal a reasoning item carries for the text before it, if it is such an item. */
export function textSealOf(item: JsonObject): Seal | undefined {
  if (item['type'] !== 'reasoning') return undefined
  const data = asString(item['encrypted_content']) ?? ''
  const seal = isWrapped(data) ? unwrapSeal(data) : undefined
  if (seal?.id !== textSealId) return undefined
  const { id: _, ...bare } = seal
  return bare
}

/** `message` items may leave out their type; anything else names it. */
export function roleOf(item: JsonObject): string | undefined {
  const type = item['type']
  if (type !== undefined && type !== null && type !== 'message') return undefined
  return asObject(item) && asString(item['role'])
}

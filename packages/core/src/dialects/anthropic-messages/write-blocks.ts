import { textToArgs } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '../../ir/part.ts'
import { parseObject } from '../../ir/read.ts'
import { opensFor } from '../../ir/seal.ts'
import { writeMarked } from './cache-mark.ts'
import { isCitationEchoable, writeCitation } from './citation.ts'
import { dialect, note, ownFields } from './own-fields.ts'
import type { ToolIds } from './tool-ids.ts'
import { writeMedia } from './write-media.ts'

/** Where a part stands, and what writing it needs. */
export interface PartPlace {
  /** In the words of `ir/`: `messages[3].parts[0]`. */
  readonly path: string
  readonly role: 'system' | 'user' | 'assistant'
  /** The configured provider's name; only its own seals go there. */
  readonly provider: string
  readonly ids: ToolIds
  readonly lose: Lose
}

/** The part as a content block; undefined when the API has none for it, which is reported unless `foreign.ts` does. */
export function writePart(part: Part, place: PartPlace): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return writeText(part, place)
    case 'refusal':
      return part.text === '' ? undefined : { type: 'text', text: part.text, ...writeMarked(part) }
    case 'reasoning':
      return writeReasoning(part, place)
    case 'media':
      return writeMediaAt(part, place)
    case 'tool-call':
      return writeCall(part, place)
    case 'tool-result':
      return writeResult(part, place)
    case 'opaque':
      return part.dialect === dialect ? part.value : undefined
    default:
      return part satisfies never
  }
}

/** The API refuses empty text blocks, so they are left out. */
function writeText(part: TextPart, { path, lose }: PartPlace): JsonObject | undefined {
  if (part.text === '') return undefined
  const citations = part.citations?.filter(isCitationEchoable) ?? []
  if (citations.length < (part.citations?.length ?? 0)) {
    lose({ path: `${path}.citations`, why: 'the API takes back only citations it made' })
  }
  return {
    type: 'text',
    text: part.text,
    ...(citations.length > 0 && { citations: citations.map(writeCitation) }),
    ...writeMarked(part),
  }
}

/** Thinking goes back only with the signature this provider gave it; the API refuses it otherwise. */
function writeReasoning(part: ReasoningPart, { path, provider, lose }: PartPlace): JsonObject | undefined {
  if (!part.seal || !opensFor(part.seal, dialect, provider)) {
    lose({ path, why: 'thinking that this provider did not sign' })
    return undefined
  }
  const { data } = part.seal
  return part.form === 'redacted'
    ? { type: 'redacted_thinking', data, ...writeMarked(part) }
    : { type: 'thinking', thinking: part.text, signature: data, ...writeMarked(part) }
}

function writeMediaAt(part: Part & { kind: 'media' }, { path, role, lose }: PartPlace): JsonObject | undefined {
  if (role !== 'assistant') return writeMedia(part, path, lose)
  lose({ path, why: `the model's own turn cannot hold ${part.mediaType}` })
  return part.transcript ? { type: 'text', text: part.transcript } : undefined
}

function writeCall(part: ToolCallPart, place: PartPlace): JsonObject | undefined {
  const { id, name, args, form } = part
  const own = { ...writeMarked(part), ...(note(part.ext, '$caller') === 'direct' && { caller: { type: 'direct' } }) }
  const input = form === 'text' ? { input: args } : readInput(args, place)
  if (part.executor === 'client') return { type: 'tool_use', id: place.ids.forCall(id), name, input, ...own }
  if (/^(srv|mcp)toolu_/.test(id)) return { type: providerCallType(part), id, name, input, ...own }
  place.lose({ path: place.path, why: 'a tool that another provider ran' })
  return undefined
}

/** A call of a server's MCP tool names the server; the API's own tools have none. */
export function providerCallType({ ext }: Pick<ToolCallPart, 'ext'>): string {
  return ownFields(ext)['server_name'] === undefined ? 'server_tool_use' : 'mcp_tool_use'
}

/** The API takes only objects. Other text, such as arguments cut short, is handed over under one name. */
function readInput(args: string, { path, lose }: PartPlace): JsonObject {
  const input = readArgs(args)
  if (input) return input
  lose({ path: `${path}.args`, why: 'no JSON object; sent as text under `input`' })
  return parseObject(textToArgs(args)) ?? {}
}

/** The arguments as an object, `{}` for none; undefined when they are not a JSON object. */
export function readArgs(args: string): JsonObject | undefined {
  return args.trim() === '' ? {} : parseObject(args)
}

function writeResult(part: ToolResultPart, place: PartPlace): JsonObject {
  const content: Json[] = []
  for (const [index, inner] of part.content.entries()) {
    const block = writePart(inner, { ...place, role: 'user', path: `${place.path}.content[${index}]` })
    if (block) content.push(block)
  }
  return {
    type: 'tool_result',
    tool_use_id: place.ids.forResult(part.callId),
    ...(content.length > 0 && { content: spell(content, note(part.ext, '$string') === true) }),
    ...(part.isError && { is_error: true }),
    ...writeMarked(part),
  }
}

/** One plain text block may be spelled as a string, and is where the client had spelled it so. */
export function spell(blocks: readonly Json[], asString: boolean): Json {
  const only = blocks.length === 1 ? blocks[0] : undefined
  if (!asString || typeof only !== 'object' || only === null || !('text' in only)) return blocks
  const { text, type, ...more } = only
  return type === 'text' && text !== undefined && Object.keys(more).length === 0 ? text : blocks
}

import { textToArgs } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { CacheMark, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '../../ir/part.ts'
import { parseObject } from '../../ir/read.ts'
import { opensFor } from '../../ir/seal.ts'
import { writeCitation } from './citation.ts'
import type { DocumentNames } from './document-names.ts'
import { dialect } from './own-fields.ts'
import type { BedrockConverseQuirks } from './quirks.ts'
import type { ToolIds } from './tool-ids.ts'
import { writeMedia } from './write-media.ts'

/** Where a part stands, and what writing it needs. */
export interface PartPlace {
  /** In the words of `ir/`: `messages[3].parts[0]`. */
  readonly path: string
  readonly role: 'system' | 'user' | 'assistant'
  /** The configured provider's name; only its own seals go there. */
  readonly provider: string
  readonly quirks: BedrockConverseQuirks
  readonly ids: ToolIds
  readonly names: DocumentNames
  readonly lose: Lose
}

/** The part as a content block; undefined when the API has none for it, which is reported unless `foreign.ts` does. */
export function writePart(part: Part, place: PartPlace): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return writeText(part, place)
    case 'refusal':
      return { text: part.text }
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

function writeText({ text, citations = [] }: TextPart, { path, lose }: PartPlace): JsonObject {
  const own = citations.map(writeCitation).filter((citation) => citation !== undefined)
  if (own.length < citations.length)
    lose({ path: `${path}.citations`, why: 'the API takes back only citations it made' })
  return own.length > 0 ? { citationsContent: { content: [{ text }], citations: own } } : { text }
}

/** Thinking goes back only with the signature this provider gave it; models refuse it otherwise. */
function writeReasoning(part: ReasoningPart, { path, provider, lose }: PartPlace): JsonObject | undefined {
  if (!part.seal || !opensFor(part.seal, dialect, provider)) {
    lose({ path, why: 'thinking that this provider did not sign' })
    return undefined
  }
  const { data } = part.seal
  if (part.form === 'redacted') return { reasoningContent: { redactedContent: data } }
  return { reasoningContent: { reasoningText: { text: part.text, signature: data } } }
}

function writeMediaAt(part: Part & { kind: 'media' }, place: PartPlace): JsonObject | undefined {
  if (place.role === 'user') return writeMedia(part, place)
  const whose = place.role === 'system' ? 'the system prompt' : "the model's own turn"
  place.lose({ path: place.path, why: `${whose} cannot hold ${part.mediaType}` })
  return part.transcript ? { text: part.transcript } : undefined
}

function writeCall({ id, name, args, form, executor }: ToolCallPart, place: PartPlace): JsonObject | undefined {
  if (executor === 'provider') {
    place.lose({ path: place.path, why: 'a tool that a provider ran; its result did not come back with it' })
    return undefined
  }
  const input = form === 'text' ? { input: args } : readInput(args, place)
  return { toolUse: { toolUseId: place.ids.forCall(id), name, input } }
}

/** The API takes only objects. Other text, such as arguments cut short, is handed over under one name. */
function readInput(args: string, { path, lose }: PartPlace): JsonObject {
  const input = args.trim() === '' ? {} : parseObject(args)
  if (input) return input
  lose({ path: `${path}.args`, why: 'no JSON object; sent as text under `input`' })
  return parseObject(textToArgs(args)) ?? {}
}

function writeResult(part: ToolResultPart, place: PartPlace): JsonObject {
  const content: JsonObject[] = []
  for (const [index, inner] of part.content.entries()) {
    const path = `${place.path}.content[${index}]`
    const block = writePart(inner, { ...place, role: 'user', path })
    if (block && 'audio' in block) place.lose({ path, why: "a tool's result cannot hold sound" })
    else if (block && hasInk(block)) content.push(block)
  }
  return {
    toolResult: {
      toolUseId: place.ids.forResult(part.callId),
      // Models refuse a result without content.
      content: content.length > 0 ? content : [{ text: '(empty)' }],
      ...writeStatus(part, place),
    },
  }
}

function writeStatus({ isError }: ToolResultPart, { quirks, path, lose }: PartPlace): JsonObject {
  if (!isError) return {}
  if (quirks.takesToolStatus) return { status: 'error' }
  lose({ path: `${path}.isError`, why: 'this model is not told which results are errors' })
  return {}
}

/** The API refuses text of white space alone, so it is left out. */
export function hasInk(block: JsonObject): boolean {
  return typeof block['text'] !== 'string' || block['text'].trim() !== ''
}

/** The mark after this part: its own, or that of the last thing in a tool's result, which has none inside. */
export function markOf(part: Part): CacheMark | undefined {
  if (part.cache || part.kind !== 'tool-result') return part.cache
  return part.content.findLast(({ cache }) => cache)?.cache
}

import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString } from '../../ir/read.ts'
import type { GenerateRequest, Message } from '../../ir/request.ts'
import { arrangeTurns, type Piece, type Turn } from './arrange-turns.ts'
import { writeCachePoint } from './cache-point.ts'
import { DocumentNames } from './document-names.ts'
import type { BedrockConverseQuirks } from './quirks.ts'
import { ToolIds } from './tool-ids.ts'
import { hasInk, markOf, type PartPlace, writePart } from './write-blocks.ts'

interface Context {
  readonly quirks: BedrockConverseQuirks
  readonly provider: string
  readonly lose: Lose
}

/** A message of the wire. */
export interface WireMessage {
  readonly role: 'user' | 'assistant'
  readonly content: readonly JsonObject[]
}

/** A conversation as the wire has it. */
export interface Conversation {
  readonly system: readonly JsonObject[]
  readonly messages: readonly WireMessage[]
  /** Names of the tools called in it, each once. */
  readonly calledTools: readonly string[]
  /** The last turn answers a tool call whose message begins without signed thinking. */
  readonly isLoopUnsigned: boolean
}

/** The system prompt and the messages. */
export function writeConversation(request: GenerateRequest, context: Context): Conversation {
  const { system, turns } = placeSystem(writeTurns(request, context), context)
  const messages = arrangeTurns(turns).map(writeMessage)
  return {
    system: system.flatMap(flatten),
    messages,
    calledTools: namesOfCalls(messages),
    isLoopUnsigned: isUnsignedLoop(messages),
  }
}

interface WrittenTurns {
  readonly system: readonly Piece[]
  readonly turns: readonly Turn[]
}

function writeTurns(request: GenerateRequest, context: Context): WrittenTurns {
  const tools = { ids: new ToolIds(), names: new DocumentNames() }
  const system: Piece[] = []
  const turns: Turn[] = []
  for (const [index, message] of request.messages.entries()) {
    const path = `messages[${index}]`
    const role = wireRole(message.role)
    const pieces = writePieces(message, { ...context, ...tools, role, path })
    if (role !== 'system') {
      turns.push({ role, pieces })
      continue
    }
    if (turns.length > 0) {
      context.lose({ path, why: 'a system message cannot stand between others here; it moves to the front' })
    }
    system.push(...pieces)
  }
  return { system, turns }
}

function writePieces(message: Message, place: PartPlace): readonly Piece[] {
  const { path, quirks, lose } = place
  const pieces: Piece[] = []
  for (const [index, part] of message.parts.entries()) {
    const block = writePart(part, { ...place, path: `${path}.parts[${index}]` })
    const mark = markOf(part)
    if (mark && quirks.cachePoints === 'none') {
      lose({ path: `${path}.parts[${index}].cache`, why: 'this model caches no prompts' })
    }
    if (!block) continue
    const cachePoint = mark && quirks.cachePoints !== 'none' ? writeCachePoint(mark) : undefined
    pieces.push({ block, cachePoint })
  }
  if (message.name !== undefined) lose({ path: `${path}.name`, why: 'messages have no name here' })
  return (place.role === 'assistant' ? joinSpeech(pieces) : pieces).filter(({ block }) => hasInk(block))
}

function wireRole(role: Message['role']): 'system' | 'user' | 'assistant' {
  switch (role) {
    case 'system':
    case 'developer':
      return 'system'
    case 'user':
    case 'tool':
      return 'user'
    case 'assistant':
      return 'assistant'
    default:
      return role satisfies never
  }
}

/** Where the system prompt cannot stand apart, or stands alone, the user says it. */
function placeSystem({ system, turns }: WrittenTurns, { quirks, lose }: Context): WrittenTurns {
  const isAlone = turns.every(({ pieces }) => pieces.length === 0)
  if (system.length === 0 || (quirks.takesSystem && !isAlone)) return { system, turns }
  const why = isAlone ? 'the API wants a user message' : 'this model takes no system prompt'
  lose({ path: 'messages', why: `${why}; the system prompt was sent as one` })
  return { system: [], turns: [{ role: 'user', pieces: system }, ...turns] }
}

function writeMessage({ role, pieces }: Turn, index: number, turns: readonly Turn[]): WireMessage {
  const content = pieces.flatMap(flatten)
  // A document needs some text beside it.
  if (role === 'user' && content.some(isDocument) && !content.some(isText)) content.unshift({ text: '(document)' })
  if (role === 'assistant' && index === turns.length - 1) trimEnd(content)
  return { role, content }
}

function flatten({ block, cachePoint }: Piece): JsonObject[] {
  return cachePoint ? [block, cachePoint] : [block]
}

/** Clients that keep a stream's chunks hand a sentence back in pieces; the model is to see what it said. */
function joinSpeech(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    const [before, text] = [asString(last?.block['text']), asString(piece.block['text'])]
    const isCut = before === undefined || text === undefined || last?.cachePoint !== undefined
    if (isCut) joined.push(piece)
    else joined[joined.length - 1] = { ...piece, block: { text: before + text } }
  }
  return joined
}

/** Models refuse white space at the end of a turn they are to go on from. */
function trimEnd(content: JsonObject[]): void {
  const text = asString(content.at(-1)?.['text'])
  if (text !== undefined) content[content.length - 1] = { text: text.trimEnd() }
}

function isDocument(block: JsonObject): boolean {
  return block['document'] !== undefined
}

function isText(block: JsonObject): boolean {
  return block['text'] !== undefined
}

function namesOfCalls(messages: readonly WireMessage[]): readonly string[] {
  const calls = messages.flatMap(({ content }) => content.map((block) => asObject(block['toolUse'])))
  return [...new Set(calls.map((call) => asString(call?.['name'])).filter((name) => name !== undefined))]
}

function isUnsignedLoop(messages: readonly WireMessage[]): boolean {
  const last = messages.at(-1)
  if (last?.role !== 'user' || last.content[0]?.['toolResult'] === undefined) return false
  return messages.at(-2)?.content[0]?.['reasoningContent'] === undefined
}

import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'
import type { GenerateRequest, Message } from '../../ir/request.ts'
import { arrangeTurns, type Turn, userTurn } from './arrange-turns.ts'
import { isNative, note, ownFields } from './own-fields.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'
import { ToolIds } from './tool-ids.ts'
import { spell, writePart } from './write-blocks.ts'

interface Context {
  readonly quirks: AnthropicMessagesQuirks
  readonly provider: string
  readonly lose: Lose
}

/** A conversation as the wire has it. */
export interface Conversation {
  /** Absent when there is no system prompt. */
  readonly system?: Json
  readonly messages: readonly JsonObject[]
  /** The last turn answers a tool call whose message begins without signed thinking. */
  readonly isLoopUnsigned: boolean
}

/** The system prompt and the messages. */
export function writeConversation(request: GenerateRequest, context: Context): Conversation {
  const { system, turns } = writeTurns(request, context)
  const arranged = isNative(request) ? joinNoted(turns) : bendTurns(turns, { system, context })
  return {
    ...(system.blocks.length > 0 && { system: spell(system.blocks, system.isString) }),
    messages: arranged.map(({ role, blocks, isString, fields }) => ({
      ...fields,
      role,
      content: spell(blocks, isString),
    })),
    isLoopUnsigned: isUnsignedLoop(arranged),
  }
}

interface WrittenTurn extends Turn {
  /** This turn continues the message of the one before. */
  readonly isJoined: boolean
}

interface SystemPrompt {
  readonly blocks: JsonObject[]
  isString: boolean
}

function writeTurns(request: GenerateRequest, context: Context): { system: SystemPrompt; turns: WrittenTurn[] } {
  const ids = new ToolIds()
  const system: SystemPrompt = { blocks: [], isString: false }
  const turns: WrittenTurn[] = []
  let isLeading = true
  for (const [index, message] of request.messages.entries()) {
    const path = `messages[${index}]`
    const turn = writeTurn(message, path, { ...context, ids })
    if (turn.role !== 'system') isLeading = false
    else if (goesToFront(message, { path, isLeading, context })) {
      system.isString = system.blocks.length === 0 && turn.isString
      system.blocks.push(...turn.blocks)
      continue
    }
    turns.push(turn)
  }
  return { system, turns }
}

interface SystemPlace {
  readonly path: string
  readonly isLeading: boolean
  readonly context: Context
}

function goesToFront(message: Message, { path, isLeading, context }: SystemPlace): boolean {
  if (note(message.ext, '$inPlace') === true) return false
  if (isLeading) return true
  if (context.quirks.takesSystemInMessages) return false
  context.lose({ path, why: 'a system message cannot stand between others here; it moves to the front' })
  return true
}

function writeTurn(message: Message, path: string, context: Context & { readonly ids: ToolIds }): WrittenTurn {
  const role = wireRole(message.role)
  const blocks: JsonObject[] = []
  for (const [index, part] of message.parts.entries()) {
    const block = writePart(part, { ...context, role, path: `${path}.parts[${index}]` })
    if (block) blocks.push(block)
  }
  if (message.name !== undefined) context.lose({ path: `${path}.name`, why: 'messages have no name here' })
  return {
    role,
    blocks,
    fields: ownFields(message.ext),
    isString: note(message.ext, '$string') === true,
    isJoined: note(message.ext, '$joined') === true,
  }
}

function wireRole(role: Message['role']): Turn['role'] {
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

/** Undoes what `readMessages` did to the messages of a client of this dialect; nothing else moves. */
function joinNoted(turns: readonly WrittenTurn[]): Turn[] {
  const joined: Turn[] = []
  for (const turn of turns) {
    const last = joined.at(-1)
    if (turn.isJoined && last?.role === turn.role) last.blocks.push(...turn.blocks)
    else joined.push({ ...turn, blocks: [...turn.blocks] })
  }
  return joined.filter(({ blocks, role }) => blocks.length > 0 || role === 'system')
}

/** A conversation of another dialect, bent to this API's rules. */
function bendTurns(turns: readonly Turn[], { system, context }: { system: SystemPrompt; context: Context }): Turn[] {
  const spoken = turns.map((turn) => (turn.role === 'assistant' ? joinSpeech(turn) : turn))
  const arranged = arrangeTurns(spoken.map((turn) => ({ ...turn, blocks: turn.blocks.filter(hasInk) })))
  if (arranged.length === 0 && system.blocks.length > 0) {
    context.lose({ path: 'messages', why: 'the API wants a user message; the system prompt was sent as one' })
    arranged.push(userTurn(system.blocks.splice(0)))
  }
  if (context.quirks.needsUserFirst && arranged[0]?.role === 'assistant') {
    arranged.unshift(userTurn([{ type: 'text', text: '(start)' }]))
  }
  const last = arranged.at(-1)
  if (last?.role === 'assistant') trimEnd(last)
  return arranged
}

/** Clients that keep a stream's chunks hand a sentence back in pieces; the model is to see what it said. */
function joinSpeech(turn: Turn): Turn {
  const blocks: JsonObject[] = []
  for (const block of turn.blocks) {
    const [before, text] = [plainText(blocks.at(-1)), plainText(block)]
    if (before === undefined || text === undefined) blocks.push(block)
    else blocks[blocks.length - 1] = { type: 'text', text: before + text }
  }
  return { ...turn, blocks }
}

/** The text of a block that holds nothing else. */
function plainText(block: JsonObject | undefined): string | undefined {
  return block?.['type'] === 'text' && Object.keys(block).length === 2 ? asString(block['text']) : undefined
}

/** The API refuses text of white space alone. */
function hasInk({ type, text }: JsonObject): boolean {
  return type !== 'text' || typeof text !== 'string' || text.trim() !== ''
}

/** The API refuses white space at the end of a turn the model is to go on from. */
function trimEnd({ blocks }: Turn): void {
  const block = blocks.at(-1)
  const text = asString(block?.['text'])
  if (block?.['type'] === 'text' && text !== undefined) blocks[blocks.length - 1] = { ...block, text: text.trimEnd() }
}

function isUnsignedLoop(turns: readonly Turn[]): boolean {
  const last = turns.at(-1)
  if (last?.role !== 'user' || last.blocks[0]?.['type'] !== 'tool_result') return false
  const call = turns.at(-2)?.blocks[0]?.['type']
  return call !== 'thinking' && call !== 'redacted_thinking'
}

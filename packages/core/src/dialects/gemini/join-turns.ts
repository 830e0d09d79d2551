import type { Part, ReasoningPart } from '../../ir/part.ts'
import type { Message } from '../../ir/request.ts'
import { dialect, note } from './own-fields.ts'

interface Turn {
  readonly message: Message
  readonly parts: Part[]
}

/**
 * One turn of the model is one message. Clients send back what they were given, so a streamed turn may come as one
 * content for each chunk, some with an empty text. Google puts that together itself; other dialects want a call and its
 * result side by side, and a seal beside the text it seals.
 */
export function joinTurns(messages: readonly Message[]): readonly Message[] {
  const turns: Turn[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    const isMore = message.role === 'assistant' && last?.message.role === 'assistant' && !message.ext
    const turn: Turn = isMore && last ? last : { message, parts: [] }
    if (turn !== last) turns.push(turn)
    for (const part of message.parts) addPart(turn, part)
  }
  return turns.filter(({ parts }) => parts.length > 0).map(({ message, parts }) => ({ ...message, parts }))
}

function addPart({ message, parts }: Turn, part: Part): void {
  if (isRepeated(part, parts)) return
  if (note(part.ext, '$carried') === true) return putBack(part, parts)
  if (isLoose(part)) parts.push({ ...part, text: takeThoughts(parts) })
  else if (message.role !== 'assistant' || !isEmpty(part)) parts.push(part)
}

/**
 * A carried thought came before all that was said since the call before. Its text may stand there already: some clients
 * (LangChain) send back what a stream said, but not the part of no length that sealed it.
 */
function putBack({ ext: _, ...thought }: Part, parts: Part[]): void {
  const end = parts.findLastIndex((each) => each.kind !== 'text') + 1
  const start = parts.slice(0, end).findLastIndex((each) => each.kind !== 'reasoning' || each.seal) + 1
  let text = ''
  for (let at = start; at < end; at++) {
    const part = parts[at]
    if (part?.kind === 'reasoning') text += part.text
    if (thought.kind !== 'reasoning' || text !== thought.text) continue
    parts.splice(start, at + 1 - start, thought)
    return
  }
  parts.splice(end, 0, thought)
}

/** A thought that came back by itself and carried by a call as well. */
function isRepeated(part: Part, parts: readonly Part[]): boolean {
  if (part.kind !== 'reasoning' || !part.seal || part.seal.dialect === dialect) return false
  return parts.some((each) => each.kind === 'reasoning' && each.seal?.data === part.seal?.data)
}

/** The last chunk of a stream, or one that kept the connection warm. */
function isEmpty(part: Part): boolean {
  return (part.kind === 'text' || part.kind === 'reasoning') && part.text === '' && !part.seal && !part.ext
}

/**
 * Another dialect's seal without the text it seals: a stream of this dialect tells the seal of a long part after its
 * text, on a part of no length.
 */
function isLoose(part: Part): part is ReasoningPart {
  if (part.kind !== 'reasoning' || part.text !== '' || part.form === 'redacted') return false
  return part.seal !== undefined && part.seal.dialect !== dialect
}

/** Takes the unsealed thoughts at the end and gives their text. */
function takeThoughts(parts: Part[]): string {
  let text = ''
  for (let last = parts.at(-1); last?.kind === 'reasoning' && !last.seal; last = parts.at(-1)) {
    text = last.text + text
    parts.pop()
  }
  return text
}

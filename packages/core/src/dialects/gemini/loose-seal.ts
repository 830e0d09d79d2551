import type { Part, ReasoningPart } from '../../ir/part.ts'
import type { Message } from '../../ir/request.ts'
import { dialect } from './own-fields.ts'

/**
 * A stream of this dialect tells the seal of a long part after its text, on a part of no length, and clients send the
 * pieces back as they came: maybe one content for each chunk. Google puts them together itself. Another dialect's seal
 * only means something beside the whole text it seals, so here it gets its text back.
 */
export function settleSeals(messages: readonly Message[]): readonly Message[] {
  if (!messages.some((message) => message.parts.some(isLoose))) return messages
  const settled: { readonly message: Message; readonly parts: Part[] }[] = []
  for (const message of messages) {
    const parts: Part[] = []
    settled.push({ message, parts })
    for (const part of message.parts) {
      if (isLoose(part)) parts.push({ ...part, text: takeText(settled.toReversed()) })
      else parts.push(part)
    }
  }
  return settled.filter(({ parts }) => parts.length > 0).map(({ message, parts }) => ({ ...message, parts }))
}

/** A foreign seal without the text it seals. */
function isLoose(part: Part): part is ReasoningPart {
  if (part.kind !== 'reasoning' || part.text !== '' || part.form === 'redacted') return false
  return part.seal !== undefined && part.seal.dialect !== dialect
}

/** Takes the unsealed thoughts that stand just before, latest message first, and gives their text. */
function takeText(latest: readonly { readonly message: Message; readonly parts: Part[] }[]): string {
  let text = ''
  for (const { message, parts } of latest) {
    if (message.role !== 'assistant') return text
    for (let last = parts.at(-1); last; last = parts.at(-1)) {
      if (last.kind !== 'reasoning' || last.seal) return text
      text = last.text + text
      parts.pop()
    }
  }
  return text
}

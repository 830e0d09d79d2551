import type { OpenAiChatQuirks } from './quirks.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * The id of a tool call as this host takes it. OpenAI refuses more than 40 characters, Mistral all but nine letters and
 * digits ("Tool call id was ... but must be a-z, A-Z, 0-9, with a length of 9", docs.mistral.ai, seen 2026-06). A call
 * and its result are mapped alike, so they still belong together.
 */
export function writeCallId(id: string, { toolCallIds }: OpenAiChatQuirks): string {
  switch (toolCallIds) {
    case 'any':
      return id
    case 'at-most-40':
      return id.length <= 40 ? id : `call_${digest(id, 24)}`
    case 'nine-alphanumeric':
      return /^[A-Za-z0-9]{9}$/.test(id) ? id : digest(id, 9)
    default:
      return toolCallIds satisfies never
  }
}

/** Letters and digits that depend on every character of the text (FNV-1a, stirred for each letter). */
function digest(text: string, length: number): string {
  let high = 0x811c9dc5
  let low = 0x01000193
  for (let at = 0; at < text.length; at++) {
    high = Math.imul(high ^ text.charCodeAt(at), 0x01000193)
    low = Math.imul(low ^ text.charCodeAt(text.length - 1 - at), 0x85ebca6b)
  }
  let letters = ''
  while (letters.length < length) {
    high = Math.imul(high ^ (high >>> 15) ^ low, 0x2c1b3c6d)
    low = Math.imul(low ^ (low >>> 13) ^ letters.length, 0x297a2d39)
    letters += alphabet[(high >>> 0) % alphabet.length]
  }
  return letters
}

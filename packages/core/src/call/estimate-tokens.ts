import type { Part } from '../ir/part.ts'
import type { GenerateRequest, Tool } from '../ir/request.ts'

/** Typical weight of what frames a message, and of one picture, sound or file, where no tokenizer says better. */
const perMessage = 4
const perMedia = 1_000
const bytesPerToken = 4

/**
 * A guess at the input tokens of a request, for providers that cannot count: a quarter of the UTF-8 bytes of all text,
 * plus a fixed weight per message and per medium. Off by some 20 % for English prose and by more for other scripts;
 * never used for money.
 */
export function estimateTokens(request: GenerateRequest): number {
  let tokens = 0
  for (const message of request.messages) tokens += perMessage + sum(message.parts, weighPart)
  return Math.ceil(tokens + sum(request.tools, weighTool))
}

function weighPart(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return weighText(part.text)
    case 'tool-call':
      return perMessage + weighText(part.name) + weighText(part.args)
    case 'tool-result':
      return perMessage + sum(part.content, weighPart)
    case 'media':
      return part.source.from === 'text' ? weighText(part.source.text) : perMedia
    case 'opaque':
      return weighText(JSON.stringify(part.value))
  }
}

function weighTool(tool: Tool): number {
  return perMessage + weighText(JSON.stringify(tool))
}

function weighText(text: string): number {
  return new TextEncoder().encode(text).length / bytesPerToken
}

function sum<T>(list: readonly T[], weigh: (each: T) => number): number {
  return list.reduce((total, each) => total + weigh(each), 0)
}

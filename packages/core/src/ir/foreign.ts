import type { Lose } from './dialect.ts'
import type { DialectId } from './dialect-id.ts'
import { dialectIds } from './dialect-id.ts'
import type { Json } from './json.ts'
import type { Extensions, Part } from './part.ts'
import type { GenerateRequest, Message, Tool } from './request.ts'
import { opensFor } from './seal.ts'

/**
 * Reports what only the client's dialect has a word for and the target's dialect therefore cannot get: foreign `ext`
 * bags, opaque parts, provider tools, files, and seals that another provider made. One walk, the same for every pair,
 * so no encoder has to look for what is not its own. Encoders skip these silently.
 *
 * Clients send empty lists and nulls for what their user did not ask; these are no loss.
 *
 * A key that begins with `$` is a dialect's note to itself about spelling (the id of an item, a string where a list
 * could stand). It means nothing to anyone else, so it is not reported.
 */
export function loseForeign(request: GenerateRequest, target: DialectId, provider: string, lose: Lose): void {
  loseExtensions(request.ext, '', target, lose)
  for (const [index, tool] of request.tools.entries()) loseTool(tool, `tools[${index}]`, target, lose)
  for (const [index, message] of request.messages.entries()) {
    loseMessage(message, `messages[${index}]`, { target, provider, lose })
  }
}

interface Target {
  readonly target: DialectId
  readonly provider: string
  readonly lose: Lose
}

function loseMessage(message: Message, path: string, to: Target): void {
  loseExtensions(message.ext, path, to.target, to.lose)
  for (const [index, part] of message.parts.entries()) losePart(part, `${path}.parts[${index}]`, to)
}

function losePart(part: Part, path: string, to: Target): void {
  const { target, provider, lose } = to
  loseExtensions(part.ext, path, target, lose)
  if (part.seal && !opensFor(part.seal, target, provider)) {
    lose({
      path: `${path}.seal`,
      why: `sealed by ${part.seal.provider ?? part.seal.dialect}; only that provider can open it`,
    })
  }
  if (part.kind === 'opaque' && part.dialect !== target) {
    lose({ path, why: `a block only ${part.dialect} knows`, value: part.value['type'] ?? null })
  }
  if (part.kind === 'media' && part.source.from === 'file' && part.source.dialect !== target) {
    lose({ path, why: `a file stored at a provider that speaks ${part.source.dialect}` })
  }
  if (part.kind === 'tool-result') {
    for (const [index, inner] of part.content.entries()) losePart(inner, `${path}.content[${index}]`, to)
  }
}

function loseTool(tool: Tool, path: string, target: DialectId, lose: Lose): void {
  if (tool.kind !== 'provider') loseExtensions(tool.ext, path, target, lose)
  else if (tool.dialect !== target) {
    lose({ path, why: `a tool only ${tool.dialect} runs`, value: tool.value['type'] ?? null })
  }
}

function loseExtensions(ext: Extensions | undefined, path: string, target: DialectId, lose: Lose): void {
  if (!ext) return
  for (const dialect of dialectIds) {
    if (dialect === target) continue
    for (const [key, value] of Object.entries(ext[dialect] ?? {})) {
      if (key.startsWith('$') || asksNothing(value)) continue
      lose({ path: path === '' ? key : `${path}.${key}`, why: `a field only ${dialect} has` })
    }
  }
}

function asksNothing(value: Json | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

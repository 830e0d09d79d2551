import type { Emit, PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Extensions, Seal } from '../../ir/part.ts'
import { asObjects, asString, rest } from '../../ir/read.ts'
import { readCitation } from './citation.ts'
import { dialect, extend } from './own-fields.ts'
import { callFields, writeArgs } from './read-blocks.ts'

/** Where a block of an answer goes: the number of its part, and who seals its thinking. */
export interface BlockPlace {
  readonly part: number
  readonly provider: string
  readonly emit: Emit
}

/**
 * Opens a part for a block and emits what the block already holds: all of it in a whole answer, usually nothing in a
 * stream. The caller ends the part.
 */
export function decodeBlock(block: JsonObject, place: BlockPlace): void {
  const { emit, provider } = place
  const at = { choice: 0, part: place.part }
  const { head, ext } = readHead(block, provider)
  emit({ type: 'part-start', ...at, head, ...ext })
  switch (head.kind) {
    case 'text': {
      const text = asString(block['text'])
      if (text) emit({ type: 'text-delta', ...at, text })
      for (const wire of asObjects(block['citations'])) emit({ type: 'citation', ...at, citation: readCitation(wire) })
      return
    }
    case 'reasoning': {
      const text = asString(block['thinking'])
      const data = asString(block['signature'])
      if (text) emit({ type: 'reasoning-delta', ...at, text })
      if (data) emit({ type: 'seal-delta', ...at, seal: { dialect, provider, data } })
      return
    }
    case 'tool-call': {
      const json = writeArgs(block['input'])
      if (json !== '') emit({ type: 'args-delta', ...at, json })
      return
    }
    default:
      return
  }
}

interface HeadRead {
  readonly head: PartHead
  readonly ext: { readonly ext?: Extensions }
}

function readHead(block: JsonObject, provider: string): HeadRead {
  const type = block['type']
  const id = asString(block['id'])
  const name = asString(block['name'])
  if (type === 'text') {
    // `citations: []` opens a block that is going to be cited; a filled list becomes events.
    const isFilled = asObjects(block['citations']).length > 0
    const known = isFilled ? ['type', 'text', 'citations'] : ['type', 'text']
    return { head: { kind: 'text' }, ext: extend(rest(block, ...known)) }
  }
  if (type === 'thinking') {
    return { head: { kind: 'reasoning', form: 'full' }, ext: extend(rest(block, 'type', 'thinking', 'signature')) }
  }
  if (type === 'redacted_thinking') {
    const seal: Seal = { dialect, provider, data: asString(block['data']) ?? '' }
    return { head: { kind: 'reasoning', form: 'redacted', seal }, ext: extend(rest(block, 'type', 'data')) }
  }
  const isCall = type === 'tool_use' || type === 'server_tool_use' || type === 'mcp_tool_use'
  if (!isCall || !id || name === undefined) return { head: { kind: 'opaque', dialect, value: block }, ext: {} }
  const [wire, known, notes] = callFields(block)
  return {
    head: { kind: 'tool-call', id, name, executor: type === 'tool_use' ? 'client' : 'provider' },
    ext: extend({ ...rest(wire, ...known), ...notes }),
  }
}

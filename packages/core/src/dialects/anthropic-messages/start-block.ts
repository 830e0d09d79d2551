import type { PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Extensions, Seal } from '../../ir/part.ts'
import { sealIntoId, wrapSeal } from '../../ir/seal.ts'
import { dialect, note, ownFields } from './own-fields.ts'
import { providerCallType } from './write-blocks.ts'

/** A part's head with its bag. */
export interface BlockHead {
  readonly head: PartHead
  readonly ext?: Extensions | undefined
}

/** The block as `content_block_start` shows it, without content; undefined where the dialect has no such block. */
export function startBlock({ head, ext }: BlockHead): JsonObject | undefined {
  switch (head.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: '', ...ownFields(ext) }
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '', ...ownFields(ext) }
    case 'tool-call': {
      const type = head.executor === 'client' ? 'tool_use' : providerCallType({ ...(ext && { ext }) })
      const caller = note(ext, '$caller') === 'direct' && { caller: { type: 'direct' } }
      const id = sealIntoId(head.id, head.seal, dialect)
      return { type, id, name: head.name, input: {}, ...caller, ...ownFields(ext) }
    }
    case 'opaque':
      return head.dialect === dialect ? head.value : undefined
    case 'media':
      return undefined
    default:
      return head satisfies never
  }
}

/** A block that is nothing but a seal: thinking nobody may read. */
export function redactedBlock(seal: Seal | undefined, ext?: Extensions): JsonObject {
  return { type: 'redacted_thinking', data: seal ? sealText(seal) : '', ...ownFields(ext) }
}

/** The seal as a client of this dialect carries it: its own as it is, any other wrapped. */
export function sealText(seal: Seal): string {
  return seal.dialect === dialect ? seal.data : wrapSeal(seal)
}

/** Two pieces of one seal. */
export function joinSeals(earlier: Seal | undefined, later: Seal): Seal {
  return earlier ? { ...earlier, ...later, data: earlier.data + later.data } : later
}

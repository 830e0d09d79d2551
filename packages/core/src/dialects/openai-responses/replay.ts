import type { Emit, PartHead } from '../../ir/event.ts'
import type { Part } from '../../ir/part.ts'
import type { Choice, GenerateResponse } from '../../ir/response.ts'

/** A whole answer as the shortest stream of it: the inverse of collecting events. */
export function replay(response: GenerateResponse, emit: Emit): void {
  const { id, model, choices, usage, failure, ext } = response
  emit({ type: 'start', id, model, ...(ext && { ext }) })
  for (const [index, choice] of choices.entries()) replayChoice(choice, index, emit)
  if (usage) emit({ type: 'usage', usage })
  if (failure) return emit({ type: 'error', failure })
  for (const [index, { finish }] of choices.entries()) emit({ type: 'finish', choice: index, ...finish })
  emit({ type: 'end', ...(ext && { ext }) })
}

function replayChoice({ parts }: Choice, choice: number, emit: Emit): void {
  let part = 0
  for (const each of parts) {
    const head = headOf(each)
    if (!head) continue
    const more = each.ext && { ext: each.ext }
    emit({ type: 'part-start', choice, part, head, ...more })
    replayContent(each, { choice, part }, emit)
    emit({ type: 'part-end', choice, part, ...more })
    part++
  }
}

function headOf(part: Part): PartHead | undefined {
  const sealed = part.seal && { seal: part.seal }
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { kind: part.kind, ...sealed }
    case 'reasoning':
      return { kind: 'reasoning', form: part.form, ...sealed }
    case 'tool-call': {
      const { kind, id, name, executor, form } = part
      return { kind, id, name, executor, ...(form && { form }), ...sealed }
    }
    case 'media': {
      const { kind, mediaType, filename } = part
      return { kind, mediaType, ...(filename !== undefined && { filename }), ...sealed }
    }
    case 'opaque':
      return { kind: 'opaque', dialect: part.dialect, value: part.value }
    case 'tool-result':
      return undefined
    default:
      return part satisfies never
  }
}

interface At {
  readonly choice: number
  readonly part: number
}

function replayContent(part: Part, at: At, emit: Emit): void {
  switch (part.kind) {
    case 'text':
      if (part.text !== '') emit({ type: 'text-delta', ...at, text: part.text })
      if (part.logprobs) emit({ type: 'logprobs', ...at, tokens: part.logprobs })
      for (const citation of part.citations ?? []) emit({ type: 'citation', ...at, citation })
      return
    case 'refusal':
      if (part.text !== '') emit({ type: 'text-delta', ...at, text: part.text })
      return
    case 'reasoning':
      if (part.text !== '') emit({ type: 'reasoning-delta', ...at, text: part.text })
      return
    case 'tool-call':
      if (part.args !== '') emit({ type: 'args-delta', ...at, json: part.args })
      return
    case 'media':
      emit({ type: 'media-delta', ...at, ...mediaOf(part) })
      return
    case 'opaque':
    case 'tool-result':
      return
    default:
      part satisfies never
  }
}

function mediaOf({ source, transcript }: Extract<Part, { kind: 'media' }>): {
  readonly base64?: string
  readonly url?: string
  readonly transcript?: string
} {
  const told = transcript === undefined ? {} : { transcript }
  if (source.from === 'base64') return { base64: source.data, ...told }
  return source.from === 'url' ? { url: source.url, ...told } : told
}

import { textToArgs } from '../../ir/custom-tool.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from '../../ir/part.ts'
import { asString } from '../../ir/read.ts'
import { opensFor } from '../../ir/seal.ts'
import { shortCallId } from './call-id.ts'
import { dialect, itemOf, ownOf } from './extension.ts'
import { isMade } from './made-id.ts'
import type { Writing } from './write-content.ts'
import { writeOutputText, writeRefusal } from './write-content.ts'

/**
 * The items of one assistant message. Parts that came in one item go back in one; parts of other dialects make an item
 * each, but texts that follow each other share a message.
 */
export class AssistantItems {
  readonly items: JsonObject[] = []
  readonly #writing: Writing
  readonly #path: string
  #content: JsonObject[] = []
  #message: JsonObject | undefined
  #isText = false
  #isContinued = false
  #thoughts: ReasoningPart[] = []

  constructor(writing: Writing, path: string) {
    this.#writing = writing
    this.#path = path
  }

  add(part: Part, index: number): void {
    const path = `${this.#path}.parts[${index}]`
    if (part.kind === 'text' || part.kind === 'refusal') return this.#addText(part)
    if (part.kind === 'reasoning') return this.#addThought(part, path)
    if (part.kind === 'opaque' && itemOf(part.ext) && part.dialect === dialect)
      return this.#addContent(part.value, part)
    this.close()
    const item = this.#wholeItem(part, path)
    if (item) this.items.push(item)
  }

  /** No more parts: writes what is still open. */
  close(): void {
    this.#closeMessage()
    this.#dropThoughts()
  }

  #wholeItem(part: Exclude<Part, TextPart | RefusalPart | ReasoningPart>, path: string): JsonObject | undefined {
    switch (part.kind) {
      case 'tool-call':
        return this.#call(part, path)
      case 'media':
        return this.#image(part, path)
      case 'opaque':
        return part.dialect === dialect ? part.value : undefined
      case 'tool-result':
        this.#writing.lose({ path, why: 'the result of a tool that another provider ran itself' })
        return undefined
      default:
        return part satisfies never
    }
  }

  #addText(part: TextPart | RefusalPart): void {
    this.#addContent(part.kind === 'text' ? writeOutputText(part) : writeRefusal(part), part)
  }

  /** Content of the same item joins it; texts of other dialects join the message before them. */
  #addContent(content: JsonObject, part: Part): void {
    this.#dropThoughts()
    const own = ownOf(part.ext)
    const item = itemOf(part.ext)
    const isJoining = this.#isContinued || (item === undefined && this.#message === foreignMessage)
    if (!isJoining) this.#closeMessage()
    this.#content.push(content)
    this.#message = item ?? foreignMessage
    this.#isText = own?.['$text'] === true
    this.#isContinued = own?.['$more'] === true
    if (item && !this.#isContinued) this.#closeMessage()
  }

  #closeMessage(): void {
    if (this.#content.length > 0) {
      const [only] = this.#content
      const text = this.#isText && this.#content.length === 1 ? only?.['text'] : undefined
      this.items.push({ ...this.#message, role: 'assistant', content: text ?? this.#content })
    }
    this.#content = []
    this.#message = undefined
    this.#isContinued = false
  }

  /**
   * A thought waits for the rest of its item: sections noted to continue, or, from other dialects, plain thoughts that
   * stand before the sealed one they were made with.
   */
  #addThought(part: ReasoningPart, path: string): void {
    this.#closeMessage()
    this.#thoughts.push(part)
    const own = ownOf(part.ext)
    const isWaiting = own?.['$more'] === true || (own === undefined && part.seal === undefined)
    if (!isWaiting) this.#closeThoughts(part, path)
  }

  #closeThoughts(last: ReasoningPart, path: string): void {
    const thoughts = this.#thoughts
    this.#thoughts = []
    const { quirks, provider, lose } = this.#writing
    const seal = last.seal && opensFor(last.seal, dialect, provider) ? last.seal : undefined
    const item = itemOf(last.ext)
    const isStored = item !== undefined && !last.seal && !isMade(item) && asString(item['id']) !== undefined
    if (!seal && !isStored && !quirks.takesPlainReasoning) {
      if (!last.seal || thoughts.some((each) => each.text !== '')) {
        lose({ path, why: 'this provider takes no reasoning without its seal' })
      }
      return
    }
    if (!seal && last.seal && thoughts.every((each) => each.text === '')) return
    const isOurs = item !== undefined && !isMade(item)
    this.items.push({
      type: 'reasoning',
      ...(seal?.id !== undefined && !isOurs && { id: seal.id }),
      ...(isOurs || quirks.takesPlainReasoning ? sections(thoughts) : asSummary(thoughts)),
      ...(seal && { encrypted_content: seal.data }),
      ...(isOurs && item),
    })
  }

  /** Thoughts that no sealed one followed. */
  #dropThoughts(): void {
    const last = this.#thoughts.at(-1)
    if (last) this.#closeThoughts(last, this.#path)
  }

  #call(part: ToolCallPart, path: string): JsonObject | undefined {
    if (part.executor === 'provider') {
      this.#writing.lose({ path, why: 'a tool that another provider ran itself', value: part.name })
      return undefined
    }
    const item = itemOf(part.ext)
    const name = { call_id: shortCallId(part.id), name: part.name }
    if (part.form !== 'text') {
      return { type: 'function_call', ...name, arguments: part.args === '' ? '{}' : part.args, ...item }
    }
    if (this.#writing.quirks.hasCustomTools) return { type: 'custom_tool_call', ...name, input: part.args, ...item }
    return { type: 'function_call', ...name, arguments: textToArgs(part.args) }
  }

  #image(part: MediaPart, path: string): JsonObject | undefined {
    const { source, mediaType } = part
    if (source.from !== 'base64' || !mediaType.startsWith('image/')) {
      this.#writing.lose({ path, why: `the Responses API has no ${mediaType} from the assistant`, value: source.from })
      return undefined
    }
    const made = { id: this.#writing.newId('ig_'), status: 'completed' }
    return { type: 'image_generation_call', result: source.data, ...(itemOf(part.ext) ?? made) }
  }
}

const foreignMessage: JsonObject = { type: 'message' }

function sections(thoughts: readonly ReasoningPart[]): JsonObject {
  const summary = thoughts.filter((each) => each.form === 'summary')
  const content = thoughts.filter((each) => each.form === 'full')
  return {
    summary: summary.map(({ text }) => ({ type: 'summary_text', text })),
    ...(content.length > 0 && { content: content.map(({ text }) => ({ type: 'reasoning_text', text })) }),
  }
}

/** OpenAI refuses `content` in a reasoning item that comes back, so every thought is a summary to it. */
function asSummary(thoughts: readonly ReasoningPart[]): JsonObject {
  const visible = thoughts.filter((each) => each.text !== '')
  return { summary: visible.map(({ text }) => ({ type: 'summary_text', text })) }
}

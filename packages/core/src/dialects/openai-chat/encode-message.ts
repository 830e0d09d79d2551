import { argsToText } from '../../ir/custom-tool.ts'
import type { CodecContext, Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, ReasoningPart, TextPart, ToolCallPart } from '../../ir/part.ts'
import { asObject } from '../../ir/read.ts'
import { callFrame, isFreeForm } from './call-writer.ts'
import { encodeCitation } from './citations.ts'
import { type ClientStyle, fieldFor } from './client-style.ts'
import { encodeLogprobs } from './logprobs.ts'
import { dataUrl, isKind } from './media.ts'
import { encodeImage } from './media-writer.ts'
import { sealDetail } from './part-writer.ts'
import { fillDetail } from './reasoning-details.ts'
import { thinkingChunk } from './text-writer.ts'
import type { Draft } from './wire.ts'
import { dialect, own, sendable } from './wire.ts'

/** What writing a whole answer needs beside it. */
export interface AnswerWriting {
  readonly style: ClientStyle
  readonly context: CodecContext
  readonly lose: Lose
}

/** Gathers the parts of one whole choice into a message. */
export class MessageWriter {
  readonly #writing: AnswerWriting
  /** Content as a list; joined into a string unless it holds more than text. */
  readonly #content: JsonObject[] = []
  readonly #fields: Draft = {}
  readonly #calls: JsonObject[] = []
  readonly #details: JsonObject[] = []
  readonly #images: JsonObject[] = []
  readonly #annotations: JsonObject[] = []
  readonly #tokens: { readonly content: JsonObject[]; readonly refusal: JsonObject[] } = { content: [], refusal: [] }
  #textLength = 0
  #reasoningLength = 0

  constructor(writing: AnswerWriting) {
    this.#writing = writing
  }

  get hasToolCalls(): boolean {
    return this.#calls.length > 0 || this.#fields['function_call'] !== undefined
  }

  get hasRefusal(): boolean {
    return this.#fields['refusal'] !== undefined
  }

  add(part: Part, path: string): void {
    switch (part.kind) {
      case 'text':
        return this.#text(part)
      case 'refusal':
        this.#join('refusal', part.text)
        return
      case 'reasoning':
        return this.#reasoning(part)
      case 'media':
        return this.#media(part, path)
      case 'tool-call':
        return this.#call(part, path)
      case 'opaque':
        if (part.dialect === dialect) this.#content.push(part.value)
        else this.#writing.lose({ path, why: `a block only ${part.dialect} knows`, value: part.value['type'] ?? null })
        return
      case 'tool-result':
        this.#writing.lose({ path, why: 'the result of a tool that its provider ran has no place in an answer' })
        return
      default:
        part satisfies never
    }
  }

  message(): Draft {
    return {
      role: 'assistant',
      content: this.#contentField(),
      refusal: null,
      ...this.#fields,
      ...this.#list('reasoning_details', this.#details),
      ...this.#list('tool_calls', this.#calls),
      ...this.#list('images', this.#images),
      ...this.#list('annotations', this.#annotations),
    }
  }

  logprobs(): JsonObject | null {
    const { content, refusal } = this.#tokens
    if (content.length + refusal.length === 0) return null
    return { content: content.length > 0 ? content : null, refusal: refusal.length > 0 ? refusal : null }
  }

  #contentField(): Draft[string] {
    if (this.#content.length === 0) return null
    if (this.#content.some((chunk) => chunk['type'] !== 'text')) return this.#content
    return this.#content.map((chunk) => chunk['text']).join('')
  }

  #list(key: string, values: readonly JsonObject[]): JsonObject | undefined {
    return values.length > 0 ? { [key]: values } : undefined
  }

  #join(key: string, text: string): void {
    this.#fields[key] = `${this.#fields[key] ?? ''}${text}`
  }

  #text({ text, citations, logprobs, seal }: TextPart): void {
    if (text !== '' || seal === undefined) this.#content.push({ type: 'text', text })
    for (const citation of citations ?? []) this.#annotations.push(encodeCitation(citation, this.#textLength))
    if (logprobs) this.#tokens.content.push(...encodeLogprobs(logprobs))
    if (seal) this.#details.push(sealDetail(seal, { on: 'text' }, this.#details.length))
    this.#textLength += text.length
  }

  #reasoning({ form, text, seal, ext }: ReasoningPart): void {
    const { $detail, $field, $more } = own(ext)
    const frame = asObject($detail)
    const { style } = this.#writing
    const field = fieldFor($field, style) ?? (frame || text === '' ? undefined : style.reasoningField)
    if (field === 'thinking') this.#content.push({ ...thinkingChunk(text), ...asObject($more) })
    else if (field !== undefined) this.#join(field, text)
    const place = { on: 'reasoning', form, start: this.#reasoningLength, length: text.length } as const
    if (seal) {
      const detail = sealDetail(seal, place, this.#details.length)
      // OpenRouter tells a whole thought in both places, and its clients read the list alone where there is one.
      const isToldTwice = frame !== undefined || field === 'reasoning'
      this.#details.push(isToldTwice ? fillDetail(detail, text) : detail)
    } else if (frame) this.#details.push(fillDetail(frame, text))
    this.#reasoningLength += text.length
  }

  #call(part: ToolCallPart, path: string): void {
    const { style, lose } = this.#writing
    const { name, args, executor } = part
    if (executor === 'provider') {
      lose({ path, why: `the call of '${name}' was run by its provider; there is no place to tell it` })
    } else if (style.isLegacy && this.hasToolCalls) {
      lose({ path, why: 'a client of `functions` can read one call only' })
    } else if (style.isLegacy) {
      this.#fields['function_call'] = { name, arguments: args }
    } else if (isFreeForm(part, style)) {
      const input = part.form === 'text' ? args : argsToText(args)
      this.#calls.push({ type: 'custom', custom: { name, input }, ...callFrame(part) })
    } else this.#calls.push({ type: 'function', function: { name, arguments: args }, ...callFrame(part) })
  }

  #media(part: MediaPart, path: string): void {
    const { source, mediaType, seal } = part
    const { context, lose } = this.#writing
    if (isKind(mediaType, 'audio') && source.from === 'base64') {
      this.#fields['audio'] = {
        id: context.newId('audio_'),
        expires_at: context.createdAt + 3600,
        ...sendable(part.ext),
        data: source.data,
        transcript: part.transcript ?? '',
      }
      if (seal) lose({ path: `${path}.seal`, why: 'no field of a sound comes back with a seal' })
    } else if (isKind(mediaType, 'image') && (source.from === 'base64' || source.from === 'url')) {
      const index = this.#images.length
      this.#images.push(encodeImage(source.from === 'url' ? source.url : dataUrl(mediaType, source.data), index))
      if (seal) this.#details.push(sealDetail(seal, { on: 'image', index }, this.#details.length))
    } else lose({ path, why: `no place for ${mediaType} in an answer` })
  }
}

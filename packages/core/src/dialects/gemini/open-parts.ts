import type { CodecContext } from '../../ir/dialect.ts'
import type { Emit, PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Extensions, Seal, TokenLogprob } from '../../ir/part.ts'
import { asObject, asString, rest } from '../../ir/read.ts'
import { Base64Joiner } from './base64.ts'
import { isRawSound } from './media-type.ts'
import { dialect, extend } from './own-fields.ts'
import { PartialArgs } from './partial-args.ts'
import { given } from './read.ts'
import type { Grounding } from './read-grounding.ts'

/** The part that more wire parts may add to. */
interface Open {
  readonly part: number
  readonly kind: PartHead['kind']
  /** Text so far, for the places of citations. */
  text: string
  /** A signature closes what it signs: nothing is added, but the part stays open for citations. */
  isSigned: boolean
  readonly mediaType?: string
  readonly sound?: Base64Joiner
  readonly args?: PartialArgs
}

/**
 * Wire parts of one answer as parts of the language. The API knows no deltas: every chunk brings whole parts, so texts
 * of one kind that follow each other are one part, and so is sound in raw samples. Empty texts are dropped. An empty
 * text with a signature signs the text before it.
 */
export class OpenParts {
  grounding: Grounding | undefined
  readonly #choice: number
  readonly #context: CodecContext
  #next = 0
  #open: Open | undefined
  /** Calls that no result in the same answer has answered yet, by name. */
  #calls: string[] = []

  constructor(choice: number, context: CodecContext) {
    this.#choice = choice
    this.#context = context
  }

  get hasClientCalls(): boolean {
    return this.#calls.length > 0
  }

  add(part: JsonObject, emit: Emit): void {
    if (typeof part['text'] === 'string') return this.#addText(part, part['text'], emit)
    const call = asObject(part['functionCall'])
    if (call) return this.#addCall(part, call, emit)
    const blob = asObject(part['inlineData'])
    if (blob && typeof blob['data'] === 'string') return this.#addData(part, blob, emit)
    const file = asObject(part['fileData'])
    if (file && typeof file['fileUri'] === 'string') return this.#addFile(part, file, emit)
    if (Object.keys(part).length > 0) this.#addOpaque(part, emit)
  }

  logprobs(tokens: readonly TokenLogprob[], emit: Emit): void {
    if (this.#open?.kind !== 'text' || tokens.length === 0) return
    emit({ type: 'logprobs', choice: this.#choice, part: this.#open.part, tokens })
  }

  close(emit: Emit): void {
    if (this.#open) this.#end(this.#open, true, emit)
    this.#open = undefined
  }

  #addText(part: JsonObject, text: string, emit: Emit): void {
    const kind = part['thought'] === true ? 'reasoning' : 'text'
    const seal = this.#sealOf(part)
    const ext = extend(rest(part, 'text', 'thought', 'thoughtSignature'))
    if (text === '' && !seal && !ext.ext) return
    const open = this.#open?.kind === kind && !this.#open.isSigned && !ext.ext ? this.#open : undefined
    if (open && seal && text === '') {
      open.isSigned = true
      return emit({ type: 'seal-delta', choice: this.#choice, part: open.part, seal })
    }
    const target = open && !seal ? open : this.#begin(textHead(kind, seal), ext, emit)
    target.isSigned = seal !== undefined
    if (text === '') return
    target.text += text
    emit({ type: kind === 'text' ? 'text-delta' : 'reasoning-delta', choice: this.#choice, part: target.part, text })
  }

  #addCall(part: JsonObject, call: JsonObject, emit: Emit): void {
    const name = asString(call['name'])
    const running = this.#open?.args
    if (name === undefined || name === '') {
      if (running) this.#addArgs(running, call, emit)
      return
    }
    const seal = this.#sealOf(part)
    const left = rest(call, 'id', 'name', 'args', 'partialArgs', 'willContinue')
    const ext = extend({ ...rest(part, 'functionCall', 'thoughtSignature'), ...(left && { functionCall: left }) })
    const id = asString(call['id']) || this.#context.newId('call_')
    const isStreamed = call['willContinue'] === true || call['partialArgs'] !== undefined
    const more = isStreamed ? { args: new PartialArgs() } : {}
    this.#calls.push(name)
    const open = this.#begin(
      { kind: 'tool-call', id, name, executor: 'client', ...given({ seal }) },
      { ...ext, ...more },
      emit,
    )
    if (open.args) return this.#addArgs(open.args, call, emit)
    const args = call['args']
    if (args !== undefined && args !== null) {
      emit({ type: 'args-delta', choice: this.#choice, part: open.part, json: JSON.stringify(args) })
    }
    this.close(emit)
  }

  #addArgs(running: PartialArgs, call: JsonObject, emit: Emit): void {
    const isOpen = running.add(call['partialArgs'])
    const args = asObject(call['args'])
    if (args) running.merge(args)
    if (call['willContinue'] !== true && !isOpen) this.close(emit)
  }

  #addData(part: JsonObject, blob: JsonObject, emit: Emit): void {
    const mediaType = asString(blob['mimeType']) ?? 'application/octet-stream'
    const data = asString(blob['data']) ?? ''
    const seal = this.#sealOf(part)
    const ext = extend(rest(part, 'inlineData', 'thoughtSignature', 'audioTranscription'))
    const transcript = asString(asObject(part['audioTranscription'])?.['text'])
    const canJoin = this.#open?.sound !== undefined && this.#open.mediaType === mediaType && !seal && !ext.ext
    const sound = isRawSound(mediaType) ? { sound: new Base64Joiner(), mediaType } : {}
    const head: PartHead = { kind: 'media', mediaType, ...given({ filename: asString(blob['displayName']), seal }) }
    const open = canJoin && this.#open ? this.#open : this.#begin(head, { ...ext, ...sound }, emit)
    const base64 = open.sound ? open.sound.add(data) : data
    emit({ type: 'media-delta', choice: this.#choice, part: open.part, base64, ...given({ transcript }) })
    if (!open.sound) this.close(emit)
  }

  #addFile(part: JsonObject, file: JsonObject, emit: Emit): void {
    const mediaType = asString(file['mimeType']) ?? 'application/*'
    const filename = asString(file['displayName'])
    const seal = this.#sealOf(part)
    const ext = extend(rest(part, 'fileData', 'thoughtSignature'))
    const open = this.#begin({ kind: 'media', mediaType, ...given({ filename, seal }) }, ext, emit)
    emit({ type: 'media-delta', choice: this.#choice, part: open.part, url: asString(file['fileUri']) ?? '' })
    this.close(emit)
  }

  /** Code that Google ran, its result, a tool of Google's own: whole, as it came. */
  #addOpaque(part: JsonObject, emit: Emit): void {
    const answered = asString(asObject(part['functionResponse'])?.['name'])
    const at = answered === undefined ? -1 : this.#calls.indexOf(answered)
    if (at >= 0) this.#calls.splice(at, 1)
    this.#begin({ kind: 'opaque', dialect, value: part }, {}, emit)
    this.close(emit)
  }

  #begin(
    head: PartHead,
    { ext, ...more }: { readonly ext?: Extensions } & Partial<Pick<Open, 'sound' | 'args' | 'mediaType'>>,
    emit: Emit,
  ): Open {
    if (this.#open) this.#end(this.#open, false, emit)
    const open: Open = { part: this.#next++, kind: head.kind, text: '', isSigned: false, ...more }
    this.#open = open
    emit({ type: 'part-start', choice: this.#choice, part: open.part, head, ...(ext && { ext }) })
    return open
  }

  #end(open: Open, isLast: boolean, emit: Emit): void {
    const at = { choice: this.#choice, part: open.part }
    const left = open.sound?.end()
    if (left) emit({ type: 'media-delta', ...at, base64: left })
    if (open.args) emit({ type: 'args-delta', ...at, json: open.args.text() })
    if (open.kind === 'text' && this.grounding) {
      const found = [...this.grounding.take(open.text), ...(isLast ? this.grounding.takeRest() : [])]
      for (const citation of found) emit({ type: 'citation', ...at, citation })
    }
    emit({ type: 'part-end', ...at })
  }

  #sealOf(part: JsonObject): Seal | undefined {
    const data = part['thoughtSignature']
    return typeof data === 'string' && data !== '' ? { dialect, provider: this.#context.provider, data } : undefined
  }
}

function textHead(kind: 'text' | 'reasoning', seal: Seal | undefined): PartHead {
  return kind === 'text' ? { kind, ...given({ seal }) } : { kind, form: 'summary', ...given({ seal }) }
}

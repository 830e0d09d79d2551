import type { CodecContext } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asString } from '../../ir/read.ts'
import { ChoiceDecoder } from './decode-choice.ts'
import { decodeUsage } from './usage.ts'
import type { Draft } from './wire.ts'
import { extend, unknownFields } from './wire.ts'

/** Fields with a word in the language, and the padding some hosts add against listeners. */
const known = new Set(['id', 'object', 'model', 'choices', 'usage', 'error', 'obfuscation', 'p'])
/** Told once, though a few hosts renew it with every chunk. */
const stable = new Set(['created'])

/** One answer as events, chunk by chunk; a whole answer is one chunk. */
export class AnswerDecoder {
  readonly #context: CodecContext
  readonly #choices = new Map<number, ChoiceDecoder>()
  /** Top-level fields told with the start, and those that came or changed after it. */
  readonly #early: Draft = {}
  readonly #late: Draft = {}
  #model = ''
  #isStarted = false

  constructor(context: CodecContext) {
    this.#context = context
  }

  get hasChoices(): boolean {
    return this.#choices.size > 0
  }

  /** Whether every choice has its finish reason. */
  get isFinished(): boolean {
    return this.hasChoices && [...this.#choices.values()].every((choice) => choice.isFinished)
  }

  decode(chunk: JsonObject, emit: Emit): void {
    const choices = asArray(chunk['choices']) ?? []
    this.#head(chunk, choices.length > 0, emit)
    for (const [place, value] of choices.entries()) {
      const choice = asObject(value)
      if (choice) this.#choice(indexOf(choice) ?? place).decode(choice, emit)
    }
    this.usage(chunk, emit)
  }

  /** The healthy end. */
  finish(emit: Emit): void {
    if (!this.#isStarted) this.#start('', emit)
    const inOrder = [...this.#choices].sort(([one], [other]) => one - other)
    for (const [, choice] of inOrder) choice.finish(emit)
    emit({ type: 'end', ...extend(this.#late) })
  }

  /**
   * Azure opens a stream with a chunk about its filters that has neither id nor model: the answer starts with the
   * first chunk that says more (seen 2026-04).
   */
  #head(chunk: JsonObject, hasChoices: boolean, emit: Emit): void {
    const id = asString(chunk['id']) ?? ''
    if (this.#isStarted) return this.#keep(chunk)
    if (this.#model === '') this.#model = asString(chunk['model']) ?? ''
    Object.assign(this.#early, unknownFields(chunk, known))
    if (hasChoices || (id !== '' && this.#model !== '') || chunk['usage']) this.#start(id, emit)
  }

  #start(id: string, emit: Emit): void {
    this.#isStarted = true
    const known = id === '' ? this.#context.newId('chatcmpl-') : id
    emit({ type: 'start', id: known, model: this.#model, ...extend(this.#early) })
  }

  #keep(chunk: JsonObject): void {
    for (const key in chunk) {
      const value = chunk[key]
      if (value === null || value === undefined || known.has(key) || stable.has(key)) continue
      if (value !== this.#early[key] && key !== '__proto__') this.#late[key] = value
    }
  }

  #choice(index: number): ChoiceDecoder {
    let choice = this.#choices.get(index)
    if (!choice) {
      choice = new ChoiceDecoder(index, this.#context)
      this.#choices.set(index, choice)
    }
    return choice
  }

  /** Usage stands at the top, or inside `x_groq`; where it comes with every chunk the last one counts. */
  usage(chunk: JsonObject, emit: Emit): void {
    const wire = asObject(chunk['usage']) ?? asObject(asObject(chunk['x_groq'])?.['usage'])
    const usage = wire && decodeUsage(wire)
    if (usage && this.#isStarted) emit({ type: 'usage', usage })
  }
}

/** OpenAI answers at most 128 choices; an index beyond is no index. */
function indexOf(choice: JsonObject): number | undefined {
  const index = asNumber(choice['index'])
  return index !== undefined && Number.isInteger(index) && index >= 0 && index < 128 ? index : undefined
}

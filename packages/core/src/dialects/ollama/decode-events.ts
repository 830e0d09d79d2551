import type { CodecContext, EventDecoder, Frame } from '../../ir/dialect.ts'
import type { Emit, FinishReason, PartHead } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, asString, parseObject, rest } from '../../ir/read.ts'
import { readInnerFailure } from '../../ir/upstream-failure.ts'
import { readLogprobs } from './logprobs.ts'
import { dialect, extend } from './own-fields.ts'
import { readUsage, withoutCounts } from './usage.ts'

type Spoken = 'text' | 'reasoning'

/**
 * Reads a stream of JSON lines, each a piece of the message; the line that is `done` ends an answer well. A whole answer
 * is one such line. Calls come whole, one after the other.
 */
export class ChatDecoder implements EventDecoder {
  readonly #context: CodecContext
  #state: 'fresh' | 'running' | 'over' = 'fresh'
  /** The text or thinking that goes on; a call is over when it has begun. */
  #open: { readonly part: number; readonly kind: Spoken } | undefined
  #next = 0
  #hasCall = false

  constructor(context: CodecContext) {
    this.#context = context
  }

  frame({ data }: Frame, emit: Emit): void {
    if (this.#state === 'over') return
    const line = parseObject(data)
    if (line) this.line(line, emit)
    else this.#fail(malformed, emit)
  }

  /** One line, parsed. */
  line(line: JsonObject, emit: Emit): void {
    const message = asObject(line['message'])
    if (!message) return this.#fail(failureOf(line, this.#context.provider), emit)
    if (this.#state === 'fresh') this.#start(line, emit)
    this.#say('reasoning', asString(message['thinking']) ?? '', emit)
    this.#say('text', asString(message['content']) ?? '', emit)
    this.#tellLogprobs(line['logprobs'], emit)
    for (const call of asObjects(message['tool_calls'])) this.#call(call, emit)
    const unknown = rest(message, 'role', 'content', 'thinking', 'tool_calls')
    if (unknown) emit({ type: 'opaque', dialect, value: { type: 'message', ...unknown } })
    if (line['done'] === true) this.#stop(line, emit)
  }

  end(emit: Emit): void {
    if (this.#state !== 'over') this.#fail(cutShort, emit)
  }

  #start(line: JsonObject, emit: Emit): void {
    this.#state = 'running'
    const more = extend(rest(withoutCounts(line), 'model', 'message', 'done', 'done_reason', 'logprobs'))
    emit({ type: 'start', id: this.#context.newId('chat-'), model: asString(line['model']) ?? '', ...more })
  }

  #say(kind: Spoken, text: string, emit: Emit): void {
    if (text === '') return
    if (this.#open?.kind !== kind) this.#openPart(kind, emit)
    const part = this.#open?.part ?? 0
    if (kind === 'text') emit({ type: 'text-delta', choice: 0, part, text })
    else emit({ type: 'reasoning-delta', choice: 0, part, text })
  }

  #openPart(kind: Spoken, emit: Emit): void {
    this.#close(emit)
    const part = this.#next++
    this.#open = { part, kind }
    const head: PartHead = kind === 'text' ? { kind } : { kind, form: 'full' }
    emit({ type: 'part-start', choice: 0, part, head })
  }

  /** Probabilities of what was just said; those of thinking have no word in the language. */
  #tellLogprobs(wire: Json | undefined, emit: Emit): void {
    const open = this.#open
    if (!open || (asArray(wire)?.length ?? 0) === 0) return
    const at = { choice: 0, part: open.part }
    if (open.kind === 'text') emit({ type: 'logprobs', ...at, tokens: readLogprobs(wire) })
    else emit({ type: 'opaque-delta', ...at, dialect, value: { logprobs: wire ?? [] } })
  }

  #call(call: JsonObject, emit: Emit): void {
    this.#close(emit)
    this.#hasCall = true
    const at = { choice: 0, part: this.#next++ }
    const fields = asObject(call['function']) ?? {}
    const id = asString(call['id'])
    const head: PartHead = {
      kind: 'tool-call',
      id: id === undefined || id === '' ? this.#context.newId('call_') : id,
      name: asString(fields['name']) ?? '',
      executor: 'client',
    }
    emit({ type: 'part-start', ...at, head })
    emit({ type: 'args-delta', ...at, json: writeArgs(fields['arguments']) })
    emit({ type: 'part-end', ...at })
  }

  #close(emit: Emit): void {
    if (this.#open) emit({ type: 'part-end', choice: 0, part: this.#open.part })
    this.#open = undefined
  }

  #stop(line: JsonObject, emit: Emit): void {
    this.#close(emit)
    this.#state = 'over'
    const raw = asString(line['done_reason']) ?? null
    emit({ type: 'finish', choice: 0, reason: this.#reason(raw), raw })
    const usage = readUsage(line)
    if (usage) emit({ type: 'usage', usage })
    emit({ type: 'end' })
  }

  /** A server says `stop` also where the model called a tool; older ones give no reason. */
  #reason(raw: string | null): FinishReason {
    if (raw === 'length') return 'length'
    if (raw !== 'stop' && raw !== null) return 'other'
    return this.#hasCall ? 'tool-calls' : 'stop'
  }

  #fail(failure: Failure, emit: Emit): void {
    this.#state = 'over'
    emit({ type: 'error', failure })
  }
}

/** Arguments are an object here. */
function writeArgs(args: Json | undefined): string {
  if (args === undefined || args === null) return '{}'
  return typeof args === 'string' ? args : JSON.stringify(args)
}

/** A line without a message says what went wrong, or is no line of an answer. */
function failureOf(line: JsonObject, provider: string): Failure {
  return line['error'] === undefined ? malformed : readInnerFailure(line, provider)
}

const malformed: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider sent a line that is no piece of an answer.',
  retry: 'other-target',
}

const cutShort: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider closed the stream before its last line.',
  retry: 'other-target',
}

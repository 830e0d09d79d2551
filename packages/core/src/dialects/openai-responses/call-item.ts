import { argsToText } from '../../ir/custom-tool.ts'
import type { PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asString, parseObject } from '../../ir/read.ts'
import { sealIntoId } from '../../ir/seal.ts'
import type { AnswerWriter, DeltaFrame, PartDelta, PartSink } from './answer-writer.ts'
import { deltaFrame } from './answer-writer.ts'
import { dialect } from './extension.ts'
import type { SplitName } from './namespace.ts'

export type CallHead = Extract<PartHead, { kind: 'tool-call' }>

/** What the client calls its tools. */
export interface ClientTools {
  /** Names of its free-form tools, whose calls go back as text. */
  readonly custom: ReadonlySet<string>
  readonly namespaced: ReadonlyMap<string, SplitName>
}

/** Writes one call of a client's tool: a function call, or a custom tool call with plain text. */
export class CallSink implements PartSink {
  readonly #writer: AnswerWriter
  readonly #index: number
  readonly #place: JsonObject
  readonly #frame: DeltaFrame
  readonly #isText: boolean
  /** The call of a free-form tool by a model that only knows functions: its text is inside the arguments. */
  readonly #isStandIn: boolean
  readonly #item: JsonObject
  #fields: JsonObject
  #args = ''

  constructor(writer: AnswerWriter, head: CallHead, fields: JsonObject | undefined, tools: ClientTools) {
    this.#writer = writer
    this.#isStandIn = head.form === undefined && tools.custom.has(head.name)
    this.#isText = head.form === 'text' || this.#isStandIn
    const id = asString(fields?.['id']) ?? writer.newId(this.#isText ? 'ctc_' : 'fc_')
    const split = tools.namespaced.get(head.name)
    this.#fields = fields ?? {}
    this.#item = {
      id,
      type: this.#isText ? 'custom_tool_call' : 'function_call',
      call_id: sealIntoId(head.id, head.seal, dialect),
      ...(split ?? { name: head.name }),
    }
    this.#index = writer.nextIndex()
    this.#place = { item_id: id, output_index: this.#index }
    const type = this.#isText ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta'
    this.#frame = deltaFrame(type, this.#place)
    writer.added(this.#index, this.#whole('in_progress', ''))
  }

  add(delta: PartDelta): void {
    if (delta.type !== 'args-delta') {
      const why = 'a call of the Responses API has no place for it once it is announced'
      this.#writer.lose({ path: `parts.${delta.type}`, why })
      return
    }
    this.#args += delta.json
    if (!this.#isStandIn) this.#writer.delta(this.#frame, delta.json)
  }

  /** The fields the item had at its end, where its source tells. */
  finalFields(fields: JsonObject | undefined): void {
    this.#fields = fields ?? this.#fields
  }

  end(): void {
    const args = this.#isStandIn ? argsToText(this.#args) : this.#args
    const isMute = !this.#isText && args === ''
    const whole = isMute ? '{}' : args
    if (isMute || (this.#isStandIn && args !== '')) this.#writer.delta(this.#frame, whole)
    if (this.#isText) this.#writer.event('response.custom_tool_call_input.done', { ...this.#place, input: whole })
    else this.#writer.event('response.function_call_arguments.done', { ...this.#place, arguments: whole })
    this.#writer.done(this.#index, this.#whole('completed', whole))
  }

  #whole(status: string, args: string): JsonObject {
    const text = this.#isText ? { input: args } : { arguments: args }
    return { ...this.#item, status, ...text, ...this.#fields }
  }
}

/**
 * Writes the call of a tool that another dialect's provider ran itself, as far as there is an item for it: a web
 * search or a piece of code. What it found is not in the call and comes apart.
 */
export class ProviderCallSink implements PartSink {
  readonly #writer: AnswerWriter
  readonly #name: string
  #args = ''

  constructor(writer: AnswerWriter, name: string) {
    this.#writer = writer
    this.#name = name
  }

  add(delta: PartDelta): void {
    if (delta.type === 'args-delta') this.#args += delta.json
  }

  end(): void {
    const args = parseObject(this.#args) ?? {}
    const query = asString(args['query'])
    const code = asString(args['code'])
    if (this.#name === 'web_search' && query !== undefined) return this.#writeSearch(query)
    if (this.#name === 'code_execution' && code !== undefined) return this.#writeCode(code)
    const why = 'the Responses API has no item for a tool another provider ran'
    this.#writer.lose({ path: 'parts', why, value: this.#name })
  }

  #writeSearch(query: string): void {
    const item = { id: this.#writer.newId('ws_'), type: 'web_search_call', action: { type: 'search', query } }
    const place = this.#announce(item)
    for (const step of ['in_progress', 'searching', 'completed']) {
      this.#writer.event(`response.web_search_call.${step}`, place)
    }
    this.#writer.done(place.output_index, { ...item, status: 'completed' })
  }

  #writeCode(code: string): void {
    const item = { id: this.#writer.newId('ci_'), type: 'code_interpreter_call', container_id: '', outputs: null }
    const place = this.#announce({ ...item, code: '' })
    this.#writer.event('response.code_interpreter_call.in_progress', place)
    this.#writer.event('response.code_interpreter_call_code.delta', { ...place, delta: code })
    this.#writer.event('response.code_interpreter_call_code.done', { ...place, code })
    this.#writer.event('response.code_interpreter_call.interpreting', place)
    this.#writer.event('response.code_interpreter_call.completed', place)
    this.#writer.done(place.output_index, { ...item, code, status: 'completed' })
  }

  #announce(item: JsonObject & { readonly id: string }): { readonly item_id: string; readonly output_index: number } {
    const index = this.#writer.nextIndex()
    this.#writer.added(index, { ...item, status: 'in_progress' })
    return { item_id: item.id, output_index: index }
  }
}

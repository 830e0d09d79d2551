import { argsToText } from '../../ir/custom-tool.ts'
import type { PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Extensions, Seal } from '../../ir/part.ts'
import { parseObject } from '../../ir/read.ts'
import { sealIntoId } from '../../ir/seal.ts'
import type { ClientStyle } from './client-style.ts'
import type { ChoiceWriting, PartEvent, PartStart, PartWriter } from './part-writer.ts'
import { loseAnswerPart, SealBox, sealDelta, silentWriter } from './part-writer.ts'
import { dialect, sendable } from './wire.ts'

type CallHead = Extract<PartHead, { kind: 'tool-call' }>

/** The writer of a tool call; only calls meant for the client have a place. */
export function openCall(choice: ChoiceWriting, event: PartStart & { readonly head: CallHead }): PartWriter {
  const { head, part } = event
  if (head.executor === 'provider') {
    loseAnswerPart(choice, event, `the call of '${head.name}' was run by its provider; there is no place to tell it`)
    return silentWriter
  }
  if (!choice.style.isLegacy) return new CallWriter(choice, event)
  if (choice.calls++ === 0) return new LegacyCallWriter(choice)
  choice.lose({
    path: `choices[${choice.index}].parts[${part}]`,
    why: 'a client of `functions` can read one call only',
  })
  return silentWriter
}

/** Whether the client reads this call as free text. */
export function isFreeForm(head: Pick<CallHead, 'name' | 'form'>, { customTools }: ClientStyle): boolean {
  return head.form === 'text' || customTools.has(head.name)
}

/** What a call has beside its name and arguments: id, own seal, own fields. A foreign seal rides in the id. */
export function callFrame(call: { readonly id: string; readonly seal?: Seal; readonly ext?: Extensions }): JsonObject {
  const native = call.seal?.dialect === dialect ? parseObject(call.seal.data) : undefined
  return { id: sealIntoId(call.id, call.seal, dialect), ...native, ...sendable(call.ext) }
}

class CallWriter implements PartWriter {
  readonly #choice: ChoiceWriting
  readonly #event: PartStart & { readonly head: CallHead }
  readonly #index: number
  readonly #isCustom: boolean
  /** Arguments of a stand-in function, which become text when they are whole. */
  #args: string | undefined
  readonly #late = new SealBox(undefined)

  constructor(choice: ChoiceWriting, event: PartStart & { readonly head: CallHead }) {
    this.#choice = choice
    this.#event = event
    this.#index = choice.calls++
    this.#isCustom = isFreeForm(event.head, choice.style)
    if (this.#isCustom && event.head.form !== 'text') this.#args = ''
  }

  add(event: PartEvent): string {
    switch (event.type) {
      case 'part-start':
        return this.#begin()
      case 'args-delta':
        if (this.#args === undefined) return this.#piece(event.json)
        this.#args += event.json
        return ''
      case 'seal-delta':
        this.#late.add(event.seal)
        return ''
      case 'part-end':
        return this.#end()
      default:
        return loseAnswerPart(this.#choice, event, `no place for a ${event.type} in a tool call`)
    }
  }

  #begin(): string {
    const { head, ext } = this.#event
    const { id, ...fields } = callFrame({ ...head, ...(ext && { ext }) })
    const body = this.#isCustom
      ? { type: 'custom', custom: { name: head.name, input: '' } }
      : { type: 'function', function: { name: head.name, arguments: '' } }
    return this.#choice.delta(JSON.stringify({ tool_calls: [{ index: this.#index, id, ...body, ...fields }] }))
  }

  #piece(text: string): string {
    const body = this.#isCustom ? '"custom":{"input":' : '"function":{"arguments":'
    return this.#choice.delta(`{"tool_calls":[{"index":${this.#index},${body}${JSON.stringify(text)}}}]}`)
  }

  #end(): string {
    const { seal } = this.#late
    const rest = this.#args === undefined ? '' : this.#piece(argsToText(this.#args))
    return seal ? rest + sealDelta(seal, { on: 'call', index: this.#index }, this.#choice) : rest
  }
}

/** The one call of an answer for a client that wrote `functions`. */
class LegacyCallWriter implements PartWriter {
  readonly #choice: ChoiceWriting

  constructor(choice: ChoiceWriting) {
    this.#choice = choice
  }

  add(event: PartEvent): string {
    switch (event.type) {
      case 'part-start': {
        const name = event.head.kind === 'tool-call' ? event.head.name : ''
        return this.#choice.delta(JSON.stringify({ function_call: { name, arguments: '' } }))
      }
      case 'args-delta':
        return this.#choice.delta(JSON.stringify({ function_call: { arguments: event.json } }))
      case 'part-end':
        return ''
      default:
        return loseAnswerPart(this.#choice, event, `no place for a ${event.type} in a function call`)
    }
  }
}

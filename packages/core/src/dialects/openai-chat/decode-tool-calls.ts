import type { Emit } from '../../ir/event.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asString } from '../../ir/read.ts'
import { argumentText, callKeys, callSeal } from './read-tool-calls.ts'
import { extend, unknownFields } from './wire.ts'

interface OpenCall {
  readonly index: number | undefined
  /** The host's own id, `''` where it gave none yet. */
  readonly wireId: string
  readonly part: number
  readonly isCustom: boolean
}

/** What the calls of one choice need of it. */
export interface CallPort {
  readonly choice: number
  readonly provider: string
  readonly newId: (prefix: string) => string
  /** The number of a part that is about to open; whatever text was open has ended by then. */
  readonly nextPart: (emit: Emit) => number
}

/**
 * The tool calls of one choice. Hosts disagree on everything but the order: the index may be absent or always 0, the
 * id absent, empty or repeated on later deltas, the name repeated, the arguments null or an object, and a call may
 * come whole or in pieces. A delta opens a call when it names another index, or another id together with a name.
 * Calls end with the choice, because their pieces may interleave.
 */
export class ToolCallDecoder {
  readonly #port: CallPort
  readonly #calls: OpenCall[] = []
  #legacy: OpenCall | undefined

  constructor(port: CallPort) {
    this.#port = port
  }

  /** Parts that are still open. */
  get parts(): readonly number[] {
    return this.#legacy
      ? [this.#legacy.part, ...this.#calls.map((call) => call.part)]
      : this.#calls.map((call) => call.part)
  }

  /** Forgets the open calls; the choice has ended their parts. */
  close(): void {
    this.#calls.length = 0
    this.#legacy = undefined
  }

  decode(delta: JsonObject, emit: Emit): void {
    const isCustom = delta['type'] === 'custom' || (!('function' in delta) && 'custom' in delta)
    const body = asObject(delta[isCustom ? 'custom' : 'function'])
    const call = this.#find(delta, body) ?? this.#open(delta, { body, isCustom }, emit)
    this.#add(call, call.isCustom ? body?.['input'] : body?.['arguments'], emit)
  }

  /** The one call of an answer from before there were tools. Some hosts always send the field, empty. */
  decodeLegacy(call: JsonObject, emit: Emit): void {
    const name = asString(call['name']) ?? ''
    if (!this.#legacy && name === '' && argumentText(call['arguments']) === '') return
    if (!this.#legacy) {
      const part = this.#port.nextPart(emit)
      const head = { kind: 'tool-call', id: this.#port.newId('call_'), name, executor: 'client' } as const
      emit({ type: 'part-start', choice: this.#port.choice, part, head, ...extend({ $legacy: true }) })
      this.#legacy = { index: undefined, wireId: '', part, isCustom: false }
    }
    this.#add(this.#legacy, call['arguments'], emit)
  }

  #find(delta: JsonObject, body: JsonObject | undefined): OpenCall | undefined {
    const index = asNumber(delta['index'])
    const id = asString(delta['id']) ?? ''
    const isNamed = (asString(body?.['name']) ?? '') !== ''
    const known =
      index === undefined ? this.#findById(id, isNamed) : this.#calls.findLast((call) => call.index === index)
    const isOther = known !== undefined && isNamed && id !== '' && known.wireId !== '' && known.wireId !== id
    return isOther ? undefined : known
  }

  #findById(id: string, isNamed: boolean): OpenCall | undefined {
    if (id !== '') return this.#calls.find((call) => call.wireId === id)
    return isNamed ? undefined : this.#calls.at(-1)
  }

  #open(
    delta: JsonObject,
    { body, isCustom }: { body: JsonObject | undefined; isCustom: boolean },
    emit: Emit,
  ): OpenCall {
    const { choice, provider, newId, nextPart } = this.#port
    const wireId = asString(delta['id']) ?? ''
    const part = nextPart(emit)
    const seal = callSeal(delta, provider)
    emit({
      type: 'part-start',
      choice,
      part,
      head: {
        kind: 'tool-call',
        id: wireId === '' ? newId('call_') : wireId,
        name: asString(body?.['name']) ?? '',
        executor: 'client',
        ...(isCustom && { form: 'text' }),
        ...(seal && { seal }),
      },
      ...extend(unknownFields(delta, callKeys)),
    })
    const call = { index: asNumber(delta['index']), wireId, part, isCustom }
    this.#calls.push(call)
    return call
  }

  #add({ part }: OpenCall, args: Json | undefined, emit: Emit): void {
    const json = argumentText(args)
    if (json !== '') emit({ type: 'args-delta', choice: this.#port.choice, part, json })
  }
}

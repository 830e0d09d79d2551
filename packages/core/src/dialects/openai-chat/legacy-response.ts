import type { EncoderOptions, EventEncoder, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { Part, TokenLogprob } from '../../ir/part.ts'
import { asString } from '../../ir/read.ts'
import type { Choice, GenerateResponse } from '../../ir/response.ts'
import { encodeStreamFailure } from './failure.ts'
import { encodeFinish } from './finish.ts'
import { encodeUsage } from './usage.ts'
import { own } from './wire.ts'

/** A whole `text_completion`. Only text has a place in it. */
export function encodeCompletion(
  response: GenerateResponse,
  { request, context }: EncoderOptions,
  lose: Lose,
): JsonObject {
  const echo = asString(own(request.ext)['$echo']) ?? ''
  return {
    id: response.id === '' ? context.newId('cmpl-') : response.id,
    object: 'text_completion',
    created: createdOf(own(response.ext), context.createdAt),
    model: response.model === '' ? request.model : response.model,
    choices: response.choices.map((choice, index) => encodeChoice(choice, { index, echo, lose })),
    ...(response.usage && { usage: encodeUsage(response.usage) }),
  }
}

interface ChoicePlace {
  readonly index: number
  readonly echo: string
  readonly lose: Lose
}

function encodeChoice({ parts, finish }: Choice, { index, echo, lose }: ChoicePlace): JsonObject {
  const texts: string[] = []
  const tokens: TokenLogprob[] = []
  for (const [place, part] of parts.entries()) {
    if (part.kind === 'text' || part.kind === 'refusal') texts.push(part.text)
    else lose({ path: `choices[${index}].parts[${place}]`, why: whyLost(part.kind) })
    if (part.kind !== 'text') continue
    tokens.push(...(part.logprobs ?? []))
    if (part.citations) lose({ path: `choices[${index}].parts[${place}].citations`, why: noCitations })
  }
  const logprobs = tokens.length > 0 ? encodeTokens(tokens, echo.length) : null
  return { text: echo + texts.join(''), index, logprobs, finish_reason: finishWord(finish) }
}

const noCitations = 'no place for citations in a text completion'

function whyLost(kind: Part['kind']): string {
  return `no place for a ${kind} in a text completion`
}

/** There are no tools here, so a call is an end like any other. */
function finishWord({ reason }: Pick<Choice['finish'], 'reason'>): string {
  const word = encodeFinish(reason, { hasToolCalls: false, hasRefusal: true })
  return word === 'tool_calls' ? 'stop' : word
}

/** Four lists side by side; `text_offset` counts characters from the beginning of the text. */
function encodeTokens(tokens: readonly TokenLogprob[], from: number): JsonObject {
  let offset = from
  const offsets = tokens.map(({ token }) => {
    const at = offset
    offset += token.length
    return at
  })
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) => Object.fromEntries((top ?? []).map((each) => [each.token, each.logprob]))),
    text_offset: offsets,
  }
}

function createdOf(fields: JsonObject, createdAt: number): Json {
  return typeof fields['created'] === 'number' ? fields['created'] : createdAt
}

/** Writes a streamed answer as `text_completion` chunks. */
export function createCompletionEncoder(options: EncoderOptions, lose: Lose): EventEncoder {
  const encoder = new CompletionEncoder(options, lose)
  return { event: (event) => encoder.event(event) }
}

type Finish = Extract<StreamEvent, { type: 'finish' }>

class CompletionEncoder {
  readonly #options: EncoderOptions
  readonly #lose: Lose
  readonly #echo: string
  #prefix = ''
  readonly #echoed = new Set<number>()
  readonly #offsets = new Map<number, number>()
  readonly #finishes: Finish[] = []
  #usage: JsonObject | undefined
  #isOver = false

  constructor(options: EncoderOptions, lose: Lose) {
    this.#options = options
    this.#lose = lose
    this.#echo = asString(own(options.request.ext)['$echo']) ?? ''
    this.#prefix = this.#head({ id: '', model: '', created: options.context.createdAt })
  }

  event(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.type) {
      case 'start':
        this.#prefix = this.#head({ ...event, created: createdOf(own(event.ext), this.#options.context.createdAt) })
        return ''
      case 'part-start':
        return this.#openPart(event)
      case 'text-delta':
        return this.#text(event.choice, event.text)
      case 'logprobs':
        return this.#tokens(event.choice, event.tokens)
      case 'usage':
        this.#usage = encodeUsage(event.usage)
        return ''
      case 'finish':
        this.#finishes.push(event)
        return this.#begin(event.choice)
      case 'error':
        this.#isOver = true
        return encodeStreamFailure(event.failure)
      case 'end':
        return this.#end()
      case 'citation':
        this.#lose({ path: `choices[${event.choice}].parts[${event.part}].citations`, why: noCitations })
        return ''
      case 'opaque':
        this.#lose({ path: 'opaque', why: 'no place for other fields in a text completion' })
        return ''
      default:
        return ''
    }
  }

  #head({ id, model, created }: { readonly id: string; readonly model: string; readonly created: Json }): string {
    const { request, context } = this.#options
    const fields = {
      id: id === '' ? context.newId('cmpl-') : id,
      object: 'text_completion',
      created,
      model: model === '' ? request.model : model,
    }
    return `data: ${JSON.stringify(fields).slice(0, -1)},"choices":[`
  }

  #openPart({ choice, part, head }: Extract<StreamEvent, { type: 'part-start' }>): string {
    if (head.kind !== 'text' && head.kind !== 'refusal') {
      this.#lose({ path: `choices[${choice}].parts[${part}]`, why: whyLost(head.kind) })
    }
    return this.#begin(choice)
  }

  /** Echoes the prompt before the first text of a choice, when the client asked for that. */
  #begin(choice: number): string {
    if (this.#echo === '' || this.#echoed.has(choice)) return ''
    this.#echoed.add(choice)
    return this.#chunk({ text: this.#echo, index: choice, logprobs: null, finish_reason: null })
  }

  #text(choice: number, text: string): string {
    return `${this.#prefix}{"text":${JSON.stringify(text)},"index":${choice},"logprobs":null,"finish_reason":null}]}\n\n`
  }

  #tokens(choice: number, tokens: readonly TokenLogprob[]): string {
    const offset = this.#offsets.get(choice) ?? this.#echo.length
    const length = tokens.reduce((sum, { token }) => sum + token.length, 0)
    this.#offsets.set(choice, offset + length)
    return this.#chunk({ text: '', index: choice, logprobs: encodeTokens(tokens, offset), finish_reason: null })
  }

  #end(): string {
    this.#isOver = true
    const finishes = this.#finishes.map((finish) => {
      return this.#chunk({ text: '', index: finish.choice, logprobs: null, finish_reason: finishWord(finish) })
    })
    const wantsUsage = this.#options.request.streamUsage === true && this.#usage
    const usage = wantsUsage ? `${this.#prefix}],"usage":${JSON.stringify(this.#usage)}}\n\n` : ''
    return `${finishes.join('')}${usage}data: [DONE]\n\n`
  }

  #chunk(choice: JsonObject): string {
    return `${this.#prefix}${JSON.stringify(choice)}]}\n\n`
  }
}

import type { FinishReason, StreamEvent } from './event.ts'
import type { Failure } from './failure.ts'
import type { Json, JsonObject } from './json.ts'
import type { Citation, Extensions, MediaPart, Part, Seal, TokenLogprob } from './part.ts'
import type { Usage } from './usage.ts'

export interface Choice {
  readonly parts: readonly Part[]
  readonly finish: {
    readonly reason: FinishReason
    readonly raw: string | null
    readonly stopSequence?: string
    readonly ext?: Extensions
  }
}

/** A whole answer. `failure` is set when the source broke: then nothing in it may be presented as complete. */
export interface GenerateResponse {
  readonly id: string
  readonly model: string
  readonly choices: readonly Choice[]
  readonly usage: Usage | undefined
  readonly failure: Failure | undefined
  readonly ext?: Extensions
  /** Events only one dialect understands, in order. */
  readonly opaque: readonly Extract<StreamEvent, { type: 'opaque' }>[]
}

interface OpenPart {
  part: Part
  text: string[]
  transcript: string
  url: string | undefined
  citations: Citation[]
  logprobs: TokenLogprob[]
  deltas: JsonObject[]
  seal: Seal | undefined
}

interface OpenChoice {
  parts: OpenPart[]
  finish: Choice['finish']
}

const unfinished: Choice['finish'] = { reason: 'other', raw: null }

/** Folds events one by one; made per call. */
export class Collector {
  #head: { id: string; model: string; ext?: Extensions } = { id: '', model: '' }
  #usage: Usage | undefined
  #failure: Failure | undefined
  readonly #choices: OpenChoice[] = []
  readonly #opaque: Extract<StreamEvent, { type: 'opaque' }>[] = []

  readonly add = (event: StreamEvent): void => {
    switch (event.type) {
      case 'start':
        this.#head = { id: event.id, model: event.model, ...(event.ext && { ext: event.ext }) }
        break
      case 'part-start':
        this.#choice(event.choice).parts[event.part] = openPart(event)
        break
      case 'part-end':
        this.#closePart(event)
        break
      case 'usage':
        this.#usage = event.usage
        break
      case 'finish':
        this.#choice(event.choice).finish = closeFinish(event)
        break
      case 'error':
        this.#failure = event.failure
        break
      case 'opaque':
        this.#opaque.push(event)
        break
      case 'end':
        if (event.ext) this.#head.ext = mergeExtensions(this.#head.ext, event.ext)
        break
      default:
        addDelta(this.#choices[event.choice]?.parts[event.part], event)
    }
  }

  /** The answer so far. */
  response(): GenerateResponse {
    return {
      ...this.#head,
      usage: this.#usage,
      failure: this.#failure,
      opaque: this.#opaque,
      choices: Array.from(this.#choices, (each) => closeChoice(each ?? { parts: [], finish: unfinished })),
    }
  }

  #choice(index: number): OpenChoice {
    let choice = this.#choices[index]
    if (!choice) {
      choice = { parts: [], finish: unfinished }
      this.#choices[index] = choice
    }
    return choice
  }

  #closePart({ choice, part, ext }: Extract<StreamEvent, { type: 'part-end' }>): void {
    const open = this.#choices[choice]?.parts[part]
    if (open && ext) open.part = { ...open.part, ext: mergeExtensions(open.part.ext, ext) }
  }
}

/** A whole answer is the fold of its events; no dialect needs a second mapping for it. */
export function collect(events: Iterable<StreamEvent>): GenerateResponse {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  return collector.response()
}

/** Both bags, the later one winning key by key within a dialect. */
export function mergeExtensions(earlier: Extensions | undefined, later: Extensions): Extensions {
  const merged: Record<string, Record<string, Json | undefined>> = {}
  for (const bag of [earlier ?? {}, later]) {
    for (const [dialect, fields] of Object.entries(bag)) merged[dialect] = { ...merged[dialect], ...fields }
  }
  return merged
}

type Delta = Exclude<
  StreamEvent,
  { type: 'start' | 'part-start' | 'part-end' | 'usage' | 'finish' | 'error' | 'opaque' | 'end' }
>

function addDelta(open: OpenPart | undefined, delta: Delta): void {
  if (!open) return
  switch (delta.type) {
    case 'text-delta':
    case 'reasoning-delta':
      open.text.push(delta.text)
      break
    case 'args-delta':
      open.text.push(delta.json)
      break
    case 'media-delta':
      if (delta.base64 !== undefined) open.text.push(delta.base64)
      if (delta.url !== undefined) open.url = delta.url
      if (delta.transcript !== undefined) open.transcript += delta.transcript
      break
    case 'citation':
      open.citations.push(delta.citation)
      break
    case 'seal-delta':
      open.seal = open.seal ? { ...open.seal, ...delta.seal, data: open.seal.data + delta.seal.data } : delta.seal
      break
    case 'logprobs':
      open.logprobs.push(...delta.tokens)
      break
    case 'opaque-delta':
      open.deltas.push(delta.value)
      break
    default:
      delta satisfies never
  }
}

function openPart({ head, ext }: Extract<StreamEvent, { type: 'part-start' }>): OpenPart {
  const seal = 'seal' in head ? head.seal : undefined
  const more = ext && { ext }
  return {
    part: emptyPart(head, more),
    text: [],
    transcript: '',
    url: undefined,
    citations: [],
    logprobs: [],
    deltas: [],
    seal,
  }
}

function emptyPart(
  head: Extract<StreamEvent, { type: 'part-start' }>['head'],
  more: { ext: Extensions } | undefined,
): Part {
  switch (head.kind) {
    case 'text':
      return { kind: 'text', text: '', ...more }
    case 'refusal':
      return { kind: 'refusal', text: '', ...more }
    case 'reasoning':
      return { kind: 'reasoning', form: head.form, text: '', ...more }
    case 'tool-call':
      return { ...head, args: '', ...more }
    case 'media':
      return { ...head, source: { from: 'base64', data: '' }, ...more }
    case 'opaque':
      return { ...head, ...more }
  }
}

function closeFinish({ reason, raw, stopSequence, ext }: Extract<StreamEvent, { type: 'finish' }>): Choice['finish'] {
  return { reason, raw, ...(stopSequence !== undefined && { stopSequence }), ...(ext && { ext }) }
}

function closeChoice({ parts, finish }: OpenChoice): Choice {
  return { parts: parts.filter((each) => each !== undefined).map(closePart), finish }
}

function closePart(open: OpenPart): Part {
  const { part, citations, logprobs } = open
  const text = open.text.join('')
  const sealed = open.seal && { seal: open.seal }
  switch (part.kind) {
    case 'text':
      return {
        ...part,
        text,
        ...sealed,
        ...(citations.length > 0 && { citations }),
        ...(logprobs.length > 0 && { logprobs }),
      }
    case 'refusal':
    case 'reasoning':
      return { ...part, text, ...sealed }
    case 'tool-call':
      return { ...part, args: text, ...sealed }
    case 'media':
      return closeMedia(part, open)
    case 'opaque':
      return open.deltas.length > 0 ? { ...part, value: { ...part.value, deltas: open.deltas } } : part
    case 'tool-result':
      return part
  }
}

function closeMedia(part: MediaPart, { text, url, transcript, seal }: OpenPart): MediaPart {
  const source: MediaPart['source'] = url === undefined ? { from: 'base64', data: text.join('') } : { from: 'url', url }
  return { ...part, source, ...(seal && { seal }), ...(transcript !== '' && { transcript }) }
}

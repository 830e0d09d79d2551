import type { FinishReason, PartHead, StreamEvent } from '@sluice/core/ir/event.ts'
import type { Citation, TokenLogprob } from '@sluice/core/ir/part.ts'
import type { Usage } from '@sluice/core/ir/usage.ts'
import fc from 'fast-check'

/** A part as its head and the deltas that fill it. */
interface PartScript {
  readonly head: PartHead
  readonly deltas: readonly Delta[]
}

type Delta =
  | { readonly type: 'text-delta' | 'reasoning-delta'; readonly text: string }
  | { readonly type: 'args-delta'; readonly json: string }
  | { readonly type: 'citation'; readonly citation: Citation }
  | { readonly type: 'logprobs'; readonly tokens: readonly TokenLogprob[] }

const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('Hello', ' world', '\n\n', '🙂', 'é', '"quoted"', '\\', '\u2028', 'data: x\n\n', '</b>'),
)

const textDelta = words.map((text): Delta => ({ type: 'text-delta', text }))

const citation = fc
  .record({ url: fc.webUrl(), title: words })
  .map(({ url, title }): Delta => ({ type: 'citation', citation: { source: { kind: 'url', url, title } } }))

/** What is cited has been said. */
const said: Delta = { type: 'text-delta', text: 'So.' }

const textPart: fc.Arbitrary<PartScript> = fc
  .tuple(fc.array(textDelta, { minLength: 1, maxLength: 5 }), fc.option(citation, { freq: 5 }))
  .map(([deltas, cited]) => ({ head: { kind: 'text' }, deltas: cited ? [said, ...deltas, cited] : deltas }))

const refusalPart: fc.Arbitrary<PartScript> = fc
  .array(textDelta, { minLength: 1, maxLength: 2 })
  .map((deltas) => ({ head: { kind: 'refusal' }, deltas: [{ type: 'text-delta', text: 'No.' }, ...deltas] }))

const reasoningPart: fc.Arbitrary<PartScript> = fc
  .record({ form: fc.constantFrom('full', 'summary'), texts: fc.array(words, { minLength: 1, maxLength: 4 }) })
  .map(({ form, texts }) => ({
    head: { kind: 'reasoning', form },
    deltas: texts.map((text) => ({ type: 'reasoning-delta', text })),
  }))

const callPart: fc.Arbitrary<PartScript> = fc
  .record({
    id: fc.uuid().map((uuid) => `call_${uuid.slice(0, 13)}`),
    name: fc.constantFrom('look', 'listen', 'get_weather', 'a-b'),
    args: fc.oneof(
      fc.constant(''),
      fc.dictionary(words, fc.jsonValue()).map((args) => JSON.stringify(args)),
    ),
    cut: fc.nat(30),
  })
  .map(({ id, name, args, cut }) => ({
    head: { kind: 'tool-call', id, name, executor: 'client' },
    deltas: [args.slice(0, cut), args.slice(cut)].filter(Boolean).map((json) => ({ type: 'args-delta', json })),
  }))

const part: fc.Arbitrary<PartScript> = fc.oneof(
  { weight: 4, arbitrary: textPart },
  { weight: 2, arbitrary: reasoningPart },
  { weight: 3, arbitrary: callPart },
  { weight: 1, arbitrary: refusalPart },
)

const usage: fc.Arbitrary<Usage> = fc
  .record({ fresh: fc.nat(9_999), cacheRead: fc.nat(999), said: fc.nat(999), reasoning: fc.nat(99) })
  .map(({ fresh, cacheRead, said, reasoning }) => ({
    input: fresh + cacheRead,
    cacheRead,
    cacheWrite: undefined,
    output: said + reasoning,
    reasoning,
  }))

/** What a test may fix. */
export interface ArbitraryAnswerOptions {
  /** 1 unless told. */
  readonly maxChoices?: number
}

/**
 * Any healthy answer a model may give, as events in the grammar: parts of every kind and order, interleaved in every
 * way the grammar allows.
 */
export function arbitraryAnswer({ maxChoices = 1 }: ArbitraryAnswerOptions = {}): fc.Arbitrary<readonly StreamEvent[]> {
  const choice = fc.array(part, { maxLength: 4 })
  const choices = fc.array(choice, { minLength: 1, maxLength: maxChoices })
  return fc
    .tuple(
      choices,
      usage,
      fc.infiniteStream(fc.nat(99)),
      fc.constantFrom<FinishReason>('stop', 'length', 'content-filter'),
    )
    .map(([scripts, tokens, picks, reason]) => [
      { type: 'start', id: 'answer-1', model: 'test-model' },
      ...interleave(scripts, picks),
      ...scripts.map((script, index): StreamEvent => finishOf(script, index, reason)),
      { type: 'usage', usage: tokens },
      { type: 'end' },
    ])
}

/** A model that called a tool stopped for it, one that refused refused. */
function finishOf(script: readonly PartScript[], choice: number, otherwise: FinishReason): StreamEvent {
  const kinds = new Set(script.map(({ head }) => head.kind))
  const reason = kinds.has('tool-call') ? 'tool-calls' : kinds.has('refusal') ? 'refusal' : otherwise
  return { type: 'finish', choice, reason, raw: null }
}

interface Lane {
  readonly choice: number
  readonly part: number
  readonly events: readonly StreamEvent[]
  readonly isCited: boolean
  at: number
}

/** Merges the parts in an order picked at random; a part opens only after all earlier ones of its choice have. */
function interleave(scripts: readonly (readonly PartScript[])[], picks: Iterator<number>): readonly StreamEvent[] {
  const lanes = scripts.flatMap((script, choice) => script.map((each, index) => createLane(each, choice, index)))
  const merged: StreamEvent[] = []
  for (;;) {
    const ready = lanes.filter((lane) => lane.at < lane.events.length && mayMove(lane, lanes))
    // Mostly the first part that can go on, sometimes another: real streams interleave seldom.
    const pick = picks.next().value ?? 0
    const lane = ready[pick < 70 ? 0 : pick % ready.length]
    const event = lane?.events[lane.at]
    if (!lane || !event) return merged
    lane.at++
    merged.push(event)
  }
}

/** A part with citations is said without interruption, as every provider does: a chat client cannot tell them apart. */
function mayMove(lane: Lane, lanes: readonly Lane[]): boolean {
  const uninterrupted = lanes.find((each) => each.isCited && each.at > 0 && each.at < each.events.length)
  if (uninterrupted && uninterrupted !== lane) return false
  if (lane.at > 0) return true
  return lanes.every((other) => other.choice !== lane.choice || other.part >= lane.part || other.at > 0)
}

function createLane({ head, deltas }: PartScript, choice: number, index: number): Lane {
  const at = { choice, part: index }
  const filled = deltas.map((delta): StreamEvent => ({ ...at, ...delta }))
  const events: StreamEvent[] = [{ type: 'part-start', ...at, head }, ...filled, { type: 'part-end', ...at }]
  return { ...at, events, isCited: deltas.some(({ type }) => type === 'citation'), at: 0 }
}

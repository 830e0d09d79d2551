import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { asObject, asString } from '@sluice/core/ir/read.ts'
import type { ChoiceFacts, Facts, ToolCallFacts, UsageFacts } from './facts.ts'
import { readArgs } from './facts.ts'

/** What differs between an answer and its copy in another dialect. */
export interface Difference {
  readonly kind: 'choices' | 'text' | 'reasoning' | 'tool-calls' | 'finish' | 'usage' | 'error'
  readonly detail: string
}

/**
 * Everything the copy does not say as its source did. What the client's dialect says another way is no difference: a
 * refusal as text, a free-form call as a call with one argument, a zero that is not told. `client` decides what usage
 * fields there is a place for.
 */
export function compareFacts(source: Facts, copy: Facts, client: ClientDialectId): readonly Difference[] {
  if (isBroken(source)) return isBroken(copy) ? [] : [{ kind: 'error', detail: 'a broken answer became a healthy one' }]
  if (isBroken(copy)) return [{ kind: 'error', detail: `a healthy answer became an error: ${copy.error ?? 'no end'}` }]
  const differences: Difference[] = []
  if (source.choices.length > copy.choices.length) {
    differences.push({ kind: 'choices', detail: `${copy.choices.length} of ${source.choices.length}` })
  }
  for (const [index, theirs] of copy.choices.entries()) {
    const ours = source.choices[index]
    if (ours) differences.push(...compareChoice(ours, theirs))
  }
  return [...differences, ...compareUsage(source.usage, copy.usage, client)]
}

/** An answer that must not be shown as complete. A stream without terminal is whole if every choice has finished. */
export function isBroken({ error, isComplete, choices }: Facts): boolean {
  if (error !== undefined) return true
  return !isComplete && (choices.length === 0 || choices.some(({ finish }) => finish === undefined))
}

function compareChoice(source: ChoiceFacts, copy: ChoiceFacts): readonly Difference[] {
  const differences: Difference[] = []
  const saidBySource = source.text + source.refusal
  const saidByCopy = copy.text + copy.refusal
  if (!isSameSaying(saidBySource, saidByCopy, source))
    differences.push({ kind: 'text', detail: firstDifference(saidBySource, saidByCopy) })
  if (squeeze(source.reasoning) !== squeeze(copy.reasoning)) {
    differences.push({ kind: 'reasoning', detail: firstDifference(source.reasoning, copy.reasoning) })
  }
  const [calls, copied] = [source.toolCalls.map(plainCall), copy.toolCalls.map(plainCall)]
  if (JSON.stringify(calls) !== JSON.stringify(copied)) {
    differences.push({ kind: 'tool-calls', detail: firstDifference(JSON.stringify(calls), JSON.stringify(copied)) })
  }
  if (!isSameFinish(source, copy)) {
    differences.push({ kind: 'finish', detail: `${source.finish} became ${copy.finish}` })
  }
  return differences
}

/** A refusal among texts becomes a text among texts: where it stands only a dialect without refusals can tell. */
function isSameSaying(source: string, copy: string, { text, refusal }: ChoiceFacts): boolean {
  if (source === copy) return true
  const letters = (said: string): string => [...said].toSorted().join('')
  return text !== '' && refusal !== '' && letters(source) === letters(copy)
}

/** Blank lines between two summaries or blocks of thinking are the writer's, not the model's. */
function squeeze(text: string): string {
  return text.replace(/\s+/g, '')
}

/** A free-form call and its stand-in, a function with one argument `input`, are the same call. */
function plainCall({ name, args }: ToolCallFacts): ToolCallFacts {
  const fields = asObject(args)
  const input = asString(fields?.['input'])
  const isStandIn = input !== undefined && Object.keys(fields ?? {}).length === 1
  return { name, args: sortKeys(isStandIn ? readArgs(input) : args) }
}

function sortKeys(value: ToolCallFacts['args']): ToolCallFacts['args'] {
  if (Array.isArray(value)) return value.map(sortKeys)
  const object = asObject(value)
  if (!object) return value
  const sorted = Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, each]) => [key, each === undefined ? null : sortKeys(each)]))
}

/** Some providers end a tool call, or a refusal, with a plain stop; saying which it was is the same fact. */
function isSameFinish(source: ChoiceFacts, copy: ChoiceFacts): boolean {
  if (source.finish === copy.finish || source.finish === undefined || source.finish === 'other') return true
  const words = new Set([source.finish, copy.finish])
  if (!words.has('stop')) return false
  return (source.toolCalls.length > 0 && words.has('tool-calls')) || (source.refusal !== '' && words.has('blocked'))
}

function compareUsage(
  source: UsageFacts | undefined,
  copy: UsageFacts | undefined,
  client: ClientDialectId,
): readonly Difference[] {
  if (!source) return []
  const fields = ['input', 'output', ...(placesOf[client] ?? [])] as const
  const wrong = fields.filter((field) => (source[field] ?? 0) !== 0 && source[field] !== copy?.[field])
  return wrong.map((field) => ({ kind: 'usage', detail: `${field} ${source[field]} became ${copy?.[field]}` }))
}

/** The parts of usage each client dialect has a field for, beside the totals. */
const placesOf: Readonly<Record<ClientDialectId, readonly ('cacheRead' | 'cacheWrite' | 'reasoning')[]>> = {
  'openai-chat': ['cacheRead', 'reasoning'],
  'openai-responses': ['cacheRead', 'reasoning'],
  'anthropic-messages': ['cacheRead', 'cacheWrite'],
  gemini: ['cacheRead', 'reasoning'],
}

function firstDifference(source: string, copy: string): string {
  let at = 0
  while (at < source.length && source[at] === copy[at]) at++
  const from = Math.max(0, at - 20)
  return `at ${at}: ${JSON.stringify(source.slice(from, at + 40))} became ${JSON.stringify(copy.slice(from, at + 40))}`
}

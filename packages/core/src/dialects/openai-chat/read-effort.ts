import type { Json, JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asString, type RequestReader } from '../../ir/read.ts'
import type { Reasoning, ReasoningEffort } from '../../ir/request.ts'
import { present } from './read.ts'
import type { Draft } from './wire.ts'
import { unknownFields } from './wire.ts'

/** How a request may ask for thinking; several at once are joined. */
export type EffortForm = 'reasoning_effort' | 'reasoning' | 'include_reasoning' | 'thinking' | 'enable_thinking'

const efforts: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/**
 * How much to think and whether to show it: OpenAI's `reasoning_effort`, OpenRouter's `reasoning` and
 * `include_reasoning`, `thinking` as DeepSeek and Z.ai take it, `enable_thinking` as Alibaba does. `$reasoning` notes
 * which of them were used; what has no word stays in `ext`.
 */
export function readEffort(body: JsonObject, reader: RequestReader, ext: Draft): Reasoning | undefined {
  const forms: EffortForm[] = []
  const readers: readonly (readonly [EffortForm, Reasoning | undefined])[] = [
    ['enable_thinking', readSwitch(body, reader)],
    ['thinking', readThinkingField(body, ext)],
    ['include_reasoning', readInclude(body, reader)],
    ['reasoning', readReasoningObject(body, reader, ext)],
    ['reasoning_effort', readWord(body, ext)],
  ]
  let joined: Reasoning | undefined
  for (const [form, read] of readers) {
    if (!read) continue
    forms.push(form)
    joined = { ...joined, ...read }
  }
  if (joined && forms.some((form) => form !== 'reasoning_effort')) ext['$reasoning'] = forms
  return joined
}

function readWord(body: JsonObject, ext: Draft): Reasoning | undefined {
  const value = body['reasoning_effort']
  if (value === undefined || value === null) return undefined
  const effort = effortOf(value)
  if (effort === undefined) ext['reasoning_effort'] = value
  return effort && { effort }
}

const objectKeys = new Set(['effort', 'max_tokens', 'exclude', 'enabled', 'summary'])

function readReasoningObject(body: JsonObject, reader: RequestReader, ext: Draft): Reasoning | undefined {
  const reasoning = reader.object(body, 'reasoning')
  if (!reasoning) return undefined
  const effort = effortOf(reasoning['effort'])
  const rest = unknownFields(reasoning, objectKeys)
  if (effort === undefined && asString(reasoning['effort']) !== undefined) rest['effort'] = reasoning['effort']
  if (Object.keys(rest).length > 0) ext['reasoning'] = rest
  const enabled = reader.boolean(reasoning, 'enabled', 'reasoning')
  if (enabled !== undefined) ext['$enabled'] = enabled
  const summary = asString(reasoning['summary'])
  if (summary !== undefined) ext['$summary'] = summary
  const budget = reader.count(reasoning, 'max_tokens', 0, 'reasoning')
  return present({
    effort: effort ?? (enabled === false ? ('none' as const) : undefined),
    budgetTokens: budget ?? (enabled && effort === undefined ? -1 : undefined),
    show: readShow(reader.boolean(reasoning, 'exclude', 'reasoning'), summary),
  })
}

function readShow(exclude: boolean | undefined, summary: string | undefined): Reasoning['show'] {
  if (exclude !== undefined) return exclude ? 'hidden' : 'full'
  return summary === undefined ? undefined : 'summary'
}

function readInclude(body: JsonObject, reader: RequestReader): Reasoning | undefined {
  const include = reader.boolean(body, 'include_reasoning')
  return include === undefined ? undefined : { show: include ? 'full' : 'hidden' }
}

const thinkingKeys = new Set(['type', 'budget_tokens'])

/** `type` is `enabled`, `disabled`, or a word of one host, kept as a note. */
function readThinkingField(body: JsonObject, ext: Draft): Reasoning | undefined {
  const thinking = asObject(body['thinking'])
  if (!thinking) {
    if (body['thinking'] !== undefined && body['thinking'] !== null) ext['thinking'] = body['thinking']
    return undefined
  }
  const rest = unknownFields(thinking, thinkingKeys)
  if (Object.keys(rest).length > 0) ext['thinking'] = rest
  const type = asString(thinking['type'])
  if (type === 'disabled') return { effort: 'none' }
  if (type !== undefined && type !== 'enabled') ext['$thinking'] = type
  return { budgetTokens: asNumber(thinking['budget_tokens']) ?? -1 }
}

function readSwitch(body: JsonObject, reader: RequestReader): Reasoning | undefined {
  const enabled = reader.boolean(body, 'enable_thinking')
  const budget = reader.count(body, 'thinking_budget')
  if (enabled === undefined && budget === undefined) return undefined
  return enabled === false ? { effort: 'none' } : { budgetTokens: budget ?? -1 }
}

function effortOf(value: Json | undefined): ReasoningEffort | undefined {
  return efforts.find((effort) => effort === value)
}

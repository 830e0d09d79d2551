import type { AnswerFacts, Frame, RelayEditOptions, RelayRules } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asString, parseObject } from '../../ir/read.ts'
import type { OpenAiChatQuirks } from './quirks.ts'
import { findGuarded } from './relay-fields.ts'
import { decodeUsage } from './usage.ts'

/** Tiers at the ordinary price; any other changes what the call costs. */
const plainTiers: readonly string[] = ['auto', 'default']

/** How chat completions pass through untranslated. */
export const relay: RelayRules<OpenAiChatQuirks> = {
  isModelInBody: true,
  suits,
  edits,
  // A name may be written with escapes, so any escape is reason enough to look.
  guardMarks: /"(?:models|preset|plugins|file_ids?|vector_store_ids|container_id|audio)"|\\u/,
  findGuarded,
  marks: /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"|"error"|\[DONE\]/,
  readFacts,
  isUnasked,
  endsAtClose: false,
  hasArrayStreams: false,
}

/** Thinking asked for in OpenRouter's way is an unknown parameter to a host that takes OpenAI's. */
function suits(body: JsonObject, quirks: OpenAiChatQuirks): boolean {
  if (quirks.reasoningControl !== 'reasoning_effort') return true
  return body['reasoning'] === undefined && body['include_reasoning'] === undefined
}

function edits(
  body: JsonObject,
  { stream, quirks, allow, lose }: RelayEditOptions<OpenAiChatQuirks>,
): Record<string, string> {
  const changed: Record<string, string> = {}
  if (stream && quirks.streamOptions && !asksForUsage(body)) {
    changed['stream_options'] = JSON.stringify({ ...asObject(body['stream_options']), include_usage: true })
  }
  const tier = asString(body['service_tier'])
  if (tier !== undefined && !plainTiers.includes(tier) && !allow.has('service_tier')) {
    changed['service_tier'] = '"auto"'
    lose({ path: 'service_tier', why: "not sent: the operator has not listed it under 'allow'", value: tier })
  }
  if (body['store'] === true && !allow.has('store')) {
    changed['store'] = 'false'
    lose({ path: 'store', why: "not sent: the operator has not listed it under 'allow'" })
  }
  return changed
}

/** The usage chunk that `edits` asked for: no choices, and the client had not asked. */
function isUnasked({ data }: Frame, body: JsonObject): boolean {
  if (!noChoices.test(data) || asksForUsage(body)) return false
  const chunk = parseObject(data)
  return chunk !== undefined && asArray(chunk['choices'])?.length === 0 && asObject(chunk['usage']) !== undefined
}

const noChoices = /"choices"\s*:\s*\[\s*\]/

function asksForUsage(body: JsonObject): boolean {
  return asObject(body['stream_options'])?.['include_usage'] === true
}

/** Its first choice has a finish reason and nothing speaks of an error. */
function readFacts(body: JsonObject): AnswerFacts | undefined {
  const finish = asObject(asArray(body['choices'])?.[0])?.['finish_reason']
  if (typeof finish !== 'string' || body['error'] !== undefined) return undefined
  const usage = asObject(body['usage'])
  return { usage: usage && decodeUsage(usage), finish }
}

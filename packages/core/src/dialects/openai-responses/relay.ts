import type { AnswerFacts, RelayEditOptions, RelayRules } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString } from '../../ir/read.ts'
import type { ResponsesQuirks } from './quirks.ts'
import { findGuarded } from './relay-fields.ts'
import { storeNothing } from './stateless.ts'
import { decodeUsage } from './usage.ts'

/** Tiers at the ordinary price; any other changes what the call costs. */
const plainTiers: readonly string[] = ['auto', 'default']

/** How responses pass through untranslated. The gateway keeps none of them, and has the provider keep none either. */
export const relay: RelayRules<ResponsesQuirks> = {
  isModelInBody: true,
  edits,
  guardMarks: /(?:)/,
  findGuarded,
  marks: /"usage"\s*:\s*\{|response\.(?:completed|incomplete|failed)|"error"/,
  readFacts,
  isUnasked: () => false,
  endsAtClose: false,
  hasArrayStreams: false,
}

function edits(body: JsonObject, { quirks, allow, lose }: RelayEditOptions<ResponsesQuirks>): Record<string, string> {
  const changed: Record<string, string> = {}
  if (!allow.has('store') && body['store'] !== false) {
    Object.assign(changed, quirks.takesPlainReasoning ? { store: 'false' } : storeNothing(body, lose))
    if (body['store'] === true) lose({ path: 'store', why: "not sent: the operator has not listed it under 'allow'" })
  }
  const tier = asString(body['service_tier'])
  if (tier !== undefined && !plainTiers.includes(tier) && !allow.has('service_tier')) {
    changed['service_tier'] = '"auto"'
    lose({ path: 'service_tier', why: "not sent: the operator has not listed it under 'allow'", value: tier })
  }
  return changed
}

/** The response says of itself that it is complete. */
function readFacts(body: JsonObject): AnswerFacts | undefined {
  if (body['status'] !== 'completed' || asObject(body['error'])) return undefined
  const usage = asObject(body['usage'])
  return { usage: usage && decodeUsage(usage), finish: 'completed' }
}

import type { RelayEditOptions, RelayRules } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'
import { findGuarded } from './relay-fields.ts'

/** Tiers at the ordinary price; any other changes what the call costs. */
const plainTiers: readonly string[] = ['auto', 'default']

/** How responses pass through untranslated. The gateway keeps none of them, and has the provider keep none either. */
export const relay: RelayRules = {
  isModelInBody: true,
  edits,
  findGuarded,
  marks: /"usage"\s*:\s*\{|response\.(?:completed|incomplete|failed)|"error"/,
  isUnasked: () => false,
  endsAtClose: false,
  hasArrayStreams: false,
}

function edits(body: JsonObject, { allow, lose }: RelayEditOptions<unknown>): Readonly<Record<string, string>> {
  const changed: Record<string, string> = {}
  if (!allow.has('store') && body['store'] !== false) {
    changed['store'] = 'false'
    if (body['store'] === true) lose({ path: 'store', why: "not sent: the operator has not listed it under 'allow'" })
  }
  const tier = asString(body['service_tier'])
  if (tier !== undefined && !plainTiers.includes(tier) && !allow.has('service_tier')) {
    changed['service_tier'] = '"auto"'
    lose({ path: 'service_tier', why: "not sent: the operator has not listed it under 'allow'", value: tier })
  }
  return changed
}

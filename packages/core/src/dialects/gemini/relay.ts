import type { AnswerFacts, RelayEditOptions, RelayRules } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'
import { findGuarded } from './relay-fields.ts'
import { decodeUsage } from './usage.ts'

/** How generateContent passes through untranslated. Usage stands on every chunk, so the marks look for the last one. */
export const relay: RelayRules = {
  isModelInBody: false,
  edits,
  guardMarks: /(?:)/,
  findGuarded,
  marks: /"finishReason"|"blockReason"|"error"|"index":\s*[1-9]/,
  readFacts,
  isUnasked: () => false,
  endsAtClose: true,
  hasArrayStreams: true,
}

function edits(_body: JsonObject, _options: RelayEditOptions<unknown>): Record<string, string> {
  return {}
}

/** Its first candidate says why it finished. */
function readFacts(body: JsonObject): AnswerFacts | undefined {
  const finish = asObject(asArray(body['candidates'])?.[0])?.['finishReason']
  if (typeof finish !== 'string' || body['error'] !== undefined) return undefined
  const usage = asObject(body['usageMetadata'])
  return { usage: usage && decodeUsage(usage), finish }
}

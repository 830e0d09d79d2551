import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { GeminiQuirks } from './quirks.ts'
import { skipSignatureCheck } from './signature.ts'

/**
 * Google checks the first call of each step since the last thing the user said. Where it has no signature that this
 * provider can open, the documented word goes in its place. Changes `parts` in place.
 */
export function signCalls(
  contents: readonly { readonly role: unknown; readonly parts: JsonObject[] }[],
  { unsignedCalls }: GeminiQuirks,
): void {
  if (unsignedCalls === 'as-is') return
  const turn = contents.findLastIndex(({ role, parts }) => role === 'user' && !parts.some(isResult))
  for (const { role, parts } of contents.slice(turn + 1)) {
    const at = parts.findIndex((part) => asObject(part['functionCall']) !== undefined)
    const call = parts[at]
    if (role !== 'model' || !call || call['thoughtSignature'] !== undefined) continue
    parts[at] = { ...call, thoughtSignature: skipSignatureCheck }
  }
}

function isResult(part: JsonObject): boolean {
  return asObject(part['functionResponse']) !== undefined
}

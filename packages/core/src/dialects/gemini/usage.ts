import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObjects, rest } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { dialect } from './own-fields.ts'
import { given } from './read.ts'

/**
 * Gemini's counting habit: `promptTokenCount` includes cached tokens but not what tools fed back
 * (`toolUsePromptTokenCount`), and `candidatesTokenCount` does not include thinking (`thoughtsTokenCount`);
 * `totalTokenCount` is the sum of the four. Zeros are left out. Every chunk of a stream says it, cumulatively; the last
 * one counts. https://ai.google.dev/api/generate-content#UsageMetadata (seen 2026-11-20)
 */
export function decodeUsage(value: JsonObject): Usage {
  const count = (key: string): number | undefined => asNumber(value[key])
  const total = count('totalTokenCount')
  const thoughts = count('thoughtsTokenCount')
  const prompt = sum(count('promptTokenCount'), count('toolUsePromptTokenCount'))
  const answer = sum(count('candidatesTokenCount'), thoughts)
  const input = prompt ?? difference(total, answer)
  const output = answer ?? difference(total, prompt)
  const audio = given({
    inputAudio: sum(audioOf(value, 'promptTokensDetails'), audioOf(value, 'toolUsePromptTokensDetails')),
    outputAudio: audioOf(value, 'candidatesTokensDetails'),
  })
  return {
    input,
    cacheRead: count('cachedContentTokenCount'),
    cacheWrite: undefined,
    output,
    reasoning: thoughts,
    ...audio,
    native: { dialect, value },
  }
}

/** Usage as this dialect tells it: its own object unchanged, or one made from the totals. */
export function encodeUsage(usage: Usage): JsonObject {
  if (usage.native?.dialect === dialect) return usage.native.value
  const { input, output, cacheRead, inputAudio, outputAudio } = usage
  const reasoning = least(usage.reasoning, output)
  const candidates = output === undefined ? undefined : output - (reasoning ?? 0)
  const total = sum(input, output)
  return (
    rest({
      promptTokenCount: input,
      cachedContentTokenCount: cacheRead,
      candidatesTokenCount: candidates,
      thoughtsTokenCount: reasoning,
      totalTokenCount: total,
      promptTokensDetails: details(input, inputAudio),
      candidatesTokensDetails: details(candidates, outputAudio),
    }) ?? {}
  )
}

/** Some providers count more thinking than output; the sum of both must stay the output. */
function least(count: number | undefined, limit: number | undefined): number | undefined {
  return count === undefined || limit === undefined ? count : Math.min(count, limit)
}

/** Tells what of the usage has no place here. */
export function loseCounts(usage: Usage, lose: Lose): void {
  const { cacheWrite, reasoning, output, native } = usage
  if (native?.dialect === dialect) return
  if (cacheWrite) lose({ path: 'usage.cacheWrite', why: 'Gemini does not count tokens written to a cache' })
  if (reasoning !== undefined && output !== undefined && reasoning > output) {
    lose({ path: 'usage.reasoning', why: 'the provider counts more thinking than output', value: reasoning })
  }
}

function details(total: number | undefined, audio: number | undefined): JsonObject[] | undefined {
  if (audio === undefined || total === undefined) return undefined
  const text = { modality: 'TEXT', tokenCount: Math.max(0, total - audio) }
  return [text, { modality: 'AUDIO', tokenCount: audio }]
}

function audioOf(value: JsonObject, key: string): number | undefined {
  const found = asObjects(value[key]).find((each) => each['modality'] === 'AUDIO')
  return found && asNumber(found['tokenCount'])
}

/** A count the provider left out although it is in the total: seen for prompts of files alone (2026-11-20). */
function difference(total: number | undefined, other: number | undefined): number | undefined {
  return total === undefined || other === undefined ? undefined : Math.max(0, total - other)
}

function sum(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined ? right : left + (right ?? 0)
}

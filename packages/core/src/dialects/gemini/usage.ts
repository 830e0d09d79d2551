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
  const input = sum(count('promptTokenCount'), count('toolUsePromptTokenCount'))
  const total = count('totalTokenCount')
  const thoughts = count('thoughtsTokenCount')
  const told = sum(count('candidatesTokenCount'), thoughts)
  const output = told ?? (total === undefined || input === undefined ? undefined : Math.max(0, total - input))
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
  const { input, output, reasoning, cacheRead, inputAudio, outputAudio } = usage
  const candidates = output === undefined ? undefined : Math.max(0, output - (reasoning ?? 0))
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

function details(total: number | undefined, audio: number | undefined): JsonObject[] | undefined {
  if (audio === undefined || total === undefined) return undefined
  const text = { modality: 'TEXT', tokenCount: Math.max(0, total - audio) }
  return [text, { modality: 'AUDIO', tokenCount: audio }]
}

function audioOf(value: JsonObject, key: string): number | undefined {
  const found = asObjects(value[key]).find((each) => each['modality'] === 'AUDIO')
  return found && asNumber(found['tokenCount'])
}

function sum(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined ? right : left + (right ?? 0)
}

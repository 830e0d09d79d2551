import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'

interface Context {
  readonly quirks: AnthropicMessagesQuirks
  readonly isThinking: boolean
  readonly lose: Lose
}

/** The sampling fields as a client of this dialect sent them. */
export function writeNativeSampling({ temperature, topP, topK }: GenerateRequest): JsonObject {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  }
}

/**
 * The sampling fields of a client of another dialect. The temperature ends at 1; thinking allows no temperature but 1,
 * no `top_k`, and `top_p` only from 0.95 up; current models refuse `temperature` beside `top_p`.
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking#feature-compatibility (seen 2026-11-21)
 */
export function writeForeignSampling(request: GenerateRequest, context: Context): JsonObject {
  const { quirks, isThinking } = context
  const temperature = writeTemperature(request, context)
  const hasTemperature = temperature !== undefined && !quirks.takesTopPWithTemperature
  const { topP, topK } = request
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: allow(topP, 'topP', whyNoTopP(topP, hasTemperature, context), context.lose) }),
    ...(topK !== undefined && { top_k: allow(topK, 'topK', why(quirks, isThinking), context.lose) }),
  }
}

function writeTemperature({ temperature }: GenerateRequest, { quirks, isThinking, lose }: Context): number | undefined {
  if (temperature === undefined) return undefined
  const isOne = temperature === 1
  const allowed = allow(temperature, 'temperature', why(quirks, isThinking && !isOne), lose)
  if (allowed === undefined || allowed <= 1) return allowed
  lose({ path: 'temperature', why: 'the range ends at 1; 1 was sent', value: temperature })
  return 1
}

function whyNoTopP(topP: number, hasTemperature: boolean, { quirks, isThinking }: Context): string | undefined {
  return why(quirks, isThinking && topP < 0.95) ?? (hasTemperature ? 'not taken beside a temperature' : undefined)
}

function why({ takesSampling }: AnthropicMessagesQuirks, forbids: boolean): string | undefined {
  if (!takesSampling) return 'this model takes no sampling parameters'
  return forbids ? 'not taken while thinking' : undefined
}

function allow(value: number, path: string, whyNot: string | undefined, lose: Lose): number | undefined {
  if (whyNot === undefined) return value
  lose({ path, why: whyNot, value })
  return undefined
}

import type { ReasoningEffort } from '../../ir/request.ts'

/**
 * What share of the output an effort may spend on thinking, for models that take a number and no effort. OpenRouter's
 * published ratios, the only ones many clients already live with: https://openrouter.ai/docs/use-cases/reasoning-tokens
 * (seen 2026-11-21).
 */
const shares: readonly (readonly [effort: ReasoningEffort, share: number])[] = [
  ['low', 0.2],
  ['medium', 0.5],
  ['high', 0.8],
  ['max', 0.95],
]
const minimalShare = 0.1

/** The least budget Anthropic's models take. https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
export const leastBudget = 1024
const mostBudget = 128_000
/** The output of a request that set no limit; every Claude 4 model can write as much. */
const usualMaxTokens = 32_000

/** Thinking tokens for an effort: its share of `maxTokens`, within what the models take. */
export function budgetOf(effort: ReasoningEffort, maxTokens: number = usualMaxTokens): number {
  const share = effort === 'minimal' ? minimalShare : (shares.find(([each]) => each === effort)?.[1] ?? 0.95)
  return Math.max(leastBudget, Math.min(Math.floor(maxTokens * share), mostBudget))
}

/** The least effort whose budget covers this one. */
export function effortOf(budgetTokens: number, maxTokens: number = usualMaxTokens): ReasoningEffort {
  return shares.find(([, share]) => budgetTokens <= maxTokens * share)?.[0] ?? 'max'
}

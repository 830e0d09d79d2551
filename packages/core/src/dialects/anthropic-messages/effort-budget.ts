import type { ReasoningEffort } from '../../ir/request.ts'

/**
 * What share of `max_tokens` an effort may spend on thinking, for models that take a number and no effort. OpenRouter's
 * published ratios, the only ones many clients already live with: https://openrouter.ai/docs/use-cases/reasoning-tokens
 * (seen 2026-11-21). The API itself documents none.
 */
const shares: readonly (readonly [effort: ReasoningEffort, share: number])[] = [
  ['minimal', 0.1],
  ['low', 0.2],
  ['medium', 0.5],
  ['high', 0.8],
  ['max', 0.95],
]

/** The least budget the API takes. https://platform.claude.com/docs/en/build-with-claude/extended-thinking */
export const leastBudget = 1024
const mostBudget = 128_000

/** Thinking tokens for an effort: its share of `maxTokens`, within what the API takes. */
export function budgetOf(effort: ReasoningEffort, maxTokens: number): number {
  const share = shares.find(([each]) => each === effort)?.[1] ?? 0.95
  return Math.max(leastBudget, Math.min(Math.floor(maxTokens * share), mostBudget))
}

/** The least effort whose budget covers this one; `high` when the model is to choose. */
export function effortOf(budgetTokens: number, maxTokens: number): ReasoningEffort {
  if (budgetTokens < 0) return 'high'
  const found = shares.find(([, share]) => budgetTokens <= maxTokens * share)?.[0] ?? 'max'
  return found === 'minimal' ? 'low' : found
}

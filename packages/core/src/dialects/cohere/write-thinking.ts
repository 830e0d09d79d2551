import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateRequest, ReasoningEffort } from '../../ir/request.ts'
import type { CohereQuirks } from './quirks.ts'

/**
 * What share of the output an effort may spend on thinking, because the API takes a budget and no effort: OpenRouter's
 * published ratios, https://openrouter.ai/docs/use-cases/reasoning-tokens (seen 2026-11-21). The highest efforts set no
 * budget, which is the API's own default.
 */
const shares: Readonly<Partial<Record<ReasoningEffort, number>>> = { minimal: 0.1, low: 0.2, medium: 0.5, high: 0.8 }

/** The output of the models that think. https://docs.cohere.com/docs/command-a-reasoning (seen 2026-11-21) */
const usualMaxTokens = 32_000

/** `thinking`; absent when the client did not speak of it, for models that think do so unasked. */
export function writeThinking(
  { reasoning, maxOutputTokens }: GenerateRequest,
  { quirks, lose }: { readonly quirks: CohereQuirks; readonly lose: Lose },
): JsonObject {
  if (!reasoning) return {}
  const { effort, budgetTokens, show } = reasoning
  if (!quirks.takesThinking) {
    if (effort !== 'none') lose({ path: 'reasoning', why: 'the models of this provider do not think' })
    return {}
  }
  if (show === 'hidden') lose({ path: 'reasoning.show', why: 'thinking is always shown here' })
  if (effort === 'none' || budgetTokens === 0) return { thinking: { type: 'disabled' } }
  if (effort === undefined && budgetTokens === undefined) return {}
  const share = effort && shares[effort]
  const budget =
    budgetTokens ?? (share === undefined ? undefined : Math.floor((maxOutputTokens ?? usualMaxTokens) * share))
  return { thinking: { type: 'enabled', ...(budget !== undefined && budget > 0 && { token_budget: budget }) } }
}

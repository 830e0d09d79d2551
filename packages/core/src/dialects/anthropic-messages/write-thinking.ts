import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { GenerateRequest, Reasoning, ReasoningEffort } from '../../ir/request.ts'
import { budgetOf, effortOf, leastBudget } from './effort-budget.ts'
import { ownFields } from './own-fields.ts'
import type { AnthropicMessagesQuirks } from './quirks.ts'

/** What a request says about thinking, and the `max_tokens` that leaves room for it. */
export interface ThinkingWords {
  readonly maxTokens: number
  readonly thinking?: JsonObject
  readonly effort?: ReasoningEffort
}

interface Context {
  readonly quirks: AnthropicMessagesQuirks
  readonly lose: Lose
  /** Whether the messages allow thinking with a budget; see `write-messages.ts`. */
  readonly isLoopUnsigned: boolean
}

/** Thinking as a client of this dialect said it. */
export function writeNativeThinking(request: GenerateRequest, quirks: AnthropicMessagesQuirks): ThinkingWords {
  const { effort, budgetTokens, show } = request.reasoning ?? {}
  const left = asObject(ownFields(request.ext)['thinking'])
  const mode =
    effort === 'none'
      ? { type: 'disabled' }
      : budgetTokens === undefined
        ? undefined
        : budgetTokens < 0
          ? { type: 'adaptive' }
          : { type: 'enabled', budget_tokens: budgetTokens }
  const word = effort === 'none' || effort === undefined ? undefined : wireEffort(effort)
  return {
    maxTokens: request.maxOutputTokens ?? quirks.defaultMaxTokens,
    ...(mode || left ? { thinking: { ...mode, ...display(show), ...left } } : {}),
    ...(word && { effort: word }),
  }
}

/** Thinking for a client of another dialect, bent to what this API takes. */
export function writeForeignThinking(request: GenerateRequest, context: Context): ThinkingWords {
  const words = writeAsked(request, context)
  const { verbosity } = request
  if (verbosity === undefined) return words
  // How much to write is part of the effort here, as OpenRouter maps it too:
  // https://openrouter.ai/docs/api/reference/parameters#verbosity (seen 2026-11-21)
  if (words.effort === undefined && context.quirks.thinking !== 'budget') return { ...words, effort: verbosity }
  context.lose({ path: 'verbosity', why: 'no place beside the effort', value: verbosity })
  return words
}

function writeAsked(request: GenerateRequest, context: Context): ThinkingWords {
  const { reasoning } = request
  const maxTokens = request.maxOutputTokens ?? context.quirks.defaultMaxTokens
  if (!reasoning) return { maxTokens }
  if (reasoning.effort === 'none' || reasoning.budgetTokens === 0) return { maxTokens, thinking: { type: 'disabled' } }
  if (!asksToThink(reasoning)) return { maxTokens }
  return wantsBudget(reasoning, context.quirks)
    ? writeBudget(request, reasoning, { ...context, maxTokens })
    : writeAdaptive(reasoning, { ...context, maxTokens })
}

function asksToThink({ effort, budgetTokens, show }: Reasoning): boolean {
  return effort !== undefined || budgetTokens !== undefined || show === 'full' || show === 'summary'
}

function wantsBudget({ budgetTokens = -1 }: Reasoning, { thinking }: AnthropicMessagesQuirks): boolean {
  return thinking === 'budget' || (thinking === 'as-asked' && budgetTokens > 0)
}

type Sized = Context & { readonly maxTokens: number }

function writeAdaptive({ effort, budgetTokens, show }: Reasoning, { maxTokens, lose }: Sized): ThinkingWords {
  const thinking = { type: 'adaptive', ...display(show) }
  if (effort && effort !== 'none') return { maxTokens, thinking, effort: wireEffort(effort) }
  if (budgetTokens === undefined || budgetTokens < 0) return { maxTokens, thinking }
  const nearest = effortOf(budgetTokens, maxTokens)
  lose({
    path: 'reasoning.budgetTokens',
    why: `became effort '${nearest}'; no number can be said`,
    value: budgetTokens,
  })
  return { maxTokens, thinking, effort: nearest }
}

/** `budget_tokens` must be 1024 or more and less than `max_tokens`, and forbids some other things outright. */
function writeBudget(
  request: GenerateRequest,
  reasoning: Reasoning,
  { maxTokens, lose, isLoopUnsigned }: Sized,
): ThinkingWords {
  const { effort = 'medium', budgetTokens = -1, show } = reasoning
  const why = whyNot(request, isLoopUnsigned)
  if (why !== undefined) {
    lose({ path: 'reasoning', why })
    return { maxTokens }
  }
  const asked = budgetTokens > 0 ? budgetTokens : budgetOf(effort, maxTokens)
  const room = request.maxOutputTokens ?? (asked < maxTokens ? maxTokens : asked + maxTokens)
  const budget = Math.min(Math.max(asked, leastBudget), room - 1)
  if (budget !== asked) {
    lose({
      path: 'reasoning.budgetTokens',
      why: `must be ${leastBudget} to max_tokens - 1; ${budget} was sent`,
      value: asked,
    })
  }
  return { maxTokens: room, thinking: { type: 'enabled', budget_tokens: budget, ...display(show) } }
}

const tooFew = `max_tokens leaves no room for the ${leastBudget} thinking tokens the API asks for`

function whyNot({ toolChoice, maxOutputTokens }: GenerateRequest, isLoopUnsigned: boolean): string | undefined {
  if (maxOutputTokens !== undefined && maxOutputTokens <= leastBudget) return tooFew
  if (toolChoice?.mode === 'required' || toolChoice?.mode === 'tool') return 'a budget cannot go with a forced tool'
  if (toolChoice?.mode === 'subset' && toolChoice.must) return 'a budget cannot go with a forced tool'
  return isLoopUnsigned ? 'the tool call being answered came without signed thinking' : undefined
}

function display(show: Reasoning['show']): { readonly display?: string } {
  if (show === undefined) return {}
  return { display: show === 'hidden' ? 'omitted' : 'summarized' }
}

function wireEffort(effort: ReasoningEffort): ReasoningEffort {
  return effort === 'minimal' ? 'low' : effort
}

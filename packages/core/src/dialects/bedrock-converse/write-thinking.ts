import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateRequest, Reasoning, ReasoningEffort } from '../../ir/request.ts'
import { budgetOf, effortOf, leastBudget } from './effort-budget.ts'
import type { BedrockConverseQuirks } from './quirks.ts'

/** What a request says about thinking, and the `maxTokens` that leaves room for it. */
export interface ThinkingWords {
  readonly maxTokens?: number | undefined
  /** `outputConfig.effort` */
  readonly effort?: string | undefined
  /** What stands in the model's own fields. */
  readonly modelFields: JsonObject
  readonly isThinking: boolean
}

interface Context {
  readonly quirks: BedrockConverseQuirks
  readonly lose: Lose
  /** Whether the messages allow thinking with a budget; see `write-messages.ts`. */
  readonly isLoopUnsigned: boolean
}

/** Thinking in the words of whose model it is: Converse itself has none but an effort. */
export function writeThinking(request: GenerateRequest, context: Context): ThinkingWords {
  const { reasoning, verbosity, maxOutputTokens: maxTokens } = request
  const words = reasoning && asksForSomething(reasoning) ? writeAsked(request, reasoning, context) : undefined
  const isFree = context.quirks.modelFields === 'claude' && takesEffort.has(context.quirks.thinking)
  // How much to write is part of the effort of Anthropic's models, as OpenRouter maps it too:
  // https://openrouter.ai/docs/api/reference/parameters#verbosity (seen 2026-11-21)
  const effort = words?.effort ?? (isFree ? verbosity : undefined)
  if (verbosity !== undefined && effort !== verbosity)
    context.lose({ path: 'verbosity', why: 'how much to write cannot be said here', value: verbosity })
  return { maxTokens, modelFields: {}, isThinking: false, ...words, effort }
}

const takesEffort: ReadonlySet<BedrockConverseQuirks['thinking']> = new Set(['as-asked', 'adaptive'])

function asksForSomething({ effort, budgetTokens, show }: Reasoning): boolean {
  return effort !== undefined || budgetTokens !== undefined || show === 'full' || show === 'summary'
}

function writeAsked(request: GenerateRequest, reasoning: Reasoning, context: Context): ThinkingWords {
  const maxTokens = request.maxOutputTokens
  if (context.quirks.thinking === 'none') {
    if (!isOff(reasoning)) context.lose({ path: 'reasoning', why: 'this model does not think' })
    return { maxTokens, modelFields: {}, isThinking: false }
  }
  switch (context.quirks.modelFields) {
    case 'claude':
      return writeAnthropic(request, reasoning, context)
    case 'nova':
      return { maxTokens, ...writeNova(request, reasoning, context) }
    case 'gpt-oss':
      return { maxTokens, ...writeOpenai(reasoning, maxTokens, context) }
    case 'none':
      context.lose({
        path: 'reasoning',
        why: 'how this model is asked to think is not known: see the quirk modelFields',
      })
      return { maxTokens, modelFields: {}, isThinking: false }
    default:
      return context.quirks.modelFields satisfies never
  }
}

function isOff({ effort, budgetTokens }: Reasoning): boolean {
  return effort === 'none' || budgetTokens === 0
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html (seen 2026-11-21) */
function writeAnthropic(request: GenerateRequest, reasoning: Reasoning, context: Context): ThinkingWords {
  const maxTokens = request.maxOutputTokens
  if (isOff(reasoning)) return { maxTokens, modelFields: { thinking: { type: 'disabled' } }, isThinking: false }
  const { thinking } = context.quirks
  const isBudget = thinking === 'budget' || (thinking === 'as-asked' && (reasoning.budgetTokens ?? -1) > 0)
  return isBudget ? writeBudget(request, reasoning, context) : writeAdaptive(reasoning, maxTokens, context)
}

function writeAdaptive(reasoning: Reasoning, maxTokens: number | undefined, context: Context): ThinkingWords {
  const modelFields = { thinking: { type: 'adaptive', ...display(reasoning.show) } }
  const effort = nearestEffort(reasoning, maxTokens, context)
  return { maxTokens, modelFields, isThinking: true, effort: effort === 'minimal' ? 'low' : effort }
}

function nearestEffort(
  { effort, budgetTokens = -1 }: Reasoning,
  maxTokens: number | undefined,
  { lose }: Context,
): ReasoningEffort | undefined {
  if (effort || budgetTokens < 0) return effort
  const nearest = effortOf(budgetTokens, maxTokens)
  const why = `became effort '${nearest}'; no number can be said`
  lose({ path: 'reasoning.budgetTokens', why, value: budgetTokens })
  return nearest
}

/** `budget_tokens` must be 1024 or more and less than `maxTokens`, and forbids some other things outright. */
function writeBudget(request: GenerateRequest, reasoning: Reasoning, { lose, isLoopUnsigned }: Context): ThinkingWords {
  const { effort = 'medium', budgetTokens = -1, show } = reasoning
  const { maxOutputTokens } = request
  const why = whyNoBudget(request, isLoopUnsigned)
  if (why !== undefined) {
    lose({ path: 'reasoning', why })
    return { maxTokens: maxOutputTokens, modelFields: {}, isThinking: false }
  }
  const asked = budgetTokens > 0 ? budgetTokens : budgetOf(effort, maxOutputTokens)
  const most = maxOutputTokens === undefined ? asked : maxOutputTokens - 1
  const budget = Math.min(Math.max(asked, leastBudget), Math.max(most, leastBudget))
  if (budget !== asked) {
    const range = `must be ${leastBudget} to maxTokens - 1; ${budget} was sent`
    lose({ path: 'reasoning.budgetTokens', why: range, value: asked })
  }
  const modelFields = { thinking: { type: 'enabled', budget_tokens: budget, ...display(show) } }
  return { maxTokens: maxOutputTokens, modelFields, isThinking: true }
}

function whyNoBudget({ toolChoice, maxOutputTokens }: GenerateRequest, isLoopUnsigned: boolean): string | undefined {
  if (maxOutputTokens !== undefined && maxOutputTokens <= leastBudget)
    return `maxTokens leaves no room for the ${leastBudget} thinking tokens the model asks for`
  if (toolChoice?.mode === 'required' || toolChoice?.mode === 'tool') return 'a budget cannot go with a forced tool'
  if (toolChoice?.mode === 'subset' && toolChoice.must) return 'a budget cannot go with a forced tool'
  return isLoopUnsigned ? 'the tool call being answered came without signed thinking' : undefined
}

function display(show: Reasoning['show']): { readonly display?: string } {
  if (show === undefined) return {}
  return { display: show === 'hidden' ? 'omitted' : 'summarized' }
}

type OwnWords = Pick<ThinkingWords, 'modelFields' | 'isThinking'>

/**
 * The highest effort goes with no limit on the answer and no sampling: a client that sets these gets the next lower one.
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html (seen 2026-11-21)
 */
function writeNova(request: GenerateRequest, reasoning: Reasoning, context: Context): OwnWords {
  if (isOff(reasoning)) return { modelFields: { reasoningConfig: { type: 'disabled' } }, isThinking: false }
  const { maxOutputTokens, temperature, topP, topK } = request
  let effort = ofThree(nearestEffort(reasoning, maxOutputTokens, context) ?? 'medium', context)
  const isBound = [maxOutputTokens, temperature, topP, topK].some((each) => each !== undefined)
  if (effort === 'high' && isBound) {
    effort = 'medium'
    const why = "'high' goes with no limit on the answer and no sampling; 'medium' was sent"
    context.lose({ path: 'reasoning.effort', why })
  }
  return { modelFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }, isThinking: true }
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html (seen 2026-11-21) */
function writeOpenai(reasoning: Reasoning, maxTokens: number | undefined, context: Context): OwnWords {
  if (isOff(reasoning)) {
    context.lose({ path: 'reasoning', why: "this model always thinks; effort 'low' was sent" })
    return { modelFields: { reasoning_effort: 'low' }, isThinking: true }
  }
  const effort = nearestEffort(reasoning, maxTokens, context)
  return { modelFields: effort ? { reasoning_effort: ofThree(effort, context) } : {}, isThinking: true }
}

/** The nearest of the three efforts these models know. */
function ofThree(effort: ReasoningEffort, { lose }: Context): string {
  if (effort === 'low' || effort === 'medium' || effort === 'high') return effort
  const nearest = effort === 'minimal' || effort === 'none' ? 'low' : 'high'
  lose({ path: 'reasoning.effort', why: `this model knows low, medium and high; '${nearest}' was sent`, value: effort })
  return nearest
}

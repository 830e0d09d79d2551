import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject } from '../../ir/read.ts'
import type { GenerateRequest, Reasoning, ReasoningEffort } from '../../ir/request.ts'
import type { Draft } from './wire.ts'
import { own } from './wire.ts'
import type { Writing } from './write-parts.ts'

/**
 * How much to think: in the forms the client of this dialect used, else in the one the provider takes; OpenRouter's
 * forms only go to hosts that know them, as any other refuses them (`relay.ts` knows that too). Whether thinking
 * is shown is the provider's own habit except where there is a field for it.
 */
export function writeEffort(request: GenerateRequest, writing: Writing): Draft {
  const { reasoning } = request
  if (!reasoning) return {}
  const forms = formsFor(asArray(own(request.ext)['$reasoning']), writing.quirks.reasoningControl)
  const fields: Draft = {}
  for (const form of forms) if (typeof form === 'string') addForm(form, { request, reasoning, fields, writing })
  return fields
}

function formsFor(noted: readonly Json[] | undefined, control: string): readonly Json[] {
  if (!noted || noted.length === 0) return [control]
  const known = noted.filter((form) => control !== 'reasoning_effort' || !openRouterForms.has(form))
  return known.length === noted.length ? noted : [...new Set([...known, control])]
}

const openRouterForms: ReadonlySet<Json> = new Set(['reasoning', 'include_reasoning'])

interface FormWriting {
  readonly request: GenerateRequest
  readonly reasoning: Reasoning
  readonly fields: Draft
  readonly writing: Writing
}

function addForm(form: string, { request, reasoning, fields, writing }: FormWriting): void {
  const ext = own(request.ext)
  switch (form) {
    case 'reasoning_effort':
      fields['reasoning_effort'] = effortWord(reasoning, wasNoted(form, ext) ? undefined : writing)
      break
    case 'reasoning':
      fields['reasoning'] = { ...asObject(ext['reasoning']), ...writeObject(reasoning, ext) }
      break
    case 'include_reasoning':
      fields['include_reasoning'] = reasoning.show !== 'hidden'
      break
    case 'thinking':
      loseEffort(reasoning, ext, writing)
      fields['thinking'] = { ...asObject(ext['thinking']), ...writeThinking(reasoning, ext) }
      break
    case 'enable_thinking':
      loseEffort(reasoning, ext, writing)
      fields['enable_thinking'] = reasoning.effort !== 'none'
      if (hasBudget(reasoning)) fields['thinking_budget'] = reasoning.budgetTokens
      break
    default:
      writing.lose({ path: 'reasoning', why: 'this provider has no field for how much to think' })
  }
}

function wasNoted(form: string, ext: JsonObject): boolean {
  return asArray(ext['$reasoning'])?.includes(form) === true
}

/** A switch knows on and off; a client of this dialect that used one and an effort gets both. */
function loseEffort({ effort }: Reasoning, ext: JsonObject, { lose }: Writing): void {
  if (effort === undefined || effort === 'none' || ext['$reasoning'] !== undefined) return
  lose({ path: 'reasoning.effort', why: 'this provider can only turn thinking on and off', value: effort })
}

/** An effort as the client named it, or the nearest to its budget; a budget itself has no field here. */
function effortWord({ effort, budgetTokens }: Reasoning, writing: Writing | undefined): ReasoningEffort | undefined {
  if (effort !== undefined || budgetTokens === undefined || budgetTokens < 0) return effort
  const nearest = nearestEffort(budgetTokens)
  writing?.lose({
    path: 'reasoning.budgetTokens',
    why: `only efforts are taken; sent as '${nearest}'`,
    value: budgetTokens,
  })
  return nearest
}

/** Budgets that other gateways and SDKs give to each effort, read backwards. */
function nearestEffort(budgetTokens: number): ReasoningEffort {
  if (budgetTokens === 0) return 'none'
  if (budgetTokens <= 1024) return 'minimal'
  if (budgetTokens <= 4096) return 'low'
  return budgetTokens <= 16_384 ? 'medium' : 'high'
}

function writeObject({ effort, budgetTokens, show }: Reasoning, ext: JsonObject): JsonObject {
  const enabled = ext['$enabled'] ?? (effort === undefined && budgetTokens === -1 ? true : undefined)
  return {
    effort: effort === 'none' && enabled === false ? undefined : effort,
    max_tokens: budgetTokens !== undefined && budgetTokens >= 0 ? budgetTokens : undefined,
    exclude: show === undefined || show === 'summary' ? undefined : show === 'hidden',
    enabled,
    summary: ext['$summary'] ?? (show === 'summary' ? 'auto' : undefined),
  }
}

function writeThinking(reasoning: Reasoning, ext: JsonObject): JsonObject {
  if (reasoning.effort === 'none') return { type: 'disabled' }
  return {
    type: ext['$thinking'] ?? 'enabled',
    budget_tokens: hasBudget(reasoning) ? reasoning.budgetTokens : undefined,
  }
}

function hasBudget({ budgetTokens }: Reasoning): boolean {
  return budgetTokens !== undefined && budgetTokens >= 0
}

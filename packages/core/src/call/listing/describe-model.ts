import type { Ability, ModelFacts, ModelKind } from '../../catalog/model.ts'
import { tokenizerOf } from '../../catalog/tokenizers.ts'
import { openRouterPricing } from './pricing.ts'
import type { ReachableEndpoint, ReachableModel } from './reachable-models.ts'

/** When a model was made is rarely known; clients only need the field to be there. */
const unknownDay = '2023-11-14'

/**
 * One model with the fields of OpenAI, Anthropic and OpenRouter side by side: each client reads its own. What is not
 * known is null, or left out where a field may be absent.
 */
export function describeModel(model: ReachableModel): Readonly<Record<string, unknown>> {
  const { id, facts } = model
  const [first] = model.endpoints
  const created = Date.parse(facts?.released ?? unknownDay) / 1000
  const contextTokens = first?.deployment.contextTokens ?? facts?.contextTokens ?? null
  const outputTokens = first?.deployment.maxOutputTokens ?? facts?.maxOutputTokens ?? null
  return {
    id,
    object: 'model',
    type: 'model',
    canonical_slug: facts?.id ?? id,
    name: facts?.name ?? id,
    display_name: facts?.name ?? id,
    created,
    created_at: new Date(created * 1000).toISOString(),
    owned_by: first?.deployment.provider.name,
    description: '',
    context_length: contextTokens,
    max_input_tokens: contextTokens,
    max_tokens: outputTokens,
    architecture: describeArchitecture(model),
    pricing: openRouterPricing(first?.deployment.price),
    top_provider: { context_length: contextTokens, max_completion_tokens: outputTokens, is_moderated: false },
    per_request_limits: null,
    supported_parameters: parametersOf(model),
    supported_voices: null,
    default_parameters: null,
    hugging_face_id: null,
    knowledge_cutoff: null,
    expiration_date: facts?.retires ?? first?.offer?.retires ?? null,
    ...(abilitiesOf(model)?.has('reasoning') && { reasoning: { mandatory: false } }),
    links: { details: `/api/v1/models/${id}/endpoints` },
  }
}

export function describeArchitecture({ id, facts }: ReachableModel): Readonly<Record<string, unknown>> {
  const input = facts?.input ?? ['text']
  const output = outputOf(facts)
  return {
    modality: `${input.join('+')}->${output.join('+')}`,
    input_modalities: input,
    output_modalities: output,
    tokenizer: tokenizerOf(facts?.id ?? id),
    instruct_type: null,
  }
}

/** What comes out, in OpenRouter's words: for models that do not write, what they do. */
export function outputOf(facts: ModelFacts | undefined): readonly string[] {
  return (facts && outputWords[facts.kind]) ?? facts?.output ?? ['text']
}

const outputWords: Partial<Readonly<Record<ModelKind, readonly string[]>>> = {
  embedding: ['embeddings'],
  rerank: ['rerank'],
  image: ['image'],
  video: ['video'],
  speech: ['speech'],
  transcription: ['transcription'],
}

/** Parameters that some endpoint takes. */
export function parametersOf(model: ReachableModel): readonly string[] {
  return parametersFor(model.facts?.kind ?? 'chat', abilitiesOf(model))
}

/** Parameters that this endpoint takes. */
export function endpointParameters({ offer }: ReachableEndpoint, facts: ModelFacts | undefined): readonly string[] {
  return parametersFor(facts?.kind ?? 'chat', offer?.abilities)
}

function parametersFor(kind: ModelKind, abilities: ReadonlySet<Ability> | undefined): readonly string[] {
  if (kind !== 'chat' && kind !== 'completion') return []
  const named = [...(abilities ?? [])].flatMap((ability) => abilityParameters[ability] ?? [])
  return ['max_tokens', 'temperature', 'top_p', 'stop', ...named]
}

const abilityParameters: Partial<Readonly<Record<Ability, readonly string[]>>> = {
  tools: ['tools'],
  tool_choice: ['tool_choice'],
  parallel_tools: ['parallel_tool_calls'],
  structured_output: ['response_format', 'structured_outputs'],
  reasoning: ['reasoning', 'include_reasoning', 'reasoning_effort'],
  web_search: ['web_search_options'],
}

export function abilitiesOf({ facts, endpoints }: ReachableModel): ReadonlySet<Ability> | undefined {
  return facts?.abilities ?? endpoints[0]?.offer?.abilities
}

import type { Offer } from '../../catalog/model.ts'
import { findProvider } from '../../providers/registry.ts'
import { describeArchitecture, endpointParameters } from './describe-model.ts'
import { openRouterPricing } from './pricing.ts'
import type { ReachableEndpoint, ReachableModel } from './reachable-models.ts'

/** A model with every endpoint that serves it, as OpenRouter tells it. */
export function describeEndpoints(model: ReachableModel): Readonly<Record<string, unknown>> {
  const { id, facts, endpoints } = model
  return {
    id,
    name: facts?.name ?? id,
    created: Date.parse(facts?.released ?? '2023-11-14') / 1000,
    description: '',
    architecture: describeArchitecture(model),
    endpoints: endpoints.map((endpoint) => describeEndpoint(endpoint, model)),
  }
}

/** One endpoint. What was measured of it is not known here and null, as it is for an endpoint that had no calls. */
export function describeEndpoint(
  endpoint: ReachableEndpoint,
  { id, facts }: ReachableModel,
): Readonly<Record<string, unknown>> {
  const { deployment, offer } = endpoint
  const { provider, price, contextTokens, maxOutputTokens } = deployment
  const name = facts?.name ?? id
  return {
    name: `${nameOf(provider.name, provider.knownId)} | ${name}`,
    model_id: id,
    model_name: name,
    provider_name: nameOf(provider.name, provider.knownId),
    tag: provider.name,
    quantization: null,
    // Required, and an endpoint whose window nobody knows has none to tell.
    context_length: contextTokens ?? facts?.contextTokens ?? 0,
    max_completion_tokens: maxOutputTokens ?? facts?.maxOutputTokens ?? null,
    max_prompt_tokens: null,
    pricing: openRouterPricing(price),
    supported_parameters: endpointParameters(endpoint, facts),
    supports_implicit_caching: offer?.abilities.has('caching') ?? false,
    supports_voice_cloning: false,
    supports_tool_choice: toolChoiceOf(offer),
    status: 0,
    uptime_last_5m: null,
    uptime_last_30m: null,
    uptime_last_1d: null,
    latency_last_30m: null,
    throughput_last_30m: null,
  }
}

function toolChoiceOf(offer: Offer | undefined): Readonly<Record<string, boolean>> {
  const can = offer?.abilities.has('tool_choice') ?? false
  return { auto: offer?.abilities.has('tools') ?? false, none: can, required: can, function: can }
}

function nameOf(name: string, knownId: string | undefined): string {
  return (knownId === undefined ? undefined : findProvider(knownId)?.name) ?? name
}

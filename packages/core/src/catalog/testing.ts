import fc from 'fast-check'
import type { JsonObject } from '../ir/json.ts'
import type { Usage } from '../ir/usage.ts'
import type { BoundedUse } from './bound-cost.ts'
import type { WrittenPrice, WrittenRates } from './define-price.ts'

/** USD per million tokens, as providers write them. */
export const anyUsd: fc.Arbitrary<number> = fc.nat(200_000_000).map((millionths) => millionths / 1_000_000)

const maybe = fc.option(anyUsd, { nil: undefined })

const anyRates: fc.Arbitrary<WrittenRates> = fc
  .record({
    cacheRead: maybe,
    cacheWrite: maybe,
    cacheWrite1h: maybe,
    cacheReadAudio: maybe,
    inputAudio: maybe,
    inputImage: maybe,
    outputAudio: maybe,
    outputImage: maybe,
    reasoning: maybe,
  })
  .map(withoutUndefined)

/** Any price that has the two rates every call needs. Nothing about it is monotone. */
export const anyPrice: fc.Arbitrary<WrittenPrice> = fc
  .record({
    rates: anyRates,
    input: anyUsd,
    output: anyUsd,
    tiers: fc.array(fc.record({ above: fc.nat(1_000_000), rates: anyRates, input: anyUsd }), { maxLength: 3 }),
    priority: fc.option(fc.record({ input: anyUsd, output: anyUsd }), { nil: undefined }),
    flex: fc.option(fc.record({ rates: anyRates, input: anyUsd }), { nil: undefined }),
    fast: fc.option(
      fc.nat(60).map((tenths) => tenths / 10),
      { nil: undefined },
    ),
  })
  .map(({ rates, input, output, tiers, priority, flex, fast }) => ({
    ...rates,
    input,
    output,
    tiers: tiers.map(({ above, rates: own, input: ownInput }) => ({ ...own, above, input: ownInput })),
    services: { ...(priority && { priority }), ...(flex && { flex: { ...flex.rates, input: flex.input } }) },
    ...(fast !== undefined && { factors: { fast } }),
  }))

const anyCount = fc.option(fc.oneof(fc.nat(1_000_000), fc.double({ min: -10, max: 1e12 })), { nil: undefined })

/** What a provider may report, sense or nonsense. */
export const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    input: anyCount,
    cacheRead: anyCount,
    cacheWrite: anyCount,
    output: anyCount,
    reasoning: anyCount,
    audio: anyCount,
    hour: anyCount,
  })
  .map(({ audio, hour, ...usage }) => ({
    ...usage,
    ...(audio !== undefined && { inputAudio: audio, outputAudio: audio }),
    native: { dialect: 'anthropic-messages', value: { cache_creation: { ephemeral_1h_input_tokens: hour ?? null } } },
  }))

/** From 0 to below 1, often at an end. */
export const anyChance: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 0.999_999_999),
  fc.double({ min: 0, max: 0.999_999_999, noNaN: true }),
)

/** A usage no larger than `use`, split into kinds by chance. */
export function usageWithin(use: BoundedUse, chance: Iterable<number>): Usage {
  const numbers = chance[Symbol.iterator]()
  const part = (whole: number): number => Math.floor(whole * (numbers.next().value ?? 0))
  const input = part(use.inputTokens + 1)
  const output = part(use.outputTokens + 1)
  const value: JsonObject = {
    cache_creation: { ephemeral_1h_input_tokens: part(input) },
    server_tool_use: { web_search_requests: part((use.webSearches ?? 0) + 1) },
    prompt_tokens_details: { image_tokens: part(input) },
    completion_tokens_details: { image_tokens: part(output) },
    cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: part(input) }],
    service_tier: ['standard', 'priority', 'flex'][part(3)] ?? 'standard',
    speed: ['standard', 'fast'][part(2)] ?? 'fast',
    inference_geo: ['global', 'us'][part(2)] ?? 'us',
  }
  return {
    input,
    output,
    cacheRead: part(input + 1),
    cacheWrite: part(input + 1),
    reasoning: part(output + 1),
    inputAudio: part(input),
    outputAudio: part(output),
    native: { dialect: 'openai-chat', value },
  }
}

function withoutUndefined(rates: { readonly [kind in string]: number | undefined }): WrittenRates {
  return Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== undefined))
}

import type { JsonObject } from '../ir/json.ts'
import { asNumber, asObject, asObjects, asString } from '../ir/read.ts'
import type { Usage } from '../ir/usage.ts'
import { wholeCount } from './money.ts'
import { type Factor, type ServiceTier, serviceTiers } from './price.ts'

/**
 * One call's usage taken apart as bills are: every token in exactly one kind, in whole numbers. Parts never exceed their
 * total, whatever was reported, so that a total bounds the bill.
 */
export interface BilledUsage {
  /** The whole prompt, which chooses the tier; the sum of the seven input kinds. */
  readonly inputTokens: number
  readonly plainInput: number
  readonly cacheRead: number
  readonly cacheReadAudio: number
  readonly cacheWrite: number
  readonly cacheWrite1h: number
  readonly inputAudio: number
  readonly inputImage: number
  readonly plainOutput: number
  readonly reasoning: number
  readonly outputAudio: number
  readonly outputImage: number
  readonly webSearches: number
  /** Undefined: not told. */
  readonly searchUnits: number | undefined
  /** Where the answer tells; undefined is the standard one. */
  readonly service: ServiceTier | undefined
  readonly factors: readonly Factor[]
}

/** Takes a usage apart; undefined when it reports nothing that is billed. */
export function billUsage(usage: Usage): BilledUsage | undefined {
  const { searchUnits } = usage
  if (usage.input === undefined && usage.output === undefined && searchUnits === undefined) return undefined
  const native = usage.native?.value
  const said = native ? readNative(native) : nothing
  const input = new Total(usage.input)
  const cached = new Total(input.take(usage.cacheRead))
  const written = new Total(input.take(usage.cacheWrite))
  const cacheReadAudio = cached.take(said.cacheReadAudio)
  const inputAudio = input.take(beyond(usage.inputAudio, cacheReadAudio))
  const inputImage = input.take(said.inputImage)
  const output = new Total(usage.output)
  return {
    inputTokens: wholeCount(usage.input),
    cacheReadAudio,
    cacheRead: cached.left,
    cacheWrite1h: written.take(said.cacheWrite1h),
    cacheWrite: written.left,
    inputAudio,
    inputImage,
    plainInput: input.left,
    outputAudio: output.take(usage.outputAudio),
    outputImage: output.take(said.outputImage),
    reasoning: output.take(usage.reasoning),
    plainOutput: output.left,
    webSearches: wholeCount(said.webSearches),
    searchUnits: searchUnits === undefined ? undefined : wholeCount(searchUnits),
    service: said.service,
    factors: said.factors,
  }
}

/** What is left of a count while its parts are taken out of it. */
class Total {
  left: number

  constructor(count: number | undefined) {
    this.left = wholeCount(count)
  }

  /** As many of `count` as are left. */
  take(count: number | undefined): number {
    const taken = Math.min(this.left, wholeCount(count))
    this.left -= taken
    return taken
  }
}

function beyond(count: number | undefined, part: number): number | undefined {
  return count === undefined ? undefined : count - part
}

/** What is billed and has no field of its own in `Usage`. */
interface NativeUsage {
  readonly cacheReadAudio: number | undefined
  readonly cacheWrite1h: number | undefined
  readonly inputImage: number | undefined
  readonly outputImage: number | undefined
  readonly webSearches: number | undefined
  readonly service: ServiceTier | undefined
  readonly factors: readonly Factor[]
}

const noFactors: readonly Factor[] = []
const nothing: NativeUsage = {
  cacheReadAudio: undefined,
  cacheWrite1h: undefined,
  inputImage: undefined,
  outputImage: undefined,
  webSearches: undefined,
  service: undefined,
  factors: noFactors,
}

/**
 * Reads the provider's own object by the names of its fields, which no two dialects use for different things:
 * `cache_creation`, `server_tool_use`, `service_tier`, `speed` and `inference_geo` of Anthropic, `*_tokens_details` of
 * OpenAI, `*TokensDetails` of Gemini, and what x.ai and OpenRouter call their searches (all seen 2026-11-21).
 */
function readNative(native: JsonObject): NativeUsage {
  const input = asObject(native['prompt_tokens_details']) ?? asObject(native['input_tokens_details'])
  const output = asObject(native['completion_tokens_details']) ?? asObject(native['output_tokens_details'])
  const tier = asString(native['service_tier']) ?? asString(native['serviceTier'])
  return {
    cacheReadAudio: countOf(native['cacheTokensDetails'], 'AUDIO'),
    cacheWrite1h: asNumber(asObject(native['cache_creation'])?.['ephemeral_1h_input_tokens']),
    inputImage: asNumber(input?.['image_tokens']) ?? countOf(native['promptTokensDetails'], 'IMAGE'),
    outputImage: asNumber(output?.['image_tokens']) ?? countOf(native['candidatesTokensDetails'], 'IMAGE'),
    webSearches: readSearches(native),
    service: tier === undefined ? undefined : serviceTiers.find((each) => each === tier.toLowerCase()),
    factors: readFactors(native),
  }
}

function readSearches(native: JsonObject): number | undefined {
  return (
    asNumber(asObject(native['server_tool_use'])?.['web_search_requests']) ??
    asNumber(asObject(native['server_tool_use_details'])?.['web_search_requests']) ??
    asNumber(asObject(native['server_side_tool_usage_details'])?.['web_search_calls'])
  )
}

function readFactors(native: JsonObject): readonly Factor[] {
  const isFast = native['speed'] === 'fast'
  const isUs = native['inference_geo'] === 'us'
  if (!isFast && !isUs) return noFactors
  return [...(isFast ? (['fast'] as const) : []), ...(isUs ? (['us'] as const) : [])]
}

function countOf(details: unknown, modality: string): number | undefined {
  if (details === undefined) return undefined
  const found = asObjects(details).find((each) => each['modality'] === modality)
  return found && asNumber(found['tokenCount'])
}

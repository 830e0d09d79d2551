import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { dialect } from './wire.ts'

/**
 * The habit of counting: `prompt_tokens` contains cached and audio tokens, `completion_tokens` contains reasoning, and
 * `total_tokens` is their sum. Some hosts count reasoning apart: then the total exceeds prompt and completion by
 * exactly the reasoning tokens, which is how they are told (x.ai, seen 2026-08), or there is more reasoning than
 * completion (Vercel, whose `cost` shows that both are billed, seen 2026-11-21).
 * Cached tokens stand in `prompt_tokens_details.cached_tokens`, or beside the counts as `cached_tokens`,
 * `prompt_cache_hit_tokens` (DeepSeek) or `num_cached_tokens`; tokens written to a cache in
 * `prompt_tokens_details.cache_write_tokens` or `.cache_creation_input_tokens`.
 */
export function decodeUsage(wire: JsonObject): Usage | undefined {
  const input = asNumber(wire['prompt_tokens'])
  const completion = asNumber(wire['completion_tokens'])
  if (input === undefined && completion === undefined && asNumber(wire['total_tokens']) === undefined) return undefined
  const prompt = asObject(wire['prompt_tokens_details'])
  const details = asObject(wire['completion_tokens_details'])
  const reasoning = asNumber(details?.['reasoning_tokens']) ?? asNumber(wire['reasoning_tokens'])
  const inputAudio = asNumber(prompt?.['audio_tokens'])
  const outputAudio = asNumber(details?.['audio_tokens'])
  const cacheRead = firstNumber(prompt, ['cached_tokens']) ?? firstNumber(wire, cachedNames)
  const isCacheApart = cacheRead !== undefined && input !== undefined && cacheRead > input
  return {
    // More from the cache than the prompt held: it stands beside the prompt (Grok at Azure, seen 2026-11-21).
    input: isCacheApart ? input + cacheRead : input,
    cacheRead,
    cacheWrite: firstNumber(prompt, writtenNames) ?? firstNumber(wire, writtenNames),
    output: isCountedApart(wire, reasoning) ? sum(completion, reasoning) : completion,
    reasoning,
    ...(inputAudio !== undefined && { inputAudio }),
    ...(outputAudio !== undefined && { outputAudio }),
    native: { dialect, value: wire },
  }
}

const cachedNames = ['cached_tokens', 'prompt_cache_hit_tokens', 'num_cached_tokens']
const writtenNames = ['cache_write_tokens', 'cache_creation_input_tokens', 'cache_creation_tokens']

function isCountedApart(wire: JsonObject, reasoning: number | undefined): boolean {
  const total = asNumber(wire['total_tokens'])
  if (!reasoning) return false
  if (reasoning > (asNumber(wire['completion_tokens']) ?? 0)) return true
  return total === sum(asNumber(wire['prompt_tokens']), asNumber(wire['completion_tokens'])) + reasoning
}

function sum(one: number | undefined, other: number | undefined): number {
  return (one ?? 0) + (other ?? 0)
}

function firstNumber(object: JsonObject | undefined, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = asNumber(object?.[name])
    if (value !== undefined) return value
  }
  return undefined
}

/** The usage object of an answer: the host's own where it spoke this dialect, else built from the counts. */
export function encodeUsage(usage: Usage): JsonObject {
  if (usage.native?.dialect === dialect) return usage.native.value
  const { input = 0, output = 0 } = usage
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead ?? 0,
      cache_write_tokens: usage.cacheWrite,
      audio_tokens: usage.inputAudio ?? 0,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0, audio_tokens: usage.outputAudio ?? 0 },
  }
}

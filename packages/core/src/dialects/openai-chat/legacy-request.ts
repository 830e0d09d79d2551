import type { CodecContext, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import { invalidRequest } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asString } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { decodeRequest } from './read-request.ts'
import type { Draft } from './wire.ts'
import { extend, own } from './wire.ts'

/**
 * A client's `POST /v1/completions` (platform.openai.com, legacy API). The prompt becomes the one message of a user, and
 * stands in a note beside it, with the suffix, for a provider that completes text itself. What is neither is refused by
 * name: `best_of`, several prompts, and prompts made of token numbers. `echo` is done here, by writing the prompt before
 * the answer.
 */
export function decodeCompletionRequest(call: WireRequest, context: CodecContext): Result<GenerateRequest> {
  const { body } = call
  const prompt = readPrompt(body)
  if (!prompt.ok) return prompt
  const refused = findRefused(body)
  if (refused) return invalidRequest(refused.message, refused.param)
  const decoded = decodeRequest({ ...call, body: asChatBody(body, prompt.value) }, context)
  if (!decoded.ok) return decoded
  const notes = { $prompt: prompt.value, ...readSuffix(body), ...(body['echo'] === true && { $echo: prompt.value }) }
  return { ok: true, value: { ...decoded.value, ...extend({ ...own(decoded.value.ext), ...notes }) } }
}

/** A client's `POST /v1/fim/completions`: the same in Mistral's words, answered as a chat is. */
export function decodeFimRequest(call: WireRequest, context: CodecContext): Result<GenerateRequest> {
  const { random_seed: seed, ...body } = call.body
  return decodeCompletionRequest({ ...call, body: { ...body, ...(seed !== undefined && { seed }) } }, context)
}

function readSuffix({ suffix }: JsonObject): JsonObject {
  return typeof suffix === 'string' && suffix !== '' ? { $suffix: suffix } : {}
}

function readPrompt({ prompt }: JsonObject): Result<string> {
  if (prompt === undefined || prompt === null) {
    return invalidRequest("Missing required parameter: 'prompt'.", 'prompt')
  }
  const only = Array.isArray(prompt) && prompt.length === 1 ? asString(prompt[0]) : asString(prompt)
  if (only !== undefined) return { ok: true, value: only }
  const isMany = Array.isArray(prompt) && prompt.length > 1 && prompt.every((each) => typeof each === 'string')
  return invalidRequest(
    isMany
      ? "'prompt' holds several prompts; send one request for each."
      : "'prompt' must be a string or an array of one string; token numbers are not taken.",
    'prompt',
  )
}

interface Refusal {
  readonly param: string
  readonly message: string
}

function findRefused(body: JsonObject): Refusal | undefined {
  const { suffix, best_of: bestOf, n, echo, logprobs } = body
  if (suffix !== undefined && suffix !== null && typeof suffix !== 'string') {
    return { param: 'suffix', message: "'suffix' must be a string." }
  }
  if (bestOf !== undefined && bestOf !== null && bestOf !== (n ?? 1)) {
    return { param: 'best_of', message: "'best_of' is not supported: ask for 'n' answers and choose." }
  }
  if (echo !== undefined && echo !== null && typeof echo !== 'boolean') {
    return { param: 'echo', message: "'echo' must be true or false." }
  }
  if (echo === true && typeof logprobs === 'number') {
    return { param: 'echo', message: "'echo' with 'logprobs' is not supported: chat models do not rate the prompt." }
  }
  if (logprobs !== undefined && logprobs !== null && asNumber(logprobs) === undefined) {
    return { param: 'logprobs', message: "'logprobs' must be a number." }
  }
  return undefined
}

function asChatBody(
  { prompt: _, suffix: __, best_of: ___, echo: ____, ...body }: JsonObject,
  prompt: string,
): JsonObject {
  const chat: Draft = { ...body, messages: [{ role: 'user', content: prompt }] }
  if (typeof body['logprobs'] === 'number') {
    chat['logprobs'] = true
    chat['top_logprobs'] = body['logprobs']
  }
  return chat
}

import type { Frame, ProviderDialect, RelayRules, RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString, parseObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { createDecoder } from './decode-events.ts'
import { decodeFailure } from './decode-failure.ts'
import { decodeResponse } from './decode-response.ts'
import { createMeter } from './meter.ts'
import { defaultQuirks, type OpenAiChatQuirks } from './quirks.ts'
import { relay } from './relay.ts'
import { type Draft, dialect, own } from './wire.ts'
import { encodeRequest } from './write-request.ts'

/**
 * Text that goes on: `POST /completions`, as OpenAI's older models have it, and many who serve models of their own.
 * https://platform.openai.com/docs/api-reference/completions (seen 2026-11-21)
 */
export const textCompletions: ProviderDialect<OpenAiChatQuirks> = {
  id: dialect,
  defaultQuirks,
  endpoint: () => ({ path: '/completions', headers: {} }),
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  encodeRequest: (request, options, lose) => asTextBody(encodeRequest(request, options, lose), request),
  decodeResponse: (body, options, emit) => decodeResponse(asChat(body), options, emit),
  createDecoder: createTextDecoder,
  createMeter,
  decodeFailure,
}

/** Text between two others: `POST /fim/completions` of Mistral, answered as a chat is. https://docs.mistral.ai/api/endpoint/fim (seen 2026-11-21) */
export const fimCompletions: ProviderDialect<OpenAiChatQuirks> = {
  ...textCompletions,
  endpoint: () => ({ path: '/fim/completions', headers: {} }),
  encodeRequest: (request, options, lose) => asFimBody(encodeRequest(request, options, lose), request),
  decodeResponse,
  createDecoder,
}

/** Both pass through as chat does; no field of theirs is in the words of another host. */
export const completionRelay: RelayRules<OpenAiChatQuirks> = { ...relay, suits: () => true }

/** The prompt stands in a note of the request, where the reader of completions has put it. */
function asFimBody({ messages: _, ...body }: JsonObject, { ext }: GenerateRequest): JsonObject {
  const { $prompt: prompt = '', $suffix: suffix } = own({ ...ext })
  return { ...body, prompt, ...(suffix !== undefined && { suffix }) }
}

/** As many tokens as are wanted stand under their older name, and a number says how many rivals of each. */
function asTextBody(body: JsonObject, request: GenerateRequest): JsonObject {
  const { max_completion_tokens: most, logprobs, top_logprobs: rivals, ...kept } = asFimBody(body, request)
  const text: Draft = { ...kept }
  if (most !== undefined) text['max_tokens'] = most
  if (logprobs === true) text['logprobs'] = rivals ?? 0
  return { ...text }
}

function createTextDecoder(options: RequestOptions<OpenAiChatQuirks>): ReturnType<typeof createDecoder> {
  const chat = createDecoder(options)
  return {
    frame(frame: Frame, emit: Emit) {
      const chunk = frame.data.length < 16 ? undefined : parseObject(frame.data)
      chat.frame(chunk ? { ...frame, data: JSON.stringify(asChat(chunk)) } : frame, emit)
    },
    end: (emit) => chat.end(emit),
  }
}

/** An answer, or a piece of one, as chat would say it. */
function asChat(body: JsonObject): JsonObject {
  const choices = asArray(body['choices'])
  return choices ? { ...body, choices: asObjects(choices).map(asChatChoice) } : body
}

function asChatChoice({ text, logprobs, ...choice }: JsonObject): JsonObject {
  const content = asString(text) ?? ''
  const tokens = asObject(logprobs)
  return {
    ...choice,
    delta: { role: 'assistant', content },
    ...(tokens && { logprobs: { content: asTokens(tokens) } }),
  }
}

/** Four lists side by side become one list of objects. The first token of an echoed prompt has no probability. */
function asTokens({ tokens, token_logprobs: rates, top_logprobs: rivals }: JsonObject): readonly Json[] {
  const rated = asArray(rates) ?? []
  const listed = asArray(rivals) ?? []
  return (asArray(tokens) ?? []).map((token, index) => ({
    token,
    logprob: asNumber(rated[index]) ?? 0,
    top_logprobs: Object.entries(asObject(listed[index]) ?? {}).map(([rival, logprob = null]) => ({
      token: rival,
      logprob,
    })),
  }))
}

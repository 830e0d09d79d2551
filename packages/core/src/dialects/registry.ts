import type { ClientDialect, CountDialect, CountWire, ProviderDialect, RelayRules } from '../ir/dialect.ts'
import type { ClientDialectId, DialectId } from '../ir/dialect-id.ts'
import * as anthropicMessages from './anthropic-messages/index.ts'
import { relay as anthropicMessagesRelay } from './anthropic-messages/relay.ts'
import * as bedrockConverse from './bedrock-converse/index.ts'
import * as cohere from './cohere/index.ts'
import * as gemini from './gemini/index.ts'
import { relay as geminiRelay } from './gemini/relay.ts'
import * as ollama from './ollama/index.ts'
import * as openaiChat from './openai-chat/index.ts'
import { relay as openaiChatRelay } from './openai-chat/relay.ts'
import * as openaiResponses from './openai-responses/index.ts'
import { relay as openaiResponsesRelay } from './openai-responses/relay.ts'

/** What clients may speak to us. */
export const clientDialects: Readonly<Record<ClientDialectId, ClientDialect>> = {
  'openai-chat': openaiChat.client,
  'openai-responses': openaiResponses.client,
  'anthropic-messages': anthropicMessages.client,
  gemini: gemini.client,
}

/** What we speak to providers. */
export const providerDialects: Readonly<Record<DialectId, ProviderDialect>> = {
  'openai-chat': openaiChat.provider,
  'openai-responses': openaiResponses.provider,
  'anthropic-messages': anthropicMessages.provider,
  gemini: gemini.provider,
  'bedrock-converse': bedrockConverse.provider,
  cohere: cohere.provider,
  ollama: ollama.provider,
}

/** How bytes of each dialect are relayed; none for a dialect no client speaks, which is always translated. */
export const relayRules: Readonly<Record<ClientDialectId, RelayRules> & Partial<Record<DialectId, RelayRules>>> = {
  'openai-chat': openaiChatRelay,
  'openai-responses': openaiResponsesRelay,
  'anthropic-messages': anthropicMessagesRelay,
  gemini: geminiRelay,
}

/** Dialects in which clients ask for a token count. */
export const clientCounts: Readonly<Partial<Record<ClientDialectId, CountDialect>>> = {
  'openai-responses': openaiResponses.counting,
  'anthropic-messages': anthropicMessages.counting,
  gemini: gemini.counting,
}

/** How providers are asked for one; `vertex-gemini` is another way to ask in gemini. */
export const countWires: Readonly<
  Record<'openai-responses' | 'anthropic-messages' | 'gemini' | 'vertex-gemini' | 'bedrock-converse', CountWire>
> = {
  'openai-responses': openaiResponses.countWire,
  'anthropic-messages': anthropicMessages.countWire,
  gemini: gemini.countWire,
  'vertex-gemini': gemini.vertexCountWire,
  'bedrock-converse': bedrockConverse.countWire,
}

/** Chat in older clothes, for clients: `/v1/completions` and `/v1/fim/completions`. */
export const completionClients: Readonly<Record<'text' | 'fim', ClientDialect>> = {
  text: openaiChat.completions,
  fim: openaiChat.fim,
}

/** The same for providers: who completes text itself is asked for that. */
export const completionProviders: Readonly<Record<'text' | 'fim', ProviderDialect>> = {
  text: openaiChat.textCompletions,
  fim: openaiChat.fimCompletions,
}

/** How bodies of either pass through. */
export const completionRelay: RelayRules = openaiChat.completionRelay

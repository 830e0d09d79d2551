import type { AnthropicMessagesQuirks } from '../dialects/anthropic-messages/quirks.ts'
import type { BedrockConverseQuirks } from '../dialects/bedrock-converse/quirks.ts'
import type { CohereQuirks } from '../dialects/cohere/quirks.ts'
import type { OllamaQuirks } from '../dialects/ollama/quirks.ts'
import type { OpenAiChatQuirks } from '../dialects/openai-chat/quirks.ts'
import type { ResponsesQuirks } from '../dialects/openai-responses/quirks.ts'
import type { KnownProvider } from './provider.ts'

/** A provider with quirks of its own dialect, and of no other. */
export type ProviderDeclaration = Omit<KnownProvider, 'dialect' | 'quirks'> &
  (
    | { readonly dialect: 'openai-chat'; readonly quirks?: Partial<OpenAiChatQuirks> }
    | { readonly dialect: 'openai-responses'; readonly quirks?: Partial<ResponsesQuirks> }
    | { readonly dialect: 'anthropic-messages'; readonly quirks?: Partial<AnthropicMessagesQuirks> }
    | { readonly dialect: 'gemini' }
    | { readonly dialect: 'bedrock-converse'; readonly quirks?: Partial<BedrockConverseQuirks> }
    | { readonly dialect: 'cohere'; readonly quirks?: Partial<CohereQuirks> }
    | { readonly dialect: 'ollama'; readonly quirks?: Partial<OllamaQuirks> }
  )

/** Declares a provider: checked where it is written, and frozen, for it is shared by everything. */
export function defineProvider(provider: ProviderDeclaration): KnownProvider {
  if (!('quirks' in provider)) return Object.freeze(provider)
  const { quirks, ...rest } = provider
  return Object.freeze({ ...rest, quirks: Object.freeze({ ...quirks }) })
}

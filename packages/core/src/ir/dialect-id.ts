/** A wire format. Several providers may speak one dialect; a provider is an address that speaks one. */
export type DialectId = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini'

/** Every dialect, in the order tables and documents list them. */
export const dialectIds: readonly DialectId[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini']

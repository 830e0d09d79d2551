/** A wire format that clients speak to us. Providers speak it too. */
export type ClientDialectId = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini'

/** A wire format. Several providers may speak one dialect; a provider is an address that speaks one. */
export type DialectId = ClientDialectId | 'bedrock-converse' | 'cohere' | 'ollama'

/** Every dialect of clients, in the order tables and documents list them. */
export const clientDialectIds: readonly ClientDialectId[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
]

/** Whether clients speak it too. */
export function isClientDialect(id: DialectId): id is ClientDialectId {
  return clientDialectIds.some((each) => each === id)
}

/** Every dialect of providers: those of clients, then those no client speaks, which are always translated. */
export const dialectIds: readonly DialectId[] = [...clientDialectIds, 'bedrock-converse', 'cohere', 'ollama']

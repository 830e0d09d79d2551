import type { OpenAiChatQuirks } from '../dialects/openai-chat/quirks.ts'

/**
 * Habits of hosts that copied OpenAI's chat API and have not followed it since: no developer role, no free-form tools,
 * no lists of allowed tools, and the older name of the token limit, which all of them take.
 */
export const copiesOpenAi: Partial<OpenAiChatQuirks> = {
  maxTokens: 'max_tokens',
  systemRole: 'system',
  allowedTools: false,
  customTools: false,
  toolCallIds: 'any',
}

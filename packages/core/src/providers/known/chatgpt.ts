import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/**
 * The backend that Codex signs in to: its key is the access token of a ChatGPT plan, and a header of the operator's,
 * `chatgpt-account-id`, names the account. It answers streams alone, and takes only what Codex sends.
 */
export const chatgpt: KnownProvider = defineProvider({
  id: 'chatgpt',
  aliases: ['chatgpt_codex', 'chatgpt-codex'],
  name: 'ChatGPT (the backend of Codex)',
  dialect: 'openai-responses',
  baseUrl: 'https://chatgpt.com/backend-api/codex',
  keyVariables: ['CHATGPT_ACCESS_TOKEN'],
  docs: 'https://developers.openai.com/codex',
  // "Unsupported parameter: max_output_tokens": https://github.com/Wei-Shaw/sub2api/issues/3954 (seen 2026-11-21)
  quirks: {
    needsInstructions: true,
    refusedFields: [
      'max_output_tokens',
      'temperature',
      'top_p',
      'top_logprobs',
      'metadata',
      'user',
      'safety_identifier',
    ],
  },
})

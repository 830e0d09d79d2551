import type { DialectId } from '../../ir/dialect-id.ts'
import { createPlainAddress } from '../address/plain.ts'
import { type AccessDefinition, missing, tokenUrlRule } from './access.ts'

/** What the service asks of an editor; without them it refuses. */
const editorHeaders = {
  'editor-version': 'vscode/1.104.1',
  'editor-plugin-version': 'copilot-chat/0.26.7',
  'copilot-integration-id': 'vscode-chat',
  'openai-intent': 'conversation-panel',
  'x-github-api-version': '2025-04-01',
}
const chatOnly: readonly DialectId[] = ['openai-chat']

/** GitHub Copilot: a GitHub token of somebody with a seat, exchanged for Copilot's own every half hour. */
export const copilotAccess: AccessDefinition = {
  fields: [{ name: 'token_url', variables: ['GITHUB_COPILOT_API_KEY_URL'], rule: tokenUrlRule }],
  detectedBy: [['GITHUB_COPILOT_TOKEN']],
  ownHosts: /(?:^|\.)githubcopilot\.com$/,
  define(values) {
    if (!values.apiKey) return missing('api_key', 'Write api_key: a GitHub token, or set GITHUB_COPILOT_TOKEN.')
    const tokenUrl = values.text('token_url') ?? 'https://api.github.com/copilot_internal/v2/token'
    return {
      ok: true,
      baseUrl: values.baseUrl ?? 'https://api.githubcopilot.com',
      address: createPlainAddress(() => chatOnly, editorHeaders),
      sendsKey: false,
      credential: { kind: 'copilot', tokenUrl, githubToken: values.apiKey },
    }
  },
}

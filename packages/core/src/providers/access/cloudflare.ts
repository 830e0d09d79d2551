import { type AccessDefinition, missing, namePart } from './access.ts'

/** Cloudflare Workers AI: an account and an API token. https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/ (seen 2026-11-21) */
export const cloudflareAccess: AccessDefinition = {
  fields: [{ name: 'account_id', variables: ['CLOUDFLARE_ACCOUNT_ID'], rule: namePart }],
  detectedBy: [['CLOUDFLARE_API_KEY', 'CLOUDFLARE_ACCOUNT_ID']],
  ownHosts: /^api\.cloudflare\.com$/,
  define(values) {
    const account = values.text('account_id')
    if (account === undefined && values.baseUrl === undefined)
      return missing('account_id', 'Write account_id, or set CLOUDFLARE_ACCOUNT_ID.')
    if (!values.apiKey) return missing('api_key', 'Write api_key: an API token, or set CLOUDFLARE_API_KEY.')
    return { ok: true, baseUrl: values.baseUrl ?? `https://api.cloudflare.com/client/v4/accounts/${account}/ai/v1` }
  },
}

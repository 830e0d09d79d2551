import type { DialectId } from '../../ir/dialect-id.ts'
import { createPlainAddress } from '../address/plain.ts'
import { Secret } from '../secret.ts'
import { type AccessDefinition, missing, namePart } from './access.ts'

const header = 'x-snowflake-authorization-token-type'
const claudeToo: readonly DialectId[] = ['openai-chat', 'anthropic-messages']
const chatOnly: readonly DialectId[] = ['openai-chat']

/**
 * Snowflake Cortex: an account, and a programmatic access token, a key-pair JWT or an OAuth token, told apart by a
 * header. Claude is also there in its own words.
 * https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api (seen 2026-11-21)
 */
export const snowflakeAccess: AccessDefinition = {
  fields: [{ name: 'account_id', variables: ['SNOWFLAKE_ACCOUNT_ID', 'SNOWFLAKE_ACCOUNT'], rule: namePart }],
  detectedBy: [
    ['SNOWFLAKE_ACCOUNT_ID', 'SNOWFLAKE_JWT'],
    ['SNOWFLAKE_ACCOUNT_ID', 'SNOWFLAKE_PAT'],
    ['SNOWFLAKE_ACCOUNT_ID', 'SNOWFLAKE_TOKEN'],
  ],
  ownHosts: /\.snowflakecomputing\.com$/,
  define(values) {
    const account = values.text('account_id')
    if (account === undefined && values.baseUrl === undefined)
      return missing('account_id', 'Write account_id: ORGANISATION-ACCOUNT, or set SNOWFLAKE_ACCOUNT_ID.')
    if (!values.apiKey) return missing('api_key', 'Write api_key, or set SNOWFLAKE_PAT or SNOWFLAKE_JWT.')
    const host = values.baseUrl?.replace(/\/+$/, '').replace(/\/api\/v2.*$/, '')
    const key = values.apiKey.reveal()
    const address = createPlainAddress((model) => (model.startsWith('claude-') ? claudeToo : chatOnly), {
      [header]: tokenType(key),
    })
    return {
      ok: true,
      baseUrl: `${host ?? `https://${account}.snowflakecomputing.com`}/api/v2/cortex/v1`,
      // Both dialects are answered to the same kind of token.
      address: { ...address, keyHeaders: (token) => ({ authorization: `Bearer ${token}` }) },
      // `pat/` before it is how others mark one.
      apiKey: new Secret(key.replace(/^pat\//, '')),
    }
  },
}

/** https://docs.snowflake.com/en/developer-guide/sql-api/authenticating (seen 2026-11-21) */
function tokenType(key: string): string {
  if (key.startsWith('pat/')) return 'PROGRAMMATIC_ACCESS_TOKEN'
  const claims = /^eyJ[A-Za-z0-9_-]*\.([A-Za-z0-9_-]+)\./.exec(key)?.[1]
  if (claims === undefined) return 'OAUTH'
  // The issuer of a key-pair token ends in the fingerprint of its key.
  return readClaims(claims).includes('SHA256:') ? 'KEYPAIR_JWT' : 'PROGRAMMATIC_ACCESS_TOKEN'
}

function readClaims(base64url: string): string {
  try {
    return atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}

/** Tokens that are had for one secret in one question: OAuth client credentials, IBM Cloud, GitHub Copilot. */
import { asString } from '../../ir/read.ts'
import { askForJson, readSeconds } from './ask-token-server.ts'
import { askForBearer, BearerToken } from './bearer-token.ts'
import type { ClientCredential, CopilotCredential, IbmCredential } from './credential.ts'
import { type CredentialPorts, cannotObtain, type Obtained } from './credential-ports.ts'

/** Databricks: https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m (seen 2026-11-21) */
export function obtainClientToken(
  { tokenUrl, clientId, clientSecret, scope }: ClientCredential,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  const secret = clientSecret.reveal()
  // RFC 6749, 2.3.1: both halves are encoded as in a form before they are joined.
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`
  const headers = { authorization: `Basic ${btoa(pair)}` }
  const form = { grant_type: 'client_credentials', scope }
  return askForBearer({ url: tokenUrl, headers, form, secrets: [secret, btoa(pair)] }, ports)
}

/** https://cloud.ibm.com/docs/account?topic=account-iamtoken_from_apikey (seen 2026-11-21) */
export function obtainIbmToken(
  { tokenUrl, apiKey }: IbmCredential,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  const form = { grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: apiKey.reveal() }
  return askForBearer({ url: tokenUrl, form, secrets: [apiKey.reveal()] }, ports)
}

/** What Copilot's own editors ask; the answer's `refresh_in` is earlier than its end. */
export async function obtainCopilotToken(
  { tokenUrl, githubToken }: CopilotCredential,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  const headers = { authorization: `token ${githubToken.reveal()}`, 'x-github-api-version': '2025-04-01' }
  const question = { url: tokenUrl, method: 'GET', headers, secrets: [githubToken.reveal()] } as const
  const answer = await askForJson(question, ports)
  if (!answer.ok) return answer
  const { body, serverUnixMs } = answer.value
  const token = asString(body['token'])
  const endsAt = readSeconds(body['expires_at'])
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token) || endsAt === undefined)
    return cannotObtain(`the token server ${new URL(tokenUrl).origin} answered without token and expires_at`)
  return { ok: true, value: new BearerToken(token, Math.max(0, endsAt * 1000 - (serverUnixMs ?? ports.unixMs()))) }
}

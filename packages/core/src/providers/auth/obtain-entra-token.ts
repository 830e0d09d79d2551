/**
 * Microsoft Entra access tokens for an application or a managed identity.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (seen 2026-11-21)
 */
import { parseObject } from '../../ir/read.ts'
import { askForText, nearbyDeadlines, readSeconds } from './ask-token-server.ts'
import { askForBearer, BearerToken, readBearer } from './bearer-token.ts'
import type { EntraCredential, EntraSource } from './credential.ts'
import { type CredentialPorts, cannotObtain, type Obtained } from './credential-ports.ts'

/** A token for `scope`. */
export async function obtainEntraToken(
  { source, scope }: EntraCredential,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  switch (source.kind) {
    case 'token':
      return { ok: true, value: new BearerToken(source.token.reveal(), Number.POSITIVE_INFINITY) }
    case 'secret': {
      const secret = source.clientSecret.reveal()
      const form = { grant_type, client_id: source.clientId, client_secret: secret, scope }
      return askForBearer({ url: tokenUrl(source), form, secrets: [secret] }, ports)
    }
    case 'federated': {
      const assertion = (await ports.readFile(source.tokenFile))?.trim()
      if (assertion === undefined) return cannotObtain('the file with the federated token cannot be read')
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
      const form = { grant_type, client_id: source.clientId, client_assertion_type, client_assertion: assertion, scope }
      return askForBearer({ url: tokenUrl(source), form, secrets: [assertion] }, ports)
    }
    case 'managed':
      return byManagedIdentity(source, scope, ports)
    default:
      return source satisfies never
  }
}

const grant_type = 'client_credentials'

function tokenUrl({ authority, tenantId }: { readonly authority: string; readonly tenantId: string }): string {
  return `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`
}

/**
 * The machine's metadata server, or the one App Service and Container Apps name in IDENTITY_ENDPOINT.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token (seen 2026-11-21)
 */
async function byManagedIdentity(
  { url, header, clientId }: Extract<EntraSource, { kind: 'managed' }>,
  scope: string,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  const query = new URLSearchParams({
    'api-version': header ? '2019-08-01' : '2018-02-01',
    resource: scope.replace(/\/\.default$/, ''),
    ...(clientId !== undefined && { client_id: clientId }),
  })
  const headers: Readonly<Record<string, string>> = header
    ? { 'x-identity-header': header.reveal() }
    : { metadata: 'true' }
  const full = `${url}?${query.toString()}`
  const secrets = header ? [header.reveal()] : []
  const answer = await askForText({ url: full, method: 'GET', headers, secrets, deadlines: nearbyDeadlines }, ports)
  if (!answer.ok) return answer
  const body = parseObject(answer.value.text)
  if (!body) return cannotObtain(`the token server ${new URL(url).origin} answered with something that is not JSON`)
  const endsAt = readSeconds(body['expires_on'])
  if (readSeconds(body['expires_in']) !== undefined || endsAt === undefined) return readBearer({ body }, url)
  const seconds = Math.max(0, endsAt - (answer.value.serverUnixMs ?? ports.unixMs()) / 1000)
  return readBearer({ body: { ...body, expires_in: seconds } }, url)
}

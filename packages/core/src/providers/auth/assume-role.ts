/**
 * Keys of a role from AWS's Security Token Service.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html (seen 2026-11-21)
 */
import { askForText, type TokenAnswer } from './ask-token-server.ts'
import { AwsKeys } from './aws-keys.ts'
import { type CredentialPorts, cannotObtain, type Obtained } from './credential-ports.ts'
import { signRequest } from './sigv4.ts'

/** A role and who takes it on. */
export interface RoleRequest {
  readonly roleArn: string
  readonly sessionName: string
  readonly stsUrl: string
}

/** With the token a cluster or another identity provider put into a file: the request needs no signature. */
export async function assumeRoleWithWebIdentity(
  { roleArn, sessionName, stsUrl, tokenFile }: RoleRequest & { readonly tokenFile: string },
  ports: CredentialPorts,
): Promise<Obtained<AwsKeys>> {
  const token = (await ports.readFile(tokenFile))?.trim()
  if (token === undefined) return cannotObtain('the file with the web identity token cannot be read')
  const form = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken: token,
  }
  const answer = await askForText({ url: stsUrl, form, headers: xml, secrets: [token] }, ports)
  return answer.ok ? readKeys(answer.value, stsUrl, ports) : answer
}

/** With keys one has already. */
export async function assumeRole(
  role: RoleRequest & { readonly externalId?: string; readonly region: string },
  keys: AwsKeys,
  ports: CredentialPorts,
): Promise<Obtained<AwsKeys>> {
  const { roleArn, sessionName, stsUrl, externalId, region } = role
  const form = {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ...(externalId !== undefined && { ExternalId: externalId }),
  }
  const { pathname, host } = new URL(stsUrl)
  const sessionToken = keys.revealSessionToken()
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
  const signed = signRequest(
    {
      method: 'POST',
      path: pathname,
      query: '',
      headers: { ...headers, host },
      body: new URLSearchParams(form).toString(),
    },
    { accessKeyId: keys.accessKeyId, secretAccessKey: keys.revealSecret(), region, service: 'sts' },
    { unixMs: ports.unixMs(), digests: ports.digests },
  )
  const secrets = [keys.revealSecret(), ...(sessionToken === undefined ? [] : [sessionToken])]
  const answer = await askForText({ url: stsUrl, form, headers: { ...xml, ...headers, ...signed }, secrets }, ports)
  return answer.ok ? readKeys(answer.value, stsUrl, ports) : answer
}

const xml = { accept: 'application/xml' }

function readKeys({ text, serverUnixMs }: TokenAnswer, url: string, ports: CredentialPorts): Obtained<AwsKeys> {
  const read = (name: string): string | undefined => new RegExp(`<${name}>\\s*([^<\\s]+)\\s*<`).exec(text)?.[1]
  const accessKeyId = read('AccessKeyId')
  const secretAccessKey = read('SecretAccessKey')
  const endsAtMs = Date.parse(read('Expiration') ?? '')
  if (accessKeyId === undefined || secretAccessKey === undefined || Number.isNaN(endsAtMs))
    return cannotObtain(`the token server ${new URL(url).origin} answered without AWS keys`)
  const lifeMs = Math.max(0, endsAtMs - (serverUnixMs ?? ports.unixMs()))
  return { ok: true, value: new AwsKeys(accessKeyId, { secretAccessKey, sessionToken: read('SessionToken') }, lifeMs) }
}

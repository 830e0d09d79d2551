/**
 * AWS keys from wherever they may be, in the order the SDKs look.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html (seen 2026-11-21)
 */
import { asString, parseObject } from '../../ir/read.ts'
import { askForText, askTokenServer, nearbyDeadlines, type TokenAnswer } from './ask-token-server.ts'
import { assumeRole, assumeRoleWithWebIdentity } from './assume-role.ts'
import { AwsKeys } from './aws-keys.ts'
import { type AwsProfile, readAwsProfile } from './aws-profile.ts'
import type { AwsSource } from './credential.ts'
import { type CredentialPorts, cannotObtain, type Obtained } from './credential-ports.ts'

/** Keys in a file may be changed by hand: they are read again after this time. */
const fileLifeMs = 900_000

/** Asks each source in turn; the first that is there decides. */
export async function obtainAwsKeys(sources: readonly AwsSource[], ports: CredentialPorts): Promise<Obtained<AwsKeys>> {
  for (const source of sources) {
    const asked = await askSource(source, ports)
    if (asked) return asked
  }
  return cannotObtain(
    'none of the places where AWS keys may be has any; set aws_access_key_id and aws_secret_access_key, aws_profile_name, or a role',
  )
}

/** Undefined when the source is not there and another may be. */
async function askSource(source: AwsSource, ports: CredentialPorts): Promise<Obtained<AwsKeys> | undefined> {
  switch (source.kind) {
    case 'static': {
      const { accessKeyId, secretAccessKey, sessionToken } = source
      const secrets = { secretAccessKey: secretAccessKey.reveal(), sessionToken: sessionToken?.reveal() }
      return { ok: true, value: new AwsKeys(accessKeyId, secrets, Number.POSITIVE_INFINITY) }
    }
    case 'profile':
      return byProfile(source, ports)
    case 'web-identity':
      return assumeRoleWithWebIdentity(source, ports)
    case 'assume-role': {
      const keys = await obtainAwsKeys(source.from, ports)
      return keys.ok ? assumeRole(source, keys.value, ports) : keys
    }
    case 'container':
      return byContainer(source, ports)
    case 'instance':
      return byInstance(source, ports)
    default:
      return source satisfies never
  }
}

type ProfileSource = Extract<AwsSource, { kind: 'profile' }>

async function byProfile(source: ProfileSource, ports: CredentialPorts): Promise<Obtained<AwsKeys> | undefined> {
  const [credentials, config] = await Promise.all([
    ports.readFile(source.credentialsFile),
    ports.readFile(source.configFile),
  ])
  const profile = readAwsProfile(source.profile, { credentials, config })
  return profile && keysOfProfile(source, profile, ports)
}

async function keysOfProfile(
  source: ProfileSource,
  profile: AwsProfile,
  ports: CredentialPorts,
): Promise<Obtained<AwsKeys> | undefined> {
  const accessKeyId = profile.get('aws_access_key_id')
  const secretAccessKey = profile.get('aws_secret_access_key')
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const secrets = { secretAccessKey, sessionToken: profile.get('aws_session_token') }
    return { ok: true, value: new AwsKeys(accessKeyId, secrets, fileLifeMs) }
  }
  const roleArn = profile.get('role_arn')
  if (roleArn === undefined) return undefined
  const sessionName = profile.get('role_session_name') ?? 'sluice'
  const tokenFile = profile.get('web_identity_token_file')
  if (tokenFile !== undefined)
    return assumeRoleWithWebIdentity({ roleArn, sessionName, tokenFile, stsUrl: source.stsUrl }, ports)
  const base = profile.get('source_profile')
  // Whoever wrote a role does not want to be somebody else for lack of it.
  if (base === undefined || base === source.profile)
    return cannotObtain('the AWS profile takes on a role in a way that is not known here; write aws_role_name instead')
  const keys = await byProfile({ ...source, profile: base }, ports)
  if (!keys?.ok) return keys
  const externalId = profile.get('external_id')
  const role = { roleArn, sessionName, stsUrl: source.stsUrl, region: source.region }
  return assumeRole({ ...role, ...(externalId !== undefined && { externalId }) }, keys.value, ports)
}

/** ECS tasks and EKS pods. https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html (seen 2026-11-21) */
async function byContainer(
  { url, token, tokenFile }: Extract<AwsSource, { kind: 'container' }>,
  ports: CredentialPorts,
): Promise<Obtained<AwsKeys>> {
  const inFile = tokenFile === undefined ? undefined : (await ports.readFile(tokenFile))?.trim()
  if (tokenFile !== undefined && inFile === undefined)
    return cannotObtain('the file in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read')
  const authorization = inFile ?? token?.reveal()
  const headers: Readonly<Record<string, string>> = authorization === undefined ? {} : { authorization }
  const secrets = authorization === undefined ? [] : [authorization]
  const answer = await askForText({ url, method: 'GET', headers, secrets, deadlines: nearbyDeadlines }, ports)
  return answer.ok ? readKeys(answer.value, url, ports) : answer
}

/**
 * An EC2 instance's role, by the second version of its metadata service alone: the first answers any forged request.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html (seen 2026-11-21)
 */
async function byInstance(
  { url }: Extract<AwsSource, { kind: 'instance' }>,
  ports: CredentialPorts,
): Promise<Obtained<AwsKeys> | undefined> {
  const near = { secrets: [], deadlines: nearbyDeadlines }
  const life = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }
  const session = await askTokenServer({ url: `${url}/latest/api/token`, method: 'PUT', headers: life, ...near }, ports)
  // Where nobody answers, the machine is no EC2 instance.
  if (!session.ok || session.value.status !== 200) return undefined
  const headers = { 'x-aws-ec2-metadata-token': session.value.text.trim() }
  const roles = `${url}/latest/meta-data/iam/security-credentials/`
  const role = await askForText({ url: roles, method: 'GET', headers, ...near }, ports)
  if (!role.ok) return role
  const name = role.value.text.trim().split('\n')[0] ?? ''
  const keys = await askForText({ url: roles + encodeURIComponent(name), method: 'GET', headers, ...near }, ports)
  return keys.ok ? readKeys(keys.value, url, ports) : keys
}

/** The JSON that both metadata services answer with. */
function readKeys({ text, serverUnixMs }: TokenAnswer, url: string, ports: CredentialPorts): Obtained<AwsKeys> {
  const body = parseObject(text)
  const accessKeyId = asString(body?.['AccessKeyId'])
  const secretAccessKey = asString(body?.['SecretAccessKey'])
  const sessionToken = asString(body?.['Token'])
  const endsAtMs = Date.parse(asString(body?.['Expiration']) ?? '')
  if (accessKeyId === undefined || secretAccessKey === undefined || Number.isNaN(endsAtMs))
    return cannotObtain(`the credential server ${new URL(url).origin} answered without AWS keys`)
  const lifeMs = Math.max(0, endsAtMs - (serverUnixMs ?? ports.unixMs()))
  return { ok: true, value: new AwsKeys(accessKeyId, { secretAccessKey, sessionToken }, lifeMs) }
}

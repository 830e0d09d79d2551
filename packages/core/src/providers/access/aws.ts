import { createBedrockAddress } from '../address/bedrock.ts'
import { createSagemakerAddress } from '../address/sagemaker.ts'
import type { AwsCredential, AwsSource } from '../auth/credential.ts'
import {
  type AccessDefinition,
  type AccessField,
  type AccessResult,
  type AccessValues,
  missing,
  tokenUrlRule,
} from './access.ts'

const keyIdRule = { pattern: /^[A-Za-z0-9]{8,128}$/, says: 'letters and digits, as in AKIA...' }
const arnRule = { pattern: /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, says: 'the ARN of a role' }
const sessionRule = { pattern: /^[\w+=,.@-]{2,64}$/, says: '2 to 64 letters, digits and _ + = , . @ -' }

const awsFields: readonly AccessField[] = [
  {
    name: 'aws_region_name',
    variables: ['AWS_REGION_NAME', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
    rule: { pattern: /^[a-z]{2,3}(?:-[a-z]+)+-\d{1,2}$/, says: 'a region as in us-east-1' },
  },
  { name: 'aws_access_key_id', variables: ['AWS_ACCESS_KEY_ID'], rule: keyIdRule, isIdentity: true },
  { name: 'aws_secret_access_key', variables: ['AWS_SECRET_ACCESS_KEY'], isSecret: true, isIdentity: true },
  { name: 'aws_session_token', variables: ['AWS_SESSION_TOKEN'], isSecret: true, isIdentity: true },
  { name: 'aws_profile_name', variables: ['AWS_PROFILE_NAME', 'AWS_PROFILE'], isIdentity: true },
  { name: 'aws_role_name', variables: [], rule: arnRule, isIdentity: true },
  { name: 'aws_session_name', variables: ['AWS_ROLE_SESSION_NAME', 'AWS_SESSION_NAME'], rule: sessionRule },
  { name: 'aws_external_id', variables: [] },
  { name: 'aws_web_identity_token_file', variables: ['AWS_WEB_IDENTITY_TOKEN_FILE'], isIdentity: true },
  { name: 'aws_sts_endpoint', variables: ['AWS_ENDPOINT_URL_STS'], rule: tokenUrlRule },
]

const detectedBy = [
  ['AWS_BEARER_TOKEN_BEDROCK'],
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ['AWS_PROFILE'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'],
  ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
  ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
]
const ownHosts = /\.amazonaws\.com(?:\.cn)?$|\.api\.aws$/

/** Amazon Bedrock: a region, and keys to sign with or a bearer API key. */
export const bedrockAccess: AccessDefinition = {
  fields: awsFields,
  detectedBy,
  ownHosts,
  define(values) {
    const region = values.text('aws_region_name')
    if (region === undefined) return missingRegion
    const baseUrl = values.baseUrl ?? `https://bedrock-runtime.${region}.${domainOf(region)}`
    const address = createBedrockAddress()
    if (values.apiKey)
      return { ok: true, baseUrl, address: { ...address, keyHeaders: (key) => ({ authorization: `Bearer ${key}` }) } }
    return sign(values, { baseUrl, address, region, service: 'bedrock' })
  },
}

/** Amazon SageMaker: an endpoint that runs a server of OpenAI's chat. */
export const sagemakerAccess: AccessDefinition = {
  fields: awsFields,
  // Keys of AWS alone do not say that anybody runs an endpoint.
  detectedBy: [],
  ownHosts,
  define(values) {
    const region = values.text('aws_region_name')
    if (region === undefined) return missingRegion
    const baseUrl = values.baseUrl ?? `https://runtime.sagemaker.${region}.${domainOf(region)}`
    return sign(values, { baseUrl, address: createSagemakerAddress(), region, service: 'sagemaker' })
  },
}

const missingRegion = missing('aws_region_name', 'Write aws_region_name: us-east-1 (or another), or set AWS_REGION.')

function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}

type Place = Pick<Extract<AccessResult, { ok: true }>, 'baseUrl' | 'address'> &
  Pick<AwsCredential, 'region' | 'service'>

function sign(values: AccessValues, { baseUrl, address, region, service }: Place): AccessResult {
  const sources = awsSources(values, region)
  if ('ok' in sources) return sources
  return { ok: true, baseUrl, ...(address && { address }), credential: { kind: 'aws', region, service, sources } }
}

/** What is written, alone; else every place the SDKs look at, in their order. A written role is taken on from there. */
function awsSources(values: AccessValues, region: string): readonly AwsSource[] | Refused {
  const stsUrl = (values.text('aws_sts_endpoint') ?? `https://sts.${region}.${domainOf(region)}`).replace(/\/*$/, '/')
  const sts = { stsUrl, region }
  const isProfile = values.isWritten('aws_profile_name')
  const isWebIdentity = values.isWritten('aws_web_identity_token_file')
  const keys = isProfile || isWebIdentity ? undefined : staticSource(values)
  if (keys && 'ok' in keys) return keys
  const webIdentity = isProfile ? undefined : webIdentitySource(values, sts)
  if (webIdentity && 'ok' in webIdentity) return webIdentity
  // With a token of its own the role is taken on already.
  if (!keys && webIdentity) return [webIdentity]
  const from = keys ? [keys] : ambientSources(values, sts)
  const roleArn = values.text('aws_role_name')
  if (roleArn === undefined) return from
  const externalId = values.text('aws_external_id')
  const sessionName = values.text('aws_session_name') ?? defaultSession
  return [{ kind: 'assume-role', roleArn, sessionName, from, ...sts, ...(externalId !== undefined && { externalId }) }]
}

type Refused = Extract<AccessResult, { ok: false }>
type Sts = { readonly stsUrl: string; readonly region: string }
const defaultSession = 'sluice'

function staticSource(values: AccessValues): AwsSource | Refused | undefined {
  const accessKeyId = values.text('aws_access_key_id')
  const secretAccessKey = values.secret('aws_secret_access_key')
  const together = 'aws_access_key_id and aws_secret_access_key belong together.'
  if (accessKeyId === undefined) return secretAccessKey && missing('aws_access_key_id', together)
  if (!secretAccessKey) return missing('aws_secret_access_key', together)
  const sessionToken = values.secret('aws_session_token')
  return { kind: 'static', accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

function webIdentitySource(values: AccessValues, { stsUrl }: Sts): AwsSource | Refused | undefined {
  const tokenFile = values.text('aws_web_identity_token_file')
  if (tokenFile === undefined) return undefined
  const roleArn = values.text('aws_role_name') ?? values.variable('AWS_ROLE_ARN')
  if (roleArn === undefined) return missing('aws_role_name', 'A web identity token is for a role: write its ARN.')
  return {
    kind: 'web-identity',
    roleArn,
    sessionName: values.text('aws_session_name') ?? defaultSession,
    tokenFile,
    stsUrl,
  }
}

function ambientSources(values: AccessValues, { region, stsUrl }: Sts): readonly AwsSource[] {
  const profile = values.text('aws_profile_name')
  const home = values.variable('HOME') ?? values.variable('USERPROFILE') ?? ''
  const files: AwsSource = {
    kind: 'profile',
    profile: profile ?? 'default',
    credentialsFile: values.variable('AWS_SHARED_CREDENTIALS_FILE') ?? `${home}/.aws/credentials`,
    configFile: values.variable('AWS_CONFIG_FILE') ?? `${home}/.aws/config`,
    stsUrl,
    region,
  }
  // Whoever names a profile wants that one.
  if (profile !== undefined) return [files]
  const others = [containerSource(values), instanceSource(values)].filter((each) => each !== undefined)
  return [files, ...others]
}

function instanceSource(values: AccessValues): AwsSource | undefined {
  const url = values.variable('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? 'http://169.254.169.254'
  const isOff = values.variable('AWS_EC2_METADATA_DISABLED')?.toLowerCase() === 'true'
  if (isOff || !/^http:\/\/[A-Za-z0-9.[\]:-]+\/?$/.test(url)) return undefined
  return { kind: 'instance', url: url.replace(/\/$/, '') }
}

/** Keys go only to where the SDKs let them: https, this machine, and the link-local addresses of ECS and EKS. */
const containerHosts =
  /^(?:https:\/\/|http:\/\/(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\])(?=[:/]))/

function containerSource(values: AccessValues): AwsSource | undefined {
  const relative = values.variable('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')
  const full = values.variable('AWS_CONTAINER_CREDENTIALS_FULL_URI')
  const url = relative?.startsWith('/') === true ? `http://169.254.170.2${relative}` : full
  if (url === undefined || !containerHosts.test(url) || !URL.canParse(url)) return undefined
  const token = values.secretVariable('AWS_CONTAINER_AUTHORIZATION_TOKEN')
  const tokenFile = values.variable('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
  return { kind: 'container', url, ...(token && { token }), ...(tokenFile !== undefined && { tokenFile }) }
}

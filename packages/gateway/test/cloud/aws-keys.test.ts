import { describe, expect, test } from 'bun:test'
import type { AwsCredential, AwsSource } from '@sluice/core/providers/auth/credential.ts'
import { Secret } from '@sluice/core/providers/secret.ts'
import { type Answer, answerJson, answerText } from '@sluice/testkit/answer.ts'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'
import { type CredentialHouse, openCredentialHouse } from './credential-house.ts'
import { checkSignature } from './verify-sigv4.ts'

/** Every place AWS keys may be, and what is signed with what was found there. */
const secretAccessKey = 'canary+secret/0123456789abcdefghijklmn'
const hour = 3_600_000

function aws(...sources: readonly AwsSource[]): AwsCredential {
  return { kind: 'aws', region: 'us-east-1', service: 'bedrock', sources }
}

/** A key made for this question: each has another id. */
function keyNumber(number: number): {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
} {
  return { accessKeyId: `ASIACANARY00000000${number}`, secretAccessKey, sessionToken: `session-${number}==` }
}

function stsAnswer(call: ReceivedCall): Answer {
  const key = keyNumber(call.number)
  const action = new URLSearchParams(call.body).get('Action')
  return answerText(
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>
<AccessKeyId>${key.accessKeyId}</AccessKeyId><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey>
<SessionToken>${key.sessionToken}</SessionToken><Expiration>${new Date(Date.now() + hour).toISOString()}</Expiration>
</Credentials></${action}Result></${action}Response>`,
    { headers: { 'content-type': 'text/xml' } },
  )
}

function metadataAnswer(call: ReceivedCall): Answer {
  const { accessKeyId, sessionToken } = keyNumber(call.number)
  const Expiration = new Date(Date.now() + hour).toISOString()
  return answerJson({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration })
}

function expectSigned(
  house: CredentialHouse,
  key: ReturnType<typeof keyNumber> | { accessKeyId: string; secretAccessKey: string },
): void {
  const call = house.provider.journal.at(-1)
  if (!call) throw new Error('nothing was sent')
  expect(checkSignature(call, key)).toMatchObject({ isGood: true, region: 'us-east-1', service: 'bedrock' })
}

const staticKey = { accessKeyId: 'AKIACANARY0000000001', secretAccessKey }
const staticSource: AwsSource = {
  kind: 'static',
  accessKeyId: staticKey.accessKeyId,
  secretAccessKey: new Secret(secretAccessKey),
}

function profile(
  house: CredentialHouse,
  files: { credentialsFile: string; configFile: string },
  name = 'default',
): AwsSource {
  return { kind: 'profile', profile: name, ...files, stsUrl: `${house.tokens.url}/`, region: 'us-east-1' }
}

test('static keys ask nobody', async () => {
  await using house = await openCredentialHouse(stsAnswer)
  expect(await house.send(aws(staticSource))).toMatchObject({ status: 200 })
  expectSigned(house, staticKey)
  // The key that signs is another one each day.
  house.pass(25 * hour)
  expect(await house.send(aws(staticSource))).toMatchObject({ status: 200 })
  expectSigned(house, staticKey)
  expect(house.tokens.journal).toHaveLength(0)
})

describe('a profile', () => {
  test('with keys, in either file, the credentials file first', async () => {
    await using house = await openCredentialHouse(stsAnswer)
    const credentialsFile = await house.file(
      'credentials',
      `[other]\naws_access_key_id = NO\n\n[default]\naws_access_key_id = ${staticKey.accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
    )
    const configFile = await house.file('config', '[default]\nregion = eu-west-1\naws_access_key_id = NO\n')
    expect(await house.send(aws(profile(house, { credentialsFile, configFile })))).toMatchObject({ status: 200 })
    expectSigned(house, staticKey)
  })

  test('that takes on a role with another profile’s keys', async () => {
    await using house = await openCredentialHouse(stsAnswer)
    const credentialsFile = await house.file(
      'credentials',
      `[base]\naws_access_key_id=${staticKey.accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
    )
    const role = 'arn:aws:iam::123456789012:role/sluice'
    const configFile = await house.file(
      'config',
      `[profile work]\nrole_arn = ${role}\nsource_profile = base\nexternal_id = ext\ns3 =\n  addressing_style = path\n`,
    )
    expect(await house.send(aws(profile(house, { credentialsFile, configFile }, 'work')))).toMatchObject({
      status: 200,
    })
    const asked = house.tokens.journal[0]
    if (!asked) throw new Error('nobody was asked')
    expect(checkSignature(asked, staticKey)).toMatchObject({ isGood: true, service: 'sts' })
    expect(Object.fromEntries(new URLSearchParams(asked.body))).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: role,
      ExternalId: 'ext',
    })
    expectSigned(house, keyNumber(1))
  })

  test('whose role cannot be taken on is no reason to be somebody else', async () => {
    await using house = await openCredentialHouse(metadataAnswer)
    const configFile = await house.file(
      'config',
      '[default]\nrole_arn = arn:aws:iam::123456789012:role/x\ncredential_source = Ec2InstanceMetadata\n',
    )
    const container: AwsSource = { kind: 'container', url: `${house.tokens.url}/creds` }
    const credential = aws(profile(house, { credentialsFile: '/nonexistent/a', configFile }), container)
    expect(await house.send(credential)).toMatchObject({ problem: expect.stringContaining('aws_role_name') })
    expect(house.tokens.journal).toHaveLength(0)
  })

  test('that is not there leaves the next place to be asked; when there is none, says what to set', async () => {
    await using house = await openCredentialHouse(metadataAnswer)
    const nowhere = profile(house, { credentialsFile: '/nonexistent/a', configFile: '/nonexistent/b' })
    expect(await house.send(aws(nowhere, { kind: 'container', url: `${house.tokens.url}/creds` }))).toMatchObject({
      status: 200,
    })
    const { kind, problem } = await house.send(aws(nowhere))
    expect(kind).toBe('credential')
    expect(problem).toContain('aws_access_key_id')
    expect(problem).not.toContain('/nonexistent')
  })
})

test('a web identity becomes a role without a signature', async () => {
  await using house = await openCredentialHouse(stsAnswer)
  const tokenFile = await house.file('token', 'eyJhbGciOi.canary.token\n')
  const roleArn = 'arn:aws:iam::123456789012:role/pod'
  const source: AwsSource = {
    kind: 'web-identity',
    roleArn,
    sessionName: 'pod',
    tokenFile,
    stsUrl: `${house.tokens.url}/`,
  }
  const sent = await Promise.all(Array.from({ length: 50 }, () => house.send(aws(source))))
  expect(sent.every(({ status }) => status === 200)).toBe(true)
  expect(house.tokens.journal).toHaveLength(1)
  expect(house.tokens.journal[0]?.headers['authorization']).toBeUndefined()
  expect(Object.fromEntries(new URLSearchParams(house.tokens.journal[0]?.body))).toMatchObject({
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    RoleSessionName: 'pod',
    WebIdentityToken: 'eyJhbGciOi.canary.token',
  })
  expectSigned(house, keyNumber(1))
  house.pass(hour)
  expect(await house.send(aws(source))).toMatchObject({ status: 200 })
  expectSigned(house, keyNumber(2))
})

test('a container’s role, with the token of its file', async () => {
  await using house = await openCredentialHouse(metadataAnswer)
  const tokenFile = await house.file('authorization', 'Bearer of-the-pod\n')
  await house.send(aws({ kind: 'container', url: `${house.tokens.url}/v1/credentials`, tokenFile }))
  expect(house.tokens.journal[0]).toMatchObject({
    path: '/v1/credentials',
    headers: { authorization: 'Bearer of-the-pod' },
  })
  expectSigned(house, keyNumber(1))
})

describe('an instance', () => {
  test('is asked by the second version of its service alone', async () => {
    await using house = await openCredentialHouse((call) => {
      if (call.method === 'PUT') return answerText('session-token')
      if (call.headers['x-aws-ec2-metadata-token'] !== 'session-token') return answerText('', { status: 401 })
      return call.path.endsWith('/') ? answerText('my-role\n') : metadataAnswer(call)
    })
    expect(await house.send(aws({ kind: 'instance', url: house.tokens.url }))).toMatchObject({ status: 200 })
    expect(house.tokens.journal.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/my-role',
    ])
    expectSigned(house, keyNumber(3))
  })

  test('that is none is passed over', async () => {
    await using house = await openCredentialHouse(answerText('', { status: 404 }))
    const sent = await house.send(aws({ kind: 'instance', url: house.tokens.url }))
    expect(sent).toMatchObject({ kind: 'credential', problem: expect.stringContaining('none of the places') })
  })
})

test('a refusal of STS is told in its words, and it is left alone', async () => {
  await using house = await openCredentialHouse(
    answerText(
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not for you.</Message></Error></ErrorResponse>',
      { status: 403 },
    ),
  )
  const tokenFile = await house.file('token', 'canary-token')
  const stsUrl = `${house.tokens.url}/`
  const credential = aws({ kind: 'web-identity', roleArn: 'arn', sessionName: 's', tokenFile, stsUrl })
  for (let calls = 0; calls < 10; calls++)
    expect(await house.send(credential)).toMatchObject({
      problem: expect.stringMatching(/403 \(AccessDenied: Not for you\.\)/),
    })
  expect(house.tokens.journal).toHaveLength(1)
})

test('keys that ended early are fetched anew, and the call is signed again', async () => {
  await using house = await openCredentialHouse(metadataAnswer)
  const credential = aws({ kind: 'container', url: `${house.tokens.url}/creds` })
  await house.send(credential)
  house.pass(120_000)
  house.provider.answerWith((call) => {
    const isOld = call.headers['x-amz-security-token'] === 'session-1=='
    const headers = { 'x-amzn-errortype': 'ExpiredTokenException', date: new Date(Date.now() + 120_000).toUTCString() }
    return isOld ? answerJson({ message: 'expired' }, { status: 403, headers }) : answerJson({})
  })
  expect(await house.send(credential)).toMatchObject({ status: 200 })
  expect(house.tokens.journal).toHaveLength(2)
})

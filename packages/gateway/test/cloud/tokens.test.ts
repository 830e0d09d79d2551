import { describe, expect, test } from 'bun:test'
import { generateKeyPairSync } from 'node:crypto'
import type { Credential } from '@sluice/core/providers/auth/credential.ts'
import { Secret } from '@sluice/core/providers/secret.ts'
import { type Answer, answerJson, answerText, redirectTo } from '@sluice/testkit/answer.ts'
import type { Script } from '@sluice/testkit/fake-provider.ts'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'
import { bearer, type CredentialHouse, openCredentialHouse } from './credential-house.ts'

/** Every way to a token, against servers that speak HTTP: fetched once, renewed in time, and failing in good order. */
const secret = 'canary-client-secret-0123456789'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
const hour = 3_600_000

type Making = (house: CredentialHouse) => Promise<Credential> | Credential

function google(json: object): Credential {
  return { kind: 'google', sources: [{ kind: 'json', json: new Secret(JSON.stringify(json)) }] }
}

const serviceAccount: Making = ({ tokens }) =>
  google({ type: 'service_account', client_email: 'a@b', private_key: pem, token_uri: `${tokens.url}/token` })

const entra: Making = ({ tokens }) => ({
  kind: 'entra',
  scope: 'https://cognitiveservices.azure.com/.default',
  source: {
    kind: 'secret',
    authority: tokens.url,
    tenantId: 'tenant',
    clientId: 'app',
    clientSecret: new Secret(secret),
  },
})

const makings: readonly (readonly [string, Making])[] = [
  ['a Google service account', serviceAccount],
  [
    'a Google user',
    ({ tokens }) =>
      google({
        type: 'authorized_user',
        client_id: 'i',
        client_secret: secret,
        refresh_token: `${secret}-refresh`,
        token_uri: `${tokens.url}/token`,
      }),
  ],
  [
    'Google for another cloud’s token',
    async (house) => {
      const file = await house.file('subject', JSON.stringify({ jwt: secret }))
      const format = { type: 'json', subject_token_field_name: 'jwt' }
      const credential_source = { file, format }
      return google({
        type: 'external_account',
        audience: '//iam',
        token_url: `${house.tokens.url}/sts`,
        credential_source,
      })
    },
  ],
  [
    'Google’s metadata server',
    ({ tokens }) => ({ kind: 'google', sources: [{ kind: 'metadata', url: `${tokens.url}/token` }] }),
  ],
  ['an application in Entra', entra],
  [
    'a federated application in Entra',
    async (house) => ({
      kind: 'entra',
      scope: 's/.default',
      source: {
        kind: 'federated',
        authority: house.tokens.url,
        tenantId: 't',
        clientId: 'c',
        tokenFile: await house.file('federated', `${secret}\n`),
      },
    }),
  ],
  [
    'a managed identity',
    ({ tokens }) => ({ kind: 'entra', scope: 's/.default', source: { kind: 'managed', url: `${tokens.url}/msi` } }),
  ],
  [
    'a service principal of Databricks',
    ({ tokens }) => ({
      kind: 'client',
      tokenUrl: `${tokens.url}/oidc/v1/token`,
      clientId: 'c',
      clientSecret: new Secret(secret),
      scope: 'all-apis',
    }),
  ],
  [
    'IBM Cloud',
    ({ tokens }) => ({ kind: 'ibm', tokenUrl: `${tokens.url}/identity/token`, apiKey: new Secret(secret) }),
  ],
]

describe.each([...makings])('%s', (_name, make) => {
  test('gives fifty calls at once one token, and the next one before it ends, beside the calls', async () => {
    let made = 0
    await using house = await openCredentialHouse(() => bearer(`token-${++made}`))
    const credential = await make(house)
    const sent = await Promise.all(Array.from({ length: 50 }, () => house.send(credential)))
    expect(sent.every(({ status }) => status === 200)).toBe(true)
    expect(house.tokens.journal).toHaveLength(1)
    expect(tokensSeen(house)).toEqual(['Bearer token-1'])
    house.pass(hour - 200_000)
    expect(await house.send(credential)).toMatchObject({ status: 200 })
    await house.tokens.until(({ journal }) => journal.length === 2 && journal[1]?.outcome === 'answered')
    expect(lastToken(house)).toBe('Bearer token-1')
    house.pass(hour)
    expect(await house.send(credential)).toMatchObject({ status: 200 })
    expect(tokensSeen(house)).not.toContain('Bearer token-0')
    expect(house.tokens.journal.length).toBeLessThanOrEqual(3)
  })

  test.each(failures)(
    'that fails with %s is told once, without a secret, and left alone',
    async (_what, answer, says) => {
      await using house = await openCredentialHouse(answer)
      const credential = await make(house)
      const sent = await Promise.all(Array.from({ length: 50 }, () => house.send(credential)))
      for (const { status, kind, problem } of sent) {
        expect({ status, kind }).toEqual({ status: undefined, kind: 'credential' })
        expect(problem).toContain(house.tokens.url)
        expect(problem).toMatch(says)
        expect(problem).not.toContain(secret)
      }
      const asked = house.tokens.journal.length
      expect(asked).toBe(1)
      for (let calls = 0; calls < 20; calls++) await house.send(credential)
      expect(house.tokens.journal).toHaveLength(asked)
      expect(house.provider.journal).toHaveLength(0)
      // Once the pause is over and the server is well again, all is.
      house.pass(1000)
      house.tokens.answerWith(bearer('well'))
      expect(await house.send(credential)).toMatchObject({ status: 200 })
      expect(lastToken(house)).toBe('Bearer well')
    },
  )
})

const failures: [string, Script, RegExp][] = [
  [
    'a refusal',
    // Word for word what it was sent, as careless servers do.
    ({ body, headers }) => {
      const said = [...new URLSearchParams(body).values(), headers['authorization']].join(' ')
      return answerJson({ error: 'invalid_client', error_description: said }, { status: 401 })
    },
    /401.*invalid_client/,
  ],
  ['a 500', answerText('<html>oops</html>', { status: 500 }), /answered 500/],
  ['a page', answerText('<html>hello</html>'), /not JSON/],
  ['other JSON', answerJson({ hello: 'world' }), /without an access_token/],
  [
    'a token that would end the header',
    answerJson({ access_token: 'a\r\nx: y', expires_in: 1 }),
    /without an access_token/,
  ],
  ['a redirect', redirectTo('http://127.0.0.1:1/stolen', 302), /redirect/i],
  ['a cut', { ...answerJson({ access_token: 'x' }), fault: { kind: 'close', afterBytes: 5 } }, /gave no answer/],
]

test('a server that never answers is given up in time', async () => {
  await using house = await openCredentialHouse({ ...bearer('x'), fault: { kind: 'silence' } })
  const sent = await house.send(await entra(house))
  expect(sent).toMatchObject({ kind: 'credential', problem: expect.stringMatching(/gave no answer/) })
})

test('a slow server makes its callers wait, but not those who leave', async () => {
  let answer: (value: Answer) => void = () => undefined
  await using house = await openCredentialHouse(
    () =>
      new Promise((resolve) => {
        answer = resolve
      }),
  )
  const credential = await entra(house)
  const leaving = new AbortController()
  const left = house.send(credential, leaving.signal)
  const staying = house.send(credential)
  await house.tokens.until(({ openCalls }) => openCalls === 1)
  leaving.abort()
  expect(await left).toMatchObject({ status: undefined, kind: 'aborted' })
  answer(bearer('late'))
  expect(await staying).toMatchObject({ status: 200 })
  expect(house.tokens.journal).toHaveLength(1)
})

test('a clock that is wrong is put right from Google’s answer', async () => {
  const skewMs = 7_200_000
  await using house = await openCredentialHouse((call: ReceivedCall) => {
    const claims = new URLSearchParams(call.body).get('assertion')?.split('.')[1] ?? ''
    const { iat } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    if (Math.abs(iat * 1000 - Date.now() - skewMs) < 60_000) return bearer('in-time')
    const headers = { date: new Date(Date.now() + skewMs).toUTCString() }
    return answerJson({ error: 'invalid_grant', error_description: 'Check your iat.' }, { status: 400, headers })
  })
  const credential = await serviceAccount(house)
  expect(await house.send(credential)).toMatchObject({ status: 200 })
  expect(house.tokens.journal).toHaveLength(2)
})

describe('a token the provider refuses', () => {
  test('is replaced once when it has been used for a while', async () => {
    let made = 0
    await using house = await openCredentialHouse(() => bearer(`token-${++made}`))
    const credential = await entra(house)
    await house.send(credential)
    house.pass(60_000)
    house.provider.answerWith(({ headers }) =>
      answerJson({}, { status: headers['authorization'] === 'Bearer token-1' ? 401 : 200 }),
    )
    expect(await house.send(credential)).toMatchObject({ status: 200 })
    expect(house.tokens.journal).toHaveLength(2)
  })

  test('is not asked for again and again when it is fresh', async () => {
    await using house = await openCredentialHouse(() => bearer('token'))
    const credential = await entra(house)
    house.provider.answerWith(answerJson({}, { status: 401 }))
    for (let calls = 0; calls < 20; calls++) expect(await house.send(credential)).toMatchObject({ status: 401 })
    expect(house.tokens.journal).toHaveLength(1)
    expect(house.provider.journal).toHaveLength(20)
  })
})

test('equal credentials of a new configuration keep the token', async () => {
  await using house = await openCredentialHouse(() => bearer('token'))
  await house.send(await entra(house))
  await house.send(await entra(house))
  expect(house.tokens.journal).toHaveLength(1)
})

test('Google lends another account’s identity', async () => {
  await using house = await openCredentialHouse((call) =>
    call.path === '/impersonate'
      ? answerJson({ accessToken: 'lent', expireTime: new Date(Date.now() + hour).toISOString() })
      : bearer('own'),
  )
  const source_credentials = {
    type: 'authorized_user',
    client_id: 'i',
    client_secret: secret,
    refresh_token: secret,
    token_uri: `${house.tokens.url}/token`,
  }
  const service_account_impersonation_url = `${house.tokens.url}/impersonate`
  await house.send(
    google({ type: 'impersonated_service_account', service_account_impersonation_url, source_credentials }),
  )
  expect(house.tokens.journal[1]?.headers['authorization']).toBe('Bearer own')
  expect(lastToken(house)).toBe('Bearer lent')
})

test('Copilot’s token ends when it says', async () => {
  let made = 0
  await using house = await openCredentialHouse(() =>
    answerJson({ token: `tid=${++made};exp=1`, expires_at: Math.floor(Date.now() / 1000) + 1800, refresh_in: 1500 }),
  )
  const credential: Credential = {
    kind: 'copilot',
    tokenUrl: `${house.tokens.url}/token`,
    githubToken: new Secret(secret),
  }
  await house.send(credential)
  expect(house.tokens.journal[0]?.headers['authorization']).toBe(`token ${secret}`)
  expect(lastToken(house)).toBe('Bearer tid=1;exp=1')
  house.pass(1_799_000)
  await house.send(credential)
  expect(lastToken(house)).toBe('Bearer tid=2;exp=1')
})

test.each([
  ['no JSON', 'hello', /not a JSON object/],
  ['another type', '{"type":"gdch_service_account"}', /no known type/],
  ['no key', '{"type":"service_account","client_email":"a"}', /client_email or a private_key/],
  ['no usable key', '{"type":"service_account","client_email":"a","private_key":"x"}', /client_email or a private_key/],
  ['an address without TLS', '{"type":"service_account","token_uri":"http://example.com/t"}', /no https address/],
  ['a source of no kind', '{"type":"external_account","credential_source":{}}', /neither a file nor a url/],
])('Google credentials that are %s are told apart', async (_what, json, says) => {
  await using house = await openCredentialHouse(bearer('x'))
  const sent = await house.send({ kind: 'google', sources: [{ kind: 'json', json: new Secret(json) }] })
  expect(sent).toMatchObject({ kind: 'credential', problem: expect.stringMatching(says) })
  expect(house.tokens.journal).toHaveLength(0)
})

function tokensSeen({ provider }: CredentialHouse): readonly (string | undefined)[] {
  return [...new Set(provider.journal.map(({ headers }) => headers['authorization']))]
}

function lastToken({ provider }: CredentialHouse): string | undefined {
  return provider.journal.at(-1)?.headers['authorization']
}

/**
 * Google access tokens by Application Default Credentials.
 * https://cloud.google.com/docs/authentication/application-default-credentials (seen 2026-11-21)
 */
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString, parseObject } from '../../ir/read.ts'
import { askForText, askTokenServer, nearbyDeadlines, refusal } from './ask-token-server.ts'
import { askForBearer, BearerToken, readBearer } from './bearer-token.ts'
import type { GoogleCredential, GoogleSource } from './credential.ts'
import { type CredentialPorts, cannotObtain, type Obtained } from './credential-ports.ts'
import { isSafeTokenUrl } from './safe-token-url.ts'
import { signJwt } from './sign-jwt.ts'

const defaultTokenUrl = 'https://oauth2.googleapis.com/token'
const scope = 'https://www.googleapis.com/auth/cloud-platform'

/** Asks the first source that is there. */
export async function obtainGoogleToken(
  { sources }: GoogleCredential,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  for (const source of sources) {
    const asked = await askSource(source, ports)
    if (asked) return asked
  }
  return cannotObtain('none of the places where Google credentials may be has any; set vertex_credentials')
}

/** Undefined when the source is not there and another may be. */
async function askSource(source: GoogleSource, ports: CredentialPorts): Promise<Obtained<BearerToken> | undefined> {
  switch (source.kind) {
    case 'json':
      return byJson(source.json.reveal(), ports)
    case 'file': {
      const text = await ports.readFile(source.path)
      if (text !== undefined) return byJson(text, ports)
      return source.isRequired ? cannotObtain('the file with the Google credentials cannot be read') : undefined
    }
    case 'metadata':
      return askForBearer(
        {
          url: source.url,
          method: 'GET',
          headers: { 'metadata-flavor': 'Google' },
          secrets: [],
          deadlines: nearbyDeadlines,
        },
        ports,
      )
    default:
      return source satisfies never
  }
}

function byJson(text: string, ports: CredentialPorts): Promise<Obtained<BearerToken>> {
  const json = parseObject(text)
  return json ? byKind(json, ports) : Promise.resolve(cannotObtain('the Google credentials are not a JSON object'))
}

async function byKind(json: JsonObject, ports: CredentialPorts): Promise<Obtained<BearerToken>> {
  const type = asString(json['type'])
  if (type === 'service_account') return byServiceAccount(json, ports)
  if (type === 'authorized_user') return byRefreshToken(json, ports)
  if (type === 'external_account') return byFederation(json, ports)
  if (type === 'impersonated_service_account') return byImpersonation(json, ports)
  return cannotObtain(
    'the Google credentials are of no known type: service_account, external_account, authorized_user or impersonated_service_account',
  )
}

/** How far a clock may be off before Google refuses what it says. */
const toleratedSkewMs = 60_000

/** https://developers.google.com/identity/protocols/oauth2/service-account#httprest (seen 2026-11-21) */
async function byServiceAccount(json: JsonObject, ports: CredentialPorts): Promise<Obtained<BearerToken>> {
  const url = asString(json['token_uri']) ?? defaultTokenUrl
  if (!isSafeTokenUrl(url)) return cannotObtain('token_uri of the Google credentials is no https address')
  const ask = async (unixMs: number) => {
    const assertion = assertionOf(json, { audience: url, unixMs }, ports)
    if (assertion === undefined) return undefined
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
    const question = { url, form, secrets: [assertion] }
    return { question, answer: await askTokenServer(question, ports) }
  }
  const startedMs = ports.unixMs()
  let asked = await ask(startedMs)
  const first = asked?.answer
  if (first?.ok && first.value.status === 400 && isSkewed(first.value.serverUnixMs, startedMs))
    asked = await ask(first.value.serverUnixMs ?? startedMs)
  if (!asked) return cannotObtain('the Google credentials lack client_email or a private_key in PEM')
  const { question, answer } = asked
  if (!answer.ok) return answer
  const body = answer.value.status === 200 ? parseObject(answer.value.text) : undefined
  if (body) return readBearer({ body }, url)
  return answer.value.status === 200
    ? cannotObtain(`the token server ${new URL(url).origin} answered with something that is not JSON`)
    : refusal(question, answer.value)
}

function isSkewed(serverUnixMs: number | undefined, unixMs: number): boolean {
  return serverUnixMs !== undefined && Math.abs(serverUnixMs - unixMs) > toleratedSkewMs
}

function assertionOf(
  json: JsonObject,
  { audience, unixMs }: { readonly audience: string; readonly unixMs: number },
  { digests }: CredentialPorts,
): string | undefined {
  const email = asString(json['client_email'])
  const privateKey = asString(json['private_key'])
  if (email === undefined || privateKey === undefined) return undefined
  const issuedAt = Math.floor(unixMs / 1000)
  const keyId = asString(json['private_key_id'])
  const claims = { iss: email, scope, aud: audience, iat: issuedAt, exp: issuedAt + 3600 }
  return signJwt({ header: keyId === undefined ? {} : { kid: keyId }, claims, privateKey }, digests)
}

async function byRefreshToken(json: JsonObject, ports: CredentialPorts): Promise<Obtained<BearerToken>> {
  const clientId = asString(json['client_id'])
  const clientSecret = asString(json['client_secret'])
  const refreshToken = asString(json['refresh_token'])
  if (clientId === undefined || clientSecret === undefined || refreshToken === undefined)
    return cannotObtain('the Google credentials lack client_id, client_secret or refresh_token')
  const url = asString(json['token_uri']) ?? defaultTokenUrl
  if (!isSafeTokenUrl(url)) return cannotObtain('token_uri of the Google credentials is no https address')
  const form = {
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  }
  return askForBearer({ url, form, secrets: [clientSecret, refreshToken] }, ports)
}

/**
 * Workload identity federation: a token of another cloud or cluster is exchanged for Google's.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-other-providers (seen 2026-11-21)
 */
async function byFederation(json: JsonObject, ports: CredentialPorts): Promise<Obtained<BearerToken>> {
  const url = asString(json['token_url']) ?? 'https://sts.googleapis.com/v1/token'
  if (!isSafeTokenUrl(url)) return cannotObtain('token_url of the Google credentials is no https address')
  const subject = await readSubjectToken(asObject(json['credential_source']) ?? {}, ports)
  if (!subject.ok) return subject
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: asString(json['audience']) ?? '',
    scope,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: asString(json['subject_token_type']) ?? 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: subject.value,
  }
  const exchanged = await askForBearer({ url, form, secrets: [subject.value] }, ports)
  return exchanged.ok ? impersonate(json, exchanged.value, ports) : exchanged
}

/** A file or an address that gives the other side's token, as text or inside JSON. */
async function readSubjectToken(source: JsonObject, ports: CredentialPorts): Promise<Obtained<string>> {
  const path = asString(source['file'])
  const url = asString(source['url'])
  if (path === undefined && url === undefined)
    return cannotObtain('credential_source of the Google credentials names neither a file nor a url')
  const text = path === undefined ? await fetchSubject(source, url ?? '', ports) : await readSubject(path, ports)
  if (!text.ok) return text
  const format = asObject(source['format'])
  if (asString(format?.['type']) !== 'json') return { ok: true, value: text.value.trim() }
  const token = asString(parseObject(text.value)?.[asString(format?.['subject_token_field_name']) ?? ''])
  if (token !== undefined) return { ok: true, value: token }
  return cannotObtain('credential_source of the Google credentials gave no subject_token_field_name')
}

async function readSubject(path: string, ports: CredentialPorts): Promise<Obtained<string>> {
  const text = await ports.readFile(path)
  if (text !== undefined) return { ok: true, value: text }
  return cannotObtain('the file in credential_source of the Google credentials cannot be read')
}

async function fetchSubject(source: JsonObject, url: string, ports: CredentialPorts): Promise<Obtained<string>> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return cannotObtain('the url in credential_source of the Google credentials is no http address')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(asObject(source['headers']) ?? {}))
    if (typeof value === 'string' && /^[\x20-\x7e]*$/.test(value)) headers[name.toLowerCase()] = value
  const answer = await askForText({ url, method: 'GET', headers, secrets: [], deadlines: nearbyDeadlines }, ports)
  return answer.ok ? { ok: true, value: answer.value.text } : answer
}

async function byImpersonation(json: JsonObject, ports: CredentialPorts): Promise<Obtained<BearerToken>> {
  const inner = asObject(json['source_credentials'])
  if (!inner || asString(inner['type']) === 'impersonated_service_account')
    return cannotObtain('the Google credentials lack source_credentials')
  const token = await byKind(inner, ports)
  return token.ok ? impersonate(json, token.value, ports) : token
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken (seen 2026-11-21) */
async function impersonate(
  json: JsonObject,
  token: BearerToken,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  const url = asString(json['service_account_impersonation_url'])
  if (url === undefined) return { ok: true, value: token }
  if (!isSafeTokenUrl(url))
    return cannotObtain('service_account_impersonation_url of the Google credentials is no https address')
  const headers = { authorization: `Bearer ${token.reveal()}` }
  const answer = await askForText({ url, headers, json: { scope: [scope] }, secrets: [token.reveal()] }, ports)
  if (!answer.ok) return answer
  const body = parseObject(answer.value.text)
  const value = asString(body?.['accessToken'])
  const endsAtMs = Date.parse(asString(body?.['expireTime']) ?? '')
  if (value === undefined || !/^[\x21-\x7e]+$/.test(value) || Number.isNaN(endsAtMs))
    return cannotObtain(`the token server ${new URL(url).origin} answered without accessToken and expireTime`)
  const lifeMs = Math.max(0, endsAtMs - (answer.value.serverUnixMs ?? ports.unixMs()))
  return { ok: true, value: new BearerToken(value, lifeMs) }
}

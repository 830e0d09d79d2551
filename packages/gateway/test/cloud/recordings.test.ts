import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, asString } from '@sluice/core/ir/read.ts'
import { answerJson } from '@sluice/testkit/answer.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { JournalEntry } from '@sluice/testkit/journal.ts'
import { hasRecordings, loadRecordings, type Recording, skippedLine } from '@sluice/testkit/recordings.ts'
import { replay } from '@sluice/testkit/replay.ts'
import { startTestGateway, type TestGateway, testKey } from '../start-test-gateway.ts'

/**
 * Recorded requests to clouds, made by other people's clients: sent through the gateway by a client of the dialect, each
 * must arrive at the recorded path and query with the recorded body, and its recorded answer must come back.
 */
if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

/** A recording, with the provider and the client's request that should make the same. */
interface Placed {
  readonly recording: Recording
  readonly config: string
  readonly path: string
  readonly body: JsonObject
}

const clouds: ReadonlySet<string> = new Set([
  ...['azure', 'vertex', 'bedrock', 'databricks', 'snowflake', 'cloudflare', 'github_copilot'],
])
const operations = /^(?:chat|responses|generateContent|streamGenerateContent|(?:streamR|r)awPredict|invoke(?:-.*)?)$/

const user = `'${JSON.stringify({ type: 'authorized_user', client_id: 'i', client_secret: 's', refresh_token: 'r', token_uri: 'TOKENS' })}'`
const key = 'api_key: canary-key-0123456789'

/** Undefined for a recording no client of ours could have asked for. */
function place(recording: Recording): Placed | undefined {
  const url = new URL(tidy(recording.request.url))
  const body = asObject(recording.request.body)
  if (!body) return undefined
  const { anthropic_version: _, ...rest } = body
  const version = url.searchParams.get('api-version')
  const deployment = /^\/openai\/deployments\/([^/]+)\//.exec(url.pathname)?.[1]
  const publisher =
    /^\/(v1|v1beta1)(?:\/projects\/([^/]+)\/locations\/([^/]+))?\/publishers\/([^/]+)\/models\/([^/:]+):(\w+)$/.exec(
      url.pathname,
    )
  const model = decodeURIComponent(deployment ?? asString(body['model']) ?? '')
  const chat = (config: string): Placed => {
    const path = url.pathname.endsWith('/responses') ? '/v1/responses' : '/v1/chat/completions'
    return { recording, config, path, body: { ...body, model } }
  }
  switch (recording.provider) {
    case 'azure':
      if (url.pathname.startsWith('/models/')) return chat(`type: azure_ai, ${key}, api_version: ${version}`)
      return chat(`type: azure, ${key}${version === null ? '' : `, api_version: ${version}`}`)
    case 'vertex':
      return publisher ? placeVertex(recording, publisher, rest) : undefined
    case 'bedrock':
      return placeBedrock(recording, url.pathname, rest)
    case 'cloudflare':
      return chat(`type: cloudflare, ${key}`)
    case 'github_copilot': {
      const dialect = url.pathname === '/responses' ? 'openai-responses' : 'openai-chat'
      return chat(`type: github_copilot, ${key}, dialect: ${dialect}, token_url: "TOKENS"`)
    }
    default:
      return chat(`type: ${recording.provider}, ${key}`)
  }
}

/** Placeholders of the recordings, made into names that could be real. */
function tidy(url: string): string {
  return url
    .replace(/AZURE_DEPLOYMENT/g, 'my-deployment')
    .replace(/\/PROJECT\//g, '/my-project/')
    .replace(/\/locations\/(?:GOOGLE_CLOUD_LOCATION|REDACTED)\//g, '/locations/us-central1/')
}

function placeVertex(recording: Recording, parts: RegExpExecArray, body: JsonObject): Placed {
  const [, version, project, location, publisher = '', model = '', verb = ''] = parts
  const where =
    project === undefined
      ? key
      : `vertex_project: ${project}, vertex_location: ${location}, vertex_credentials: ${user}`
  const config = `type: vertex, ${where}, api_version: ${version}`
  const name = decodeURIComponent(model)
  if (publisher === 'anthropic')
    return { recording, config, path: '/v1/messages', body: { ...body, model: `${publisher}/${name}` } }
  const query = verb.startsWith('stream') ? '?alt=sse' : ''
  return { recording, config, path: `/v1beta/models/p/${publisher}/${name}:${verb}${query}`, body }
}

function placeBedrock(recording: Recording, path: string, body: JsonObject): Placed | undefined {
  const [, id = '', verb = ''] = /^\/model\/([^/]+)\/(invoke(?:-with-response-stream)?)$/.exec(path) ?? []
  const model = decodeURIComponent(id)
  if (!/(?:^|\.)anthropic\./.test(model) || !Array.isArray(body['messages'])) return undefined
  const config = `type: bedrock, ${key}, aws_region_name: us-east-1`
  return {
    recording,
    config,
    path: '/v1/messages',
    body: { ...body, model, ...(verb !== 'invoke' && { stream: true }) },
  }
}

const placed = loadRecordings(
  ({ provider, operation, fidelity, status, features }) =>
    clouds.has(provider) &&
    operations.test(operation) &&
    fidelity !== 'response-only' &&
    status < 500 &&
    !features.includes('multipart'),
)
  .map(place)
  .filter((each) => each !== undefined)

let tokens: FakeProvider
let provider: FakeProvider
let gateway: TestGateway
beforeAll(async () => {
  const expires_at = Math.floor(Date.now() / 1000) + 3600
  provider = await startFakeProvider({ answer: answerJson({}) })
  tokens = await startFakeProvider({
    answer: answerJson({ access_token: 't', expires_in: 3600, token: 't', expires_at }),
  })
  const lines = placed.map(({ recording, config }, index) => {
    const base = provider.url + (recording.provider === 'cloudflare' ? '/client/v4/accounts/ACCOUNT_ID/ai/v1' : '')
    const fields = config.replaceAll('TOKENS', tokens.url)
    return `  p${index}: { ${fields}, base_url: "${base}", allow: [${allowed.join(', ')}] }\n`
  })
  gateway = await startTestGateway(`providers:\n${lines.join('')}settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
  await tokens.stop()
})

test('there is something to compare', () => {
  const counts = new Map<string, number>()
  for (const { recording } of placed) counts.set(recording.provider, (counts.get(recording.provider) ?? 0) + 1)
  if (hasRecordings()) expect([...counts.keys()].sort()).toEqual([...clouds].sort())
})

test.each(placed.map((each, index) => [each.recording.path, each, index] as const))(
  '%s',
  async (_path, { recording, path, body }, index) => {
    const seen = provider.journal.length
    provider.answerWith(replay(recording))
    const named = { ...body, ...(body['model'] !== undefined && { model: `p${index}/${body['model']}` }) }
    const response = await post(gateway, path.replace('/p/', `/p${index}/`), named)
    const text = await response.text()
    const sent = provider.journal[seen]
    if (!sent) throw new Error(`nothing was sent: ${text}`)
    const url = new URL(tidy(recording.request.url))
    expect(decodeURIComponent(sent.path)).toBe(decodeURIComponent(url.pathname))
    expect(Object.fromEntries(sent.query)).toEqual(Object.fromEntries(url.searchParams))
    expectSameBody(sent, asObject(recording.request.body) ?? {})
    expect(sent.headers['content-type']).toBe('application/json')
    const isFine = recording.status === 200 && asObject(asObject(recording.response.body)?.['error']) === undefined
    if (isFine) expect(response.status).toBe(200)
    else expect(response.status).toBeGreaterThanOrEqual(400)
    if (recording.format === 'json' && isFine) expect(JSON.parse(text)).toEqual(recording.response.body)
    const record = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
    expect(record).toMatchObject({ mode: 'relay', outcome: isFine ? 'ok' : 'failed' })
  },
)

/** What spends or crosses tenants is let through: here it is the operator's own. */
const allowed = [
  'fileUri',
  'modelArmorConfig',
  'store',
  'service_tier',
  'cachedContent',
  'previous_response_id',
  'container',
  'fileData',
]

function post(gateway: TestGateway, path: string, body: JsonObject): Promise<Response> {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Members the gateway writes: the model (which a deployment's path makes void), and usage in streams. */
const added: ReadonlySet<string> = new Set(['model', 'stream_options'])

function expectSameBody(sent: JournalEntry, recorded: JsonObject): void {
  const body = asObject(sent.json) ?? {}
  const differing: Record<string, { readonly sent: Json | undefined; readonly recorded: Json | undefined }> = {}
  for (const name of new Set([...Object.keys(body), ...Object.keys(recorded)])) {
    if (added.has(name) && (sent.path.includes('/deployments/') || recorded[name] == null || name === 'stream_options'))
      continue
    if (!Bun.deepEquals(body[name], recorded[name])) differing[name] = { sent: body[name], recorded: recorded[name] }
  }
  expect(differing).toEqual({})
}

import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObjects } from '@sluice/core/ir/read.ts'
import { findProvider } from '@sluice/core/providers/registry.ts'
import { answerText } from '@sluice/testkit/answer.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { GatewayReply } from '@sluice/testkit/fidelity/judge.ts'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'
import type { Recording } from '@sluice/testkit/recordings.ts'
import { replay } from '@sluice/testkit/replay.ts'
import { type LogLine, startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** A gateway in front of a provider that plays every recording, each under a model name of its own. */
export interface ReplayHouse extends AsyncDisposable {
  readonly gateway: TestGateway
  readonly provider: FakeProvider
  /** Asks for the recording as a client of this dialect would, and reads the whole reply. */
  ask(recording: Recording, client: ClientDialectId): Promise<GatewayReply>
  /**
   * The same replies, given in the order they were asked for, each with the losses its log line tells: gemini's streams
   * have no room for the comment in which others tell them.
   */
  withLoggedLosses(replies: readonly GatewayReply[]): Promise<readonly GatewayReply[]>
}

export async function openReplayHouse(recordings: readonly Recording[]): Promise<ReplayHouse> {
  const models = new Map(recordings.map((recording, index) => [recording, modelName(recording, index)]))
  const byModel = new Map(recordings.map((recording, index) => [modelName(recording, index), recording]))
  const provider = await startFakeProvider({
    answer: (call) => {
      const recording = byModel.get(modelOf(call))
      return recording ? replay(recording) : answerText('no such recording', { status: 599 })
    },
  })
  const gateway = await startTestGateway(configure(recordings, provider.url))
  return {
    gateway,
    provider,
    async ask(recording, client) {
      const model = `${providerName(recording)}/${models.get(recording)}`
      const { path, body } = requests[client](model, recording.stream)
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const headers: Record<string, string> = Object.fromEntries(response.headers)
      return { status: response.status, headers, body: await response.text() }
    },
    async withLoggedLosses(replies) {
      const ids = replies.map(({ headers }) => headers['x-sluice-request-id'] ?? '')
      await gateway.callOf(ids.at(-1) ?? '')
      const told = new Map(gateway.calls().map((call) => [call['request_id'], lossesOf(call)]))
      return replies.map((reply, index) => withLosses(reply, told.get(ids[index]) ?? ''))
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await provider.stop()
    },
  }
}

function withLosses(reply: GatewayReply, told: string): GatewayReply {
  const isTold = told === '' || reply.headers['x-sluice-loss'] !== undefined || reply.body.includes(': x-sluice-loss')
  return isTold ? reply : { ...reply, headers: { ...reply.headers, 'x-sluice-loss': told } }
}

function lossesOf(call: LogLine): string {
  const losses = asObjects(call['losses'])
  return losses.map(({ path, why }) => `${path}: ${String(why).replaceAll(';', ',')}`).join('; ')
}

function modelOf(call: ReceivedCall): string {
  return /models?\/([^/:]+)[:/]/.exec(call.path)?.[1] ?? String((JSON.parse(call.body) as JsonObject)['model'])
}

/** Bedrock is asked by InvokeModel for those whose name says that Anthropic made them. */
function modelName(recording: Recording, index: number): string {
  return isInvoked(recording) ? `anthropic.r${index}` : `r${index}`
}

function providerName(recording: Recording): string {
  const { provider, dialect } = recording
  return isInvoked(recording) ? 'bedrock-invoke' : `${provider}-${dialect}${isOlder(recording) ? '-v1' : ''}`
}

/** What came by Bedrock's InvokeModel comes by it again: its streams are wrapped. */
function isInvoked({ operation, dialect }: Recording): boolean {
  return operation.startsWith('invoke') && dialect === 'anthropic-messages'
}

/** Cohere's chat as some of its deployments still speak it. */
function isOlder({ operation }: Recording): boolean {
  return operation === 'chat.v1'
}

/** One provider per address and dialect, with the habits of the known provider of that name. */
function configure(recordings: readonly Recording[], url: string): string {
  const lines = new Map<string, string>()
  for (const recording of recordings) {
    const { provider, dialect } = recording
    if (!dialect || isInvoked(recording)) continue
    const known = findProvider(provider === 'google' ? 'gemini' : provider)
    const habits = known?.dialect === dialect ? (known.quirks ?? {}) : {}
    const quirks = isOlder(recording) ? { ...habits, api: 'v1' } : habits
    const fields = `dialect: ${dialect}, base_url: ${url}/${provider}/v1, api_key: canary-${provider}-0123456789`
    lines.set(providerName(recording), `  ${providerName(recording)}: { ${fields}, quirks: ${JSON.stringify(quirks)} }`)
  }
  const bedrock = `type: bedrock, base_url: ${url}, aws_region_name: us-east-1, api_key: canary-bedrock-0123456789`
  lines.set('bedrock-invoke', `  bedrock-invoke: { ${bedrock} }`)
  return `providers:\n${[...lines.values()].join('\n')}\nsettings:\n  detect: false\n`
}

type PlainRequest = (model: string, stream: boolean) => { readonly path: string; readonly body: JsonObject }

const prompt = 'Hello.'

/** The plainest request of each dialect. */
const requests: Readonly<Record<ClientDialectId, PlainRequest>> = {
  'openai-chat': (model, stream) => ({
    path: '/v1/chat/completions',
    body: {
      model,
      stream,
      messages: [{ role: 'user', content: prompt }],
      ...(stream && { stream_options: { include_usage: true } }),
    },
  }),
  'openai-responses': (model, stream) => ({ path: '/v1/responses', body: { model, stream, input: prompt } }),
  'anthropic-messages': (model, stream) => ({
    path: '/v1/messages',
    body: { model, stream, max_tokens: 1000, messages: [{ role: 'user', content: prompt }] },
  }),
  gemini: (model, stream) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
  }),
}

/** The dialects a client may speak, in the order of the tables. */
export const clients: readonly ClientDialectId[] = clientDialectIds

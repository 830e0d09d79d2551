import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects } from '@sluice/core/ir/read.ts'
import { type Answer, answerText, withHeaders } from '@sluice/testkit/answer.ts'
import { readRanking, readVectors } from '@sluice/testkit/facts/task-facts.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { GatewayReply } from '@sluice/testkit/fidelity/judge.ts'
import { loadRecordings, type Recording } from '@sluice/testkit/recordings.ts'
import { replay } from '@sluice/testkit/replay.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

export type TaskKind = 'embeddings' | 'reranking' | 'moderations' | 'counts' | 'completions'

/** One recorded exchange of a task, and how its provider is asked. */
export interface TaskRecording {
  readonly recording: Recording
  readonly kind: TaskKind
  /** The provider's entry in the configuration, without name, address and key. */
  readonly provider: string
  /** The wire, for the table. */
  readonly wire: string
}

/** A client's way to ask, as the table names it. */
export interface TaskClient {
  readonly name: string
  readonly kind: TaskKind
  ask(model: string, size: number): { readonly path: string; readonly body: JsonObject }
}

/** Every recorded exchange of a task. Reports about usage are recorded under the same operations and are none. */
export function loadTaskRecordings(): readonly TaskRecording[] {
  return loadRecordings(() => true).flatMap((recording) => {
    const found = recording.request.method === 'GET' ? undefined : describeTask(recording)
    return found ? [{ recording, ...found }] : []
  })
}

function describeTask({ operation, provider, model }: Recording): Omit<TaskRecording, 'recording'> | undefined {
  const tasked = (kind: TaskKind, task: string, wire: string): Omit<TaskRecording, 'recording'> => ({
    kind,
    wire,
    provider: `dialect: openai-chat, tasks: { ${task}: ${wire} }`,
  })
  switch (operation) {
    case 'embeddings':
      return tasked('embeddings', 'embed', embedWires[provider] ?? 'openai-embeddings')
    case 'predict':
      return tasked('embeddings', 'embed', 'vertex-predict')
    case 'rerank':
      return tasked('reranking', 'rerank', rerankWires[provider] ?? 'jina-rerank')
    case 'moderations':
      return tasked('moderations', 'moderate', 'openai-moderations')
    case 'completions':
      return tasked('completions', 'complete', 'text')
    case 'messages.count_tokens':
      return counted('anthropic-messages', 'anthropic-messages')
    case 'responses.input_tokens':
      return counted('openai-responses', 'openai-responses')
    case 'count_tokens':
      if (provider === 'bedrock') return counted('bedrock-converse', 'bedrock-converse')
      return counted('gemini', provider === 'vertex' ? 'vertex-gemini' : 'gemini')
    case 'invoke':
      if (/embed/.test(model)) return tasked('embeddings', 'embed', 'bedrock-invoke')
      return /rerank/.test(model) ? tasked('reranking', 'rerank', 'bedrock-invoke') : undefined
    default:
      return undefined
  }
}

function counted(dialect: string, wire: string): Omit<TaskRecording, 'recording'> {
  return { kind: 'counts', wire, provider: `dialect: ${dialect}, tasks: { count: ${wire} }` }
}

const embedWires: Readonly<Record<string, string>> = {
  mistral: 'mistral-embeddings',
  voyage: 'voyage-embeddings',
  perplexity: 'perplexity-embeddings',
  cohere: 'cohere-embed',
  google: 'gemini-embed',
  vertex: 'vertex-predict',
  huggingface: 'tei-embed',
}

const rerankWires: Readonly<Record<string, string>> = { voyage: 'voyage-rerank', bedrock: 'bedrock-agent' }

const texts = (size: number): readonly string[] => Array.from({ length: size }, (_, index) => `text ${index}`)
const part = (text: string): JsonObject => ({ content: { parts: [{ text }] } })

/** Every client there is for a task. */
export const taskClients: readonly TaskClient[] = [
  embedder('openai', (model, size) => ['/v1/embeddings', { model, input: texts(size) }]),
  embedder('openai, base64', (model, size) => [
    '/v1/embeddings',
    { model, input: texts(size), encoding_format: 'base64' },
  ]),
  embedder('gemini', (model, size) =>
    size === 1
      ? [`/v1beta/models/${model}:embedContent`, part('text 0')]
      : [`/v1beta/models/${model}:batchEmbedContents`, { requests: texts(size).map(part) }],
  ),
  embedder('cohere v1', (model, size) => ['/v1/embed', { model, texts: texts(size), input_type: 'search_document' }]),
  embedder('cohere v2', (model, size) => [
    '/v2/embed',
    { model, texts: texts(size), input_type: 'search_document', embedding_types: ['float'] },
  ]),
  reranker('cohere v1, jina', '/v1/rerank', {}),
  reranker('cohere v2', '/v2/rerank', {}),
  reranker('voyage', '/v1/rerank', { truncation: true }),
  client('openai', 'moderations', (model, size) => ['/v1/moderations', { model, input: texts(size) }]),
  client('openai-responses', 'counts', (model) => ['/v1/responses/input_tokens', { model, input: 'Hello.' }]),
  client('anthropic-messages', 'counts', (model) => [
    '/v1/messages/count_tokens',
    { model, messages: [{ role: 'user', content: 'Hello.' }] },
  ]),
  client('gemini', 'counts', (model) => [
    `/v1beta/models/${model}:countTokens`,
    { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] },
  ]),
  client('text', 'completions', (model) => ['/v1/completions', { model, prompt: 'Hello' }]),
  client('fim', 'completions', (model) => ['/v1/fim/completions', { model, prompt: 'Hello', suffix: '.' }]),
]

type Ask = (model: string, size: number) => readonly [path: string, body: JsonObject]

function client(name: string, kind: TaskKind, ask: Ask): TaskClient {
  return {
    name,
    kind,
    ask(model, size) {
      const [path, body] = ask(model, size)
      return { path, body }
    },
  }
}

function embedder(name: string, ask: Ask): TaskClient {
  return client(name, 'embeddings', ask)
}

function reranker(name: string, path: string, more: JsonObject): TaskClient {
  return client(name, 'reranking', (model, size) => [path, { model, query: 'Which?', documents: texts(size), ...more }])
}

/** A recorded answer holds as many as were asked about; an error says nothing of it. */
export function sizeOf({ recording: { response, request }, kind }: TaskRecording): number {
  const { body } = response
  if (response.status >= 400) return 1
  if (kind === 'embeddings') return (asArray(readVectors(body).values) ?? []).length
  if (kind === 'reranking') {
    const asked = asArray(asObject(request.body)?.['documents'])?.length ?? 0
    const indexes = (asArray(readRanking(body).values) ?? []).map((each) => asNumber(asArray(each)?.[0]) ?? 0)
    return Math.max(asked, 1, ...indexes.map((each) => each + 1))
  }
  return kind === 'moderations' ? asObjects(asObject(body)?.['results']).length : 1
}

/** A gateway in front of a provider for every recording. */
export interface TaskReplay extends AsyncDisposable {
  readonly gateway: TestGateway
  ask(task: TaskRecording, asking: TaskClient): Promise<GatewayReply>
}

export async function openTaskReplay(all: readonly TaskRecording[]): Promise<TaskReplay> {
  const provider = await startFakeProvider({
    answer: ({ path }) => {
      const found = all[Number(/^\/r(\d+)\//.exec(path)?.[1])]
      return found ? play(found.recording) : answerText(`no such recording: ${path}`, { status: 599 })
    },
  })
  const lines = all.map(
    ({ provider: entry }, index) =>
      `  r${index}: { ${entry}, base_url: ${provider.url}/r${index}/v1, api_key: canary-task-0123456789, discover: false }`,
  )
  const gateway = await startTestGateway(`providers:\n${lines.join('\n')}\nsettings: { detect: false }\n`)
  return {
    gateway,
    async ask(task, asking) {
      const { recording } = task
      const { path, body } = asking.ask(`r${all.indexOf(task)}/${modelName(recording)}`, sizeOf(task))
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(isStream(recording) ? { ...body, ...streamed } : body),
      })
      const headers: Record<string, string> = Object.fromEntries(response.headers)
      return { status: response.status, headers, body: await response.text() }
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await provider.stop()
    },
  }
}

const streamed: JsonObject = { stream: true, stream_options: { include_usage: true } }

function isStream({ response }: Recording): boolean {
  return response.format === 'sse'
}

/** One recorded stream came with the headers of another answer. */
function play(recording: Recording): Answer {
  const answer = replay(recording)
  return isStream(recording) ? withHeaders(answer, { 'content-type': 'text/event-stream' }) : answer
}

function modelName({ model }: Recording): string {
  return model === '' ? 'm' : decodeURIComponent(model).replaceAll('/', '-')
}

/** Whether this client may ask the provider what the recording answers. */
export function fits({ recording, kind }: TaskRecording, asking: TaskClient): boolean {
  if (kind !== asking.kind) return false
  // An old vLLM packs float64: only a client that gets those bytes as they are can have asked for them.
  return recording.provider !== 'vllm' || kind !== 'embeddings' || asking.name.startsWith('openai')
}

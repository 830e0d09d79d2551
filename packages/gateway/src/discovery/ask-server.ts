import type { Deadlines, ModelListShape, Provider, ServerFacts } from '@sluice/core/providers/provider.ts'
import { readBody } from '@sluice/core/upstream/read-body.ts'
import { type Transport, TransportError } from '@sluice/core/upstream/transport.ts'
import { type ModelList, readModelList } from './read-model-list.ts'

/** What one look at a server found. `models` is undefined where it answered no list. */
export type ServerAnswer =
  | ({ readonly isUp: true } & ServerList)
  /** `reason` holds no secret: an origin, a status, a limit. */
  | { readonly isUp: false; readonly reason: string }

/** What a server that is up has; undefined where it did not say. */
export type ServerList = { readonly [member in keyof ModelList]: ModelList[member] | undefined }

/** How to ask. */
export interface AskOptions {
  readonly transport: Transport
  /** For each of its questions. */
  readonly deadlines: Deadlines
}

const answerLimitBytes = 1024 * 1024

/**
 * Asks a server whether it is ready and which models it has, each in its own way. It is up when it says so, or, where it
 * has no way to say, when it lists its models. Never rejects for anything a server can do.
 */
export async function askServer(provider: Provider, facts: ServerFacts, options: AskOptions): Promise<ServerAnswer> {
  const ready = facts.readyPath === undefined ? undefined : await ask(provider, { path: facts.readyPath }, options)
  const isSilent = ready === undefined || ready.status === 404 || ready.status === 405
  if (!isSilent && ready.status !== 200) return down(ready)
  const { list, last } = await findList(provider, facts, options)
  if (list) return { isUp: true, ...list }
  return isSilent ? down(last) : { isUp: true, models: undefined, contextTokens: undefined, ownedBy: undefined }
}

interface Reply {
  /** 0: none came. */
  readonly status: number
  readonly text: string
}

function down({ status, text }: Reply): ServerAnswer {
  return { isUp: false, reason: status === 0 ? text : status === 200 ? 'It lists no models.' : `It answers ${status}.` }
}

/** The first of its lists that can be read. */
async function findList(
  provider: Provider,
  { lists }: ServerFacts,
  options: AskOptions,
): Promise<{ readonly list: ModelList | undefined; readonly last: Reply }> {
  let last: Reply = { status: 0, text: 'It has no list of models.' }
  for (const shape of lists) {
    last = await ask(provider, listQuestions[shape], options)
    const list = last.status === 200 ? readModelList(shape, last.text) : undefined
    if (list) return { list, last }
    if (last.status === 0) break
  }
  return { list: undefined, last }
}

interface Question {
  /** From the server's root; without one, `/models` below its base URL. */
  readonly path?: string
  readonly method?: 'GET' | 'POST'
}

/**
 * Where servers list their models (seen 2026-11-21): https://docs.ollama.com/api/tags,
 * https://lmstudio.ai/docs/developer/rest/endpoints, https://huggingface.co/docs/text-generation-inference/reference/api_reference,
 * https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_model_repository.html
 */
const listQuestions: Readonly<Record<ModelListShape, Question>> = {
  models: {},
  'native-models': { path: '/api/v0/models' },
  tags: { path: '/api/tags' },
  info: { path: '/info' },
  'repository-index': { path: '/v2/repository/index', method: 'POST' },
}

/** The base URL without the `/v1` or `/api` it ends in: a server's other routes stand beside that, not below it. */
export function rootOf(baseUrl: string): string {
  return baseUrl.replace(/\/(?:v\d+|api)$/, '')
}

async function ask(provider: Provider, { path, method = 'GET' }: Question, options: AskOptions): Promise<Reply> {
  const { baseUrl, origin, apiKey, headers } = provider
  const sent: Record<string, string> = { accept: 'application/json', 'user-agent': 'sluice' }
  if (apiKey) sent['authorization'] = `Bearer ${apiKey.reveal()}`
  for (const name of Object.keys(headers)) sent[name.toLowerCase()] = headers[name]?.reveal() ?? ''
  try {
    const answer = await options.transport.send({
      url: path === undefined ? `${baseUrl}/models` : rootOf(baseUrl) + path,
      origin,
      method,
      headers: sent,
      deadlines: options.deadlines,
    })
    const text = new TextDecoder().decode(await readBody(answer.body, answerLimitBytes))
    return { status: answer.status, text }
  } catch (error) {
    if (error instanceof TransportError) return { status: 0, text: error.message }
    throw error
  }
}

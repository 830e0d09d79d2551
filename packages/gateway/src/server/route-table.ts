import type { CatalogAsk } from '@sluice/core/call/listing/answer-list.ts'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { type ClientTask, clientTasks } from '@sluice/core/tasks/client-task.ts'
import type { CompletionWireId } from '@sluice/core/tasks/task-id.ts'

/** What a route does once its caller is known. */
export type RouteAction =
  | 'generate'
  | 'list-models'
  | 'show-model'
  | 'catalog'
  | 'refuse-upgrade'
  | 'pass-through'
  | 'live'
  | 'ready'
  | 'hello'

/** One route, complete: nothing about who may call it, how much it may send or how long it may take is implied. */
export interface Route {
  /** The name in the log. */
  readonly name: string
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** A literal path, or one with a single `{model}` that may hold slashes. `/v1` and `/api/v1` are prefixes, not paths. */
  readonly path: string
  readonly action: RouteAction
  /** Whose words its errors are in, unless its task has words of its own. */
  readonly dialect: ClientDialectId
  /** What `generate` asks for here, when it is no answer in words. */
  readonly task?: ClientTask
  /** A text is to be completed, and no conversation answered. */
  readonly form?: CompletionWireId
  /** What `catalog` is asked for here. */
  readonly ask?: CatalogAsk
  readonly auth: 'key' | 'none'
  /** Largest body in bytes; `configured` is the setting `body_limit`. */
  readonly bodyCap: number | 'configured'
  /** For reading the whole request. */
  readonly bodyDeadlineMs: number
  /** For the answer: `deployment` leaves it to the deadlines of the deployment that answers. */
  readonly answerDeadlineMs: number | 'deployment'
}

type Rest = Omit<Route, 'name' | 'method' | 'path' | 'action' | 'dialect'>

const call: Rest = { auth: 'key', bodyCap: 'configured', bodyDeadlineMs: 120_000, answerDeadlineMs: 'deployment' }
const look: Rest = { auth: 'key', bodyCap: 0, bodyDeadlineMs: 5_000, answerDeadlineMs: 5_000 }
const open: Rest = { auth: 'none', bodyCap: 0, bodyDeadlineMs: 5_000, answerDeadlineMs: 5_000 }

function post(path: string, action: RouteAction, dialect: ClientDialectId): Route {
  return { name: path, method: 'POST', path, action, dialect, ...call }
}

function ask(path: string, task: ClientTask, dialect: ClientDialectId = 'openai-chat'): Route {
  return { ...post(path, 'generate', dialect), task }
}

function complete(path: string, form: CompletionWireId): Route {
  return { ...post(path, 'generate', 'openai-chat'), form }
}

function get(path: string, action: RouteAction, dialect: ClientDialectId): Route {
  return { name: path, method: 'GET', path, action, dialect, ...look }
}

function catalog(path: string, about: CatalogAsk): Route {
  return { ...get(path, 'catalog', 'openai-chat'), ask: about }
}

/** Every route there is. Paths stand without `/v1`: each is served with it, without it, and under `/api/v1`. */
export const routes: readonly Route[] = [
  post('/chat/completions', 'generate', 'openai-chat'),
  post('/openai/deployments/{model}/chat/completions', 'generate', 'openai-chat'),
  complete('/completions', 'text'),
  complete('/openai/deployments/{model}/completions', 'text'),
  // DeepSeek's clients are pointed at `/beta` for this.
  complete('/beta/completions', 'text'),
  complete('/fim/completions', 'fim'),
  post('/responses', 'generate', 'openai-responses'),
  get('/responses', 'refuse-upgrade', 'openai-responses'),
  post('/messages', 'generate', 'anthropic-messages'),
  ask('/messages/count_tokens', clientTasks.count, 'anthropic-messages'),
  ask('/responses/input_tokens', clientTasks.count, 'openai-responses'),
  ask('/embeddings', clientTasks.openaiEmbeddings),
  ask('/openai/deployments/{model}/embeddings', clientTasks.openaiEmbeddings),
  ask('/embed', clientTasks.cohereV1Embed),
  ask('/v2/embed', clientTasks.cohereV2Embed),
  ask('/rerank', clientTasks.rerank),
  ask('/v2/rerank', clientTasks.cohereV2Rerank),
  ask('/moderations', clientTasks.moderations),
  post('/models/{model}:generateContent', 'generate', 'gemini'),
  post('/models/{model}:streamGenerateContent', 'generate', 'gemini'),
  ask('/models/{model}:countTokens', clientTasks.count, 'gemini'),
  ask('/models/{model}:embedContent', clientTasks.geminiEmbed, 'gemini'),
  ask('/models/{model}:batchEmbedContents', clientTasks.geminiBatchEmbed, 'gemini'),
  // Google's clients take a name with a slash for a whole path (`tunedModels/x`), and so leave out `/models`.
  post('/{model}:generateContent', 'generate', 'gemini'),
  post('/{model}:streamGenerateContent', 'generate', 'gemini'),
  ask('/{model}:countTokens', clientTasks.count, 'gemini'),
  ask('/{model}:embedContent', clientTasks.geminiEmbed, 'gemini'),
  ask('/{model}:batchEmbedContents', clientTasks.geminiBatchEmbed, 'gemini'),
  catalog('/models/count', 'count'),
  catalog('/models/user', 'models-of-key'),
  catalog('/models/{model}/endpoints', 'endpoints'),
  catalog('/model/{model}', 'model'),
  catalog('/providers', 'providers'),
  catalog('/endpoints/zdr', 'zdr'),
  catalog('/embeddings/models', 'embeddings'),
  get('/models', 'list-models', 'openai-chat'),
  get('/models/{model}', 'show-model', 'openai-chat'),
  { name: '/health/live', method: 'GET', path: '/health/live', action: 'live', dialect: 'openai-chat', ...open },
  { name: '/health/ready', method: 'GET', path: '/health/ready', action: 'ready', dialect: 'openai-chat', ...open },
  // Claude Code asks this before its first turn; any 200 will do.
  { name: '/api/hello', method: 'HEAD', path: '/api/hello', action: 'hello', dialect: 'anthropic-messages', ...open },
  { name: '/api/hello', method: 'GET', path: '/api/hello', action: 'hello', dialect: 'anthropic-messages', ...open },
]

/** What `/{provider}/...` is asked by. */
const passMethods: readonly Route['method'][] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * `/{provider}/...` by method, for paths that no other route has and whose first segment is a provider. Errors are in
 * the words of that provider's dialect.
 */
export const passRoutes: readonly Route[] = passMethods.map((method) => {
  const body = method === 'GET' || method === 'HEAD' ? { bodyCap: 0 } : {}
  return {
    name: '/{provider}',
    method,
    path: '/{provider}',
    action: 'pass-through',
    dialect: 'openai-chat',
    ...call,
    ...body,
  }
})

/** What is missing or senseless in a table of routes; the process refuses to start unless this is empty. */
export function checkRoutes(table: readonly Route[]): readonly string[] {
  const problems: string[] = []
  const seen = new Set<string>()
  for (const route of table) {
    const label = `${route.method} ${route.path}`
    if (seen.has(label)) problems.push(`${label} is declared twice`)
    seen.add(label)
    if (route.auth !== 'key' && route.auth !== 'none') problems.push(`${label} does not declare its auth`)
    if (route.bodyCap !== 'configured' && !(route.bodyCap >= 0)) problems.push(`${label} does not declare its body cap`)
    if (!(route.bodyDeadlineMs > 0)) problems.push(`${label} does not declare its body deadline`)
    const answers = route.answerDeadlineMs === 'deployment' || route.answerDeadlineMs > 0
    if (!answers) problems.push(`${label} does not declare its answer deadline`)
    if (route.auth === 'none' && route.bodyCap !== 0) problems.push(`${label} takes a body from anybody`)
  }
  return problems
}

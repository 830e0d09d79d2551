import { providerDialects } from '../../dialects/registry.ts'
import type { CodecContext, FailedAnswer, Lose, ProviderDialect } from '../../ir/dialect.ts'
import type { Failure, Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { Loss } from '../../ir/request.ts'
import type { Deployment, Provider } from '../../providers/provider.ts'
import type { FailureWords } from '../../tasks/failure-words.ts'
import { modelPath } from '../../tasks/model-path.ts'
import { addressOf, tasks } from '../../tasks/registry.ts'
import { badAnswer, type Task, type TaskRelay, type TaskShape, type TaskWire } from '../../tasks/task.ts'
import type { TaskAddress, TaskId } from '../../tasks/task-id.ts'
import type { AdmittedCall } from '../admit.ts'
import type { ClientCall } from '../client-call.ts'
import type { WholeReading } from '../exchange.ts'
import { spliceMembers } from '../json-members.ts'
import { tooStrict } from '../translate.ts'
import type { TaskExchange, TaskPiece } from './task-exchange.ts'

/** What opening an exchange needs beside the call. */
export interface TaskAttempt {
  readonly admitted: AdmittedCall
  readonly deployment: Deployment
  readonly context: CodecContext
  readonly losses: Loss[]
}

/** Decides between relay and translation for a task, and prepares its requests. */
export function openTask(call: ClientCall, id: TaskId, attempt: TaskAttempt): Result<TaskExchange> {
  switch (id) {
    case 'embed':
      return open(call, tasks.embed, attempt)
    case 'rerank':
      return open(call, tasks.rerank, attempt)
    case 'moderate':
      return open(call, tasks.moderate, attempt)
  }
}

/** One attempt's way to speak: the client's shape, the provider's wire. */
interface Ways<Request, Response> {
  readonly task: Task<Request, Response>
  readonly shape: TaskShape<Request, Response>
  readonly wire: TaskWire<Request, Response>
  readonly address: TaskAddress
  readonly maxBatch: number | undefined
}

function open<Request, Response>(
  call: ClientCall,
  task: Task<Request, Response>,
  attempt: TaskAttempt,
): Result<TaskExchange> {
  const { provider, model } = attempt.deployment
  const { body } = attempt.admitted.envelope
  const address = addressOf(task.id, provider)
  const wire = address && task.wires[address.wire]
  const named = call.task?.shape ?? ''
  const shape = task.shapes[task.shapeOf?.(named, body) ?? named]
  if (!address || !wire) return { ok: false, failure: cannotDo(task.id, provider.name) }
  if (!shape) throw new Error(`The task '${task.id}' has no shape '${named}'.`)
  const maxBatch = address.maxBatch ?? wire.maxBatch?.(model)
  const ways: Ways<Request, Response> = { task, shape, wire, address, maxBatch }
  const relay = wire.relay?.({ shape: shape.id, body, model, maxBatch })
  if (relay) return { ok: true, value: createRelay(relay, ways, attempt) }
  return createTranslation(call, ways, attempt)
}

function cannotDo(task: TaskId, provider: string): Failure {
  const message = `Provider '${provider}' offers no ${names[task]}. Use a model of another provider.`
  return { kind: 'unsupported', message, retry: 'other-target', param: 'model', code: 'unsupported_task' }
}

const names: Readonly<Record<TaskId, string>> = { embed: 'embeddings', rerank: 'reranking', moderate: 'moderations' }

function createRelay<Request, Response>(
  relay: TaskRelay,
  { shape, wire, address }: Ways<Request, Response>,
  { admitted, deployment }: TaskAttempt,
): TaskExchange {
  const { text, members } = admitted.envelope
  const path = relay.path
  return {
    mode: 'relay',
    isSameWords: shape.words === wire.words,
    pieces: [
      {
        path: pathFor(path, address, deployment.model),
        headers: {},
        takeBody: () => spliceMembers(text, members, relay.edits),
      },
    ],
    read: ([answer = '']) => relay.read(answer),
    readFailure: failureReader(wire, deployment),
  }
}

function createTranslation<Request, Response>(
  call: ClientCall,
  ways: Ways<Request, Response>,
  attempt: TaskAttempt,
): Result<TaskExchange> {
  const { task, shape, wire, maxBatch } = ways
  const { admitted, deployment, losses } = attempt
  const lose: Lose = (loss) => losses.push({ side: 'request', ...loss })
  const wireRequest = { body: admitted.envelope.body, model: admitted.model, stream: false }
  const decoded = shape.decodeRequest(wireRequest, lose)
  if (!decoded.ok) return decoded
  const requests = task.split(decoded.value, maxBatch)
  if (requests.length > mostPieces) return tooMany(requests.length, deployment.provider.name)
  const bodies: JsonObject[] = []
  for (const request of requests) {
    // A loss is a matter of the whole question: it is told for its first piece.
    const body = wire.encodeRequest(request, deployment.model, bodies.length === 0 ? lose : ignore)
    if (!body.ok) return body
    bodies.push(body.value)
  }
  if (call.isStrict && losses.length > 0) return { ok: false, failure: tooStrict(losses) }
  return {
    ok: true,
    value: {
      mode: 'translate',
      isSameWords: shape.words === wire.words,
      pieces: requests.map((request, index) => createPiece(request, bodies[index] ?? {}, { ways, deployment })),
      read: (texts) => readAnswers(texts, { ...ways, ...attempt, request: decoded.value, requests }),
      readFailure: failureReader(wire, deployment),
    },
  }
}

const ignore: Lose = () => undefined

/** Requests to a provider that one call may cost: as many as OpenAI takes inputs at once. */
const mostPieces = 2048

function tooMany(pieces: number, provider: string): Result<never> {
  const message = `Provider '${provider}' would have to be asked ${pieces} times, and a call may ask ${mostPieces} times; send fewer inputs.`
  return { ok: false, failure: { kind: 'too-large', message, retry: 'other-target', param: 'input' } }
}

function createPiece<Request, Response>(
  request: Request,
  body: JsonObject,
  { ways, deployment }: { readonly ways: Ways<Request, Response>; readonly deployment: Deployment },
): TaskPiece {
  const { wire, address } = ways
  return {
    path: pathFor(wire.path(deployment.model, request), address, deployment.model),
    headers: {},
    takeBody: () => JSON.stringify(body),
  }
}

function pathFor(own: string, { path }: TaskAddress, model: string): string {
  return path === undefined ? own : path.replaceAll('{model}', modelPath(model))
}

function failureReader<Request, Response>(
  wire: TaskWire<Request, Response>,
  { provider }: Deployment,
): (answer: FailedAnswer) => Failure {
  const dialect = dialectOf(wire.words)
  return (answer) => dialect.decodeFailure(answer, provider.name)
}

/** The reader of chat errors knows all the shapes but Google's. */
function dialectOf(words: FailureWords): ProviderDialect {
  return providerDialects[words === 'gemini' ? 'gemini' : 'openai-chat']
}

interface Answering<Request, Response> extends Ways<Request, Response>, TaskAttempt {
  readonly request: Request
  readonly requests: readonly Request[]
}

function readAnswers<Request, Response>(
  texts: readonly string[],
  { task, shape, wire, request, requests, context, losses, deployment }: Answering<Request, Response>,
): WholeReading {
  const responses: Response[] = []
  const { provider } = deployment
  for (const [index, piece] of requests.entries()) {
    const body = parseAny(texts[index] ?? '')
    const read = body === undefined ? badAnswer('is no JSON') : wire.decodeResponse(body, piece)
    if (!read.ok) return failed(told(body, provider, wire) ?? read.failure)
    responses.push(read.value)
  }
  const whole = task.join(responses)
  const lose: Lose = (loss) => losses.push({ side: 'response', ...loss })
  const answer = shape.encodeResponse(whole, { request, context, model: deployment.model }, lose)
  return { body: JSON.stringify(answer), usage: task.usageOf(whole), finish: null, failure: undefined }
}

function failed(failure: Failure): WholeReading {
  return { body: '', usage: undefined, finish: null, failure }
}

/** Some hosts tell of an error with status 200. */
function told(
  body: Json | undefined,
  { name }: Provider,
  { words }: { readonly words: FailureWords },
): Failure | undefined {
  if (asObject(body)?.['error'] === undefined) return undefined
  return dialectOf(words).decodeFailure({ status: 502, headers: {}, body: JSON.stringify(body) }, name)
}

/** Answers of some servers are lists. */
function parseAny(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

import { unknownModel } from '@sluice/core/call/admit.ts'
import type { CallPorts } from '@sluice/core/call/call-ports.ts'
import type { ClientCall } from '@sluice/core/call/client-call.ts'
import { handleCall } from '@sluice/core/call/handle-call.ts'
import { internalFailure } from '@sluice/core/call/internal-failure.ts'
import { answerCatalog, type CatalogAsk } from '@sluice/core/call/listing/answer-list.ts'
import { reachableModel } from '@sluice/core/call/listing/reachable-models.ts'
import type { Snapshot, VirtualKey } from '@sluice/core/call/snapshot.ts'
import { clientDialects, completionClients } from '@sluice/core/dialects/registry.ts'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Failure } from '@sluice/core/ir/failure.ts'
import { encodeTaskFailure, type FailureWords } from '@sluice/core/tasks/failure-words.ts'
import { answerPass, matchPass, passFailure } from './answer-pass.ts'
import { passHeaders } from './client-headers.ts'
import { chooseListShape, listModels, showModel } from './list-models.ts'
import type { NoRoute, RouteMatch, RouteMatcher } from './match-route.ts'
import { type BodyBudget, type BodyWatch, readRequestBody } from './read-request-body.ts'
import {
  allowHeader,
  badTarget,
  type CallerCheck,
  goingAway,
  noRoute,
  onlyPost,
  refuseCaller,
  takesNoBody,
  upgradeRequired,
} from './refusals.ts'
import { type RequestLine, readRequestLine } from './request-line.ts'
import type { Route } from './route-table.ts'
import { type CallGate, type SetPatience, sendAnswer } from './send-answer.ts'

/** What the front needs of the rest of the house. */
export interface FrontParts {
  readonly holder: { readonly current: Snapshot }
  readonly authenticate: (request: Request, snapshot: Snapshot) => CallerCheck
  readonly ports: CallPorts
  readonly match: RouteMatcher
  readonly budget: BodyBudget
  readonly watch: BodyWatch
  readonly gate: CallGate
}

/** Answers one HTTP request. Never rejects for anything a client or an upstream can do. */
export type RequestHandler = (request: Request, setPatience: SetPatience) => Promise<Response>

interface Caller {
  readonly request: Request
  readonly line: RequestLine
  readonly match: RouteMatch
  readonly snapshot: Snapshot
  readonly key: VirtualKey
  readonly setPatience: SetPatience
}

export function createRequestHandler(parts: FrontParts): RequestHandler {
  return async (request, setPatience) => {
    const line = readRequestLine(request)
    if (!line) return failureResponse('openai-chat', badTarget, close)
    const match = parts.match(request.method, line.path)
    if (!('route' in match)) return answerUnmatched(request, { line, match, setPatience }, parts)
    const { route, isBeta } = match
    const dialect = isBeta ? 'gemini' : voiceOf(route)
    if (route.bodyCap === 0 && hasBody(request)) return failureResponse(dialect, takesNoBody, close)
    if (route.auth === 'none') return answerOpenly(match, parts.gate)
    if (parts.gate.isShut) return failureResponse(dialect, goingAway, close)
    const snapshot = parts.holder.current
    const caller = parts.authenticate(request, snapshot)
    if (caller.kind !== 'virtual-key') return refuse(request, dialect, refuseCaller[caller.kind])
    return answerCaller({ request, line, match, snapshot, key: caller.key, setPatience }, parts)
  }
}

interface Unmatched {
  readonly line: RequestLine
  readonly match: NoRoute
  readonly setPatience: SetPatience
}

/** A path of no route of ours may be one of a provider's own. */
function answerUnmatched(
  request: Request,
  { line, match: { allowed, dialect }, setPatience }: Unmatched,
  parts: FrontParts,
): Promise<Response> | Response {
  const snapshot = parts.holder.current
  const match = allowed.length === 0 ? matchPass(request.method, line.path, snapshot) : undefined
  if (!match) return refuse(request, dialect, noRoute(line.path, allowed), allowHeader(allowed))
  if (match.route.bodyCap === 0 && hasBody(request)) return passFailure(takesNoBody, match.dialect)
  if (parts.gate.isShut) return passFailure(goingAway, match.dialect)
  const caller = parts.authenticate(request, snapshot)
  if (caller.kind !== 'virtual-key') return passFailure(refuseCaller[caller.kind], match.dialect)
  return answerPass({ request, match, snapshot, key: caller.key, setPatience }, parts)
}

function hasBody({ headers }: Request): boolean {
  const length = headers.get('content-length')
  return (length !== null && length !== '0') || headers.has('transfer-encoding')
}

/**
 * Refuses a request whose body nobody has read. A chunked one is answered a turn later and its connection closed: were
 * its rest malformed, Bun would answer that as well, and one request would have two answers.
 */
async function refuse(
  request: Request,
  dialect: Voice,
  failure: Failure,
  extra?: Record<string, string>,
): Promise<Response> {
  if (!request.headers.has('transfer-encoding')) return failureResponse(dialect, failure, extra)
  await new Promise((resolve) => setImmediate(resolve))
  return failureResponse(dialect, failure, { ...extra, ...close })
}

async function answerCaller(caller: Caller, parts: FrontParts): Promise<Response> {
  const { request, line, match, snapshot, key } = caller
  const query = line.query ?? noQuery
  switch (match.route.action) {
    case 'list-models': {
      const shape = chooseListShape(request.headers, query, match.isBeta)
      if (match.isOpenRouter && shape === 'superset') return answerFromCatalog(caller, 'models', parts.ports)
      return jsonResponse(listModels(key, snapshot, shape))
    }
    case 'show-model': {
      const name = match.model ?? ''
      const shape = chooseListShape(request.headers, query, match.isBeta)
      const found = reachableModel(name, key, snapshot)
      if (found) return jsonResponse(showModel(found, shape))
      const dialect = shape === 'gemini' ? 'gemini' : match.route.dialect
      return failureResponse(dialect, unknownModel(name, key, snapshot))
    }
    case 'catalog':
      return answerFromCatalog(caller, match.route.ask ?? 'models', parts.ports)
    case 'refuse-upgrade':
      return request.headers.has('upgrade')
        ? failureResponse(match.route.dialect, upgradeRequired, close)
        : failureResponse(match.route.dialect, onlyPost, allowHeader(['POST']))
    case 'generate':
      return answerCall(caller, parts)
    case 'pass-through':
    case 'live':
    case 'ready':
    case 'hello':
      return answerOpenly(match, parts.gate)
  }
}

/** OpenRouter's catalogue. */
function answerFromCatalog({ line, match, snapshot, key }: Caller, ask: CatalogAsk, ports: CallPorts): Response {
  const query = line.query ?? noQuery
  const { model } = match
  const answer = answerCatalog({ ask, model, query, key, snapshot, nowSeconds: ports.unixSeconds() })
  if (!answer.ok) return failureResponse(match.route.dialect, answer.failure)
  return new Response(answer.value.body, { headers: { 'content-type': answer.value.contentType } })
}

function jsonResponse(body: string): Response {
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}

/** From here on the connection waits for us, and what it waits for has deadlines of its own. */
async function answerCall(caller: Caller, { ports, budget, watch, gate }: FrontParts): Promise<Response> {
  const { request, match, snapshot, setPatience } = caller
  const { route } = match
  const capBytes = route.bodyCap === 'configured' ? snapshot.settings.bodyLimitBytes : route.bodyCap
  setPatience(0)
  gate.enter()
  const body = await readRequestBody(request, { capBytes, deadlineMs: route.bodyDeadlineMs, budget, watch })
  if (!body.ok) {
    gate.leave()
    return failureResponse(voiceOf(route), body.failure, close)
  }
  const onDone = once(() => {
    body.value.release()
    gate.leave()
  })
  const call = createCall(caller, body.value.text, ports)
  try {
    const answer = await handleCall(call, snapshot, ports)
    return sendAnswer(answer, request, { setPatience, onDone })
  } catch (bug) {
    onDone()
    ports.reportBug(bug, call.requestId)
    return failureResponse(voiceOf(route), internalFailure(call.requestId), close)
  }
}

function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) act()
    isDone = true
  }
}

/** What a request gets when its way to a call threw: reported, and told no more than that. */
export function createBugAnswer(ports: CallPorts): (bug: unknown) => Response {
  return (bug) => {
    const requestId = ports.newId('req_')
    ports.reportBug(bug, requestId)
    return failureResponse('openai-chat', internalFailure(requestId), close)
  }
}

function createCall({ request, line, match, key }: Caller, text: string, ports: CallPorts): ClientCall {
  const { route, model } = match
  const isGemini = route.dialect === 'gemini'
  return {
    requestId: ports.newId('req_'),
    route: route.name,
    codec: route.form ? completionClients[route.form] : clientDialects[route.dialect],
    form: route.form,
    text,
    pathModel: model,
    task: route.task,
    pathStream: saysStream(route),
    alwaysTellsUsage: match.isOpenRouter,
    framing: isGemini && line.query?.get('alt') !== 'sse' ? 'json-array' : 'sse',
    passHeaders: passHeaders(route.dialect, request.headers),
    passQuery: route.dialect === 'anthropic-messages' && line.query?.get('beta') === 'true' ? '?beta=true' : '',
    isStrict: request.headers.get('x-sluice-strict') === '1',
    key,
    signal: request.signal,
  }
}

/** Whether to stream, where the path says. A task's answer is always whole. */
function saysStream({ task, dialect, name }: Route): boolean | undefined {
  if (task) return false
  return dialect === 'gemini' ? name.endsWith(':streamGenerateContent') : undefined
}

function answerOpenly({ route }: RouteMatch, gate: CallGate): Response {
  if (route.action === 'ready' && gate.isDraining) return Response.json({ status: 'draining' }, { status: 503 })
  return Response.json({ status: 'ok' })
}

/** In whose words a failure is told: a dialect's, or a task's own. */
type Voice = ClientDialectId | FailureWords

function voiceOf({ task, dialect }: Route): Voice {
  return task?.words ?? dialect
}

/** A failure in these words. */
export function failureResponse(voice: Voice, failure: Failure, extra?: Record<string, string>): Response {
  const isTasks = voice === 'message' || voice === 'detail'
  const { status, headers, body } = isTasks
    ? encodeTaskFailure(voice, failure)
    : clientDialects[voice].encodeFailure(failure)
  return new Response(body, { status, headers: { ...headers, ...extra } })
}

const noQuery = new URLSearchParams()
const close: Record<string, string> = { connection: 'close' }

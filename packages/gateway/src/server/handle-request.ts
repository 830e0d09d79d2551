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
import type { Failure, Result } from '@sluice/core/ir/failure.ts'
import { encodeTaskFailure, type FailureWords } from '@sluice/core/tasks/failure-words.ts'
import { type HttpAnswer, jsonAnswer } from '../http/http-answer.ts'
import type { HttpRequest } from '../http/http-request.ts'
import type { HeadFault } from '../http/server-connection.ts'
import type { Ticker } from '../http/ticker.ts'
import { answerPass, matchPass, passFailure } from './answer-pass.ts'
import type { CallGate } from './call-gate.ts'
import { passHeaders } from './client-headers.ts'
import { chooseListShape, listModels, showModel } from './list-models.ts'
import type { NoRoute, RouteMatch, RouteMatcher } from './match-route.ts'
import { type BodyBudget, type RequestBody, readRequestBody } from './read-request-body.ts'
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

/** What the front needs of the rest of the house. */
export interface FrontParts {
  readonly holder: { readonly current: Snapshot }
  readonly authenticate: (request: HttpRequest, snapshot: Snapshot) => CallerCheck
  readonly ports: CallPorts
  readonly match: RouteMatcher
  readonly budget: BodyBudget
  readonly ticker: Ticker
  readonly gate: CallGate
}

/** Answers one HTTP request. Never rejects for anything a client or an upstream can do. */
export type RequestHandler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>

interface Caller {
  readonly request: HttpRequest
  readonly line: RequestLine
  readonly match: RouteMatch
  readonly snapshot: Snapshot
  readonly key: VirtualKey
}

export function createRequestHandler(parts: FrontParts): RequestHandler {
  return (request) => {
    const line = readRequestLine(request)
    if (!line) return failureAnswer('openai-chat', badTarget, close)
    const match = parts.match(request.method, line.path)
    if (!('route' in match)) return answerUnmatched(request, { line, match }, parts)
    const { route, isBeta } = match
    const dialect = isBeta ? 'gemini' : voiceOf(route)
    if (route.bodyCap === 0 && request.bodyBytes !== 0) return failureAnswer(dialect, takesNoBody, close)
    if (route.auth === 'none') return answerOpenly(match, parts.gate)
    if (parts.gate.isShut) return failureAnswer(dialect, goingAway, close)
    const snapshot = parts.holder.current
    const caller = parts.authenticate(request, snapshot)
    if (caller.kind !== 'virtual-key') return failureAnswer(dialect, refuseCaller[caller.kind], unread(request))
    return answerCaller({ request, line, match, snapshot, key: caller.key }, parts)
  }
}

interface Unmatched {
  readonly line: RequestLine
  readonly match: NoRoute
}

/** A path of no route of ours may be one of a provider's own. */
function answerUnmatched(
  request: HttpRequest,
  { line, match: { allowed, dialect } }: Unmatched,
  parts: FrontParts,
): Promise<HttpAnswer> | HttpAnswer {
  const snapshot = parts.holder.current
  const match = allowed.length === 0 ? matchPass(request.method, line.path, snapshot) : undefined
  if (!match)
    return failureAnswer(dialect, noRoute(line.path, allowed), { headers: allowHeader(allowed), ...unread(request) })
  if (match.route.bodyCap === 0 && request.bodyBytes !== 0) return passFailure(takesNoBody, match.dialect)
  if (parts.gate.isShut) return passFailure(goingAway, match.dialect)
  const caller = parts.authenticate(request, snapshot)
  if (caller.kind !== 'virtual-key') return passFailure(refuseCaller[caller.kind], match.dialect)
  return answerPass({ request, match, snapshot, key: caller.key }, parts)
}

function answerCaller(caller: Caller, parts: FrontParts): HttpAnswer | Promise<HttpAnswer> {
  const { request, line, match, snapshot, key } = caller
  const query = line.query ?? noQuery
  switch (match.route.action) {
    case 'list-models': {
      const shape = chooseListShape(request.headers, query, match.isBeta)
      if (match.isOpenRouter && shape === 'superset') return answerFromCatalog(caller, 'models', parts.ports)
      return jsonText(listModels(key, snapshot, shape))
    }
    case 'show-model': {
      const name = match.model ?? ''
      const shape = chooseListShape(request.headers, query, match.isBeta)
      const found = reachableModel(name, key, snapshot)
      if (found) return jsonText(showModel(found, shape))
      const dialect = shape === 'gemini' ? 'gemini' : match.route.dialect
      return failureAnswer(dialect, unknownModel(name, key, snapshot))
    }
    case 'catalog':
      return answerFromCatalog(caller, match.route.ask ?? 'models', parts.ports)
    case 'refuse-upgrade':
      return request.headers.has('upgrade')
        ? failureAnswer(match.route.dialect, upgradeRequired, close)
        : failureAnswer(match.route.dialect, onlyPost, { headers: allowHeader(['POST']) })
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
function answerFromCatalog({ line, match, snapshot, key }: Caller, ask: CatalogAsk, ports: CallPorts): HttpAnswer {
  const query = line.query ?? noQuery
  const { model } = match
  const answer = answerCatalog({ ask, model, query, key, snapshot, nowSeconds: ports.unixSeconds() })
  if (!answer.ok) return failureAnswer(match.route.dialect, answer.failure)
  return { status: 200, headers: { 'content-type': answer.value.contentType }, body: answer.value.body }
}

function jsonText(body: string): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body }
}

function answerCall(caller: Caller, parts: FrontParts): Promise<HttpAnswer> {
  const { request, match, snapshot } = caller
  const { bodyCap, bodyDeadlineMs } = match.route
  const capBytes = bodyCap === 'configured' ? snapshot.settings.bodyLimitBytes : bodyCap
  parts.gate.enter()
  const { budget, ticker } = parts
  const body = readRequestBody(request, { capBytes, deadlineMs: bodyDeadlineMs, budget, ticker })
  return body instanceof Promise
    ? body.then((read) => answerBody(caller, read, parts))
    : answerBody(caller, body, parts)
}

async function answerBody(caller: Caller, body: Result<RequestBody>, { ports, gate }: FrontParts): Promise<HttpAnswer> {
  if (!body.ok) {
    gate.leave()
    return failureAnswer(voiceOf(caller.match.route), body.failure, close)
  }
  const { value } = body
  const call = createCall(caller, value.takeText(), ports)
  const { status, headers, body: told } = await handleCall(call, caller.snapshot, ports)
  const onDone = (): void => {
    value.release()
    gate.leave()
  }
  return { status, headers, body: told, onDone }
}

/** What a request gets when its way to a call threw: reported, and told no more than that. */
export function createBugAnswer(ports: CallPorts): (bug: unknown) => HttpAnswer {
  return (bug) => {
    const requestId = ports.newId('req_')
    ports.reportBug(bug, requestId)
    return failureAnswer('openai-chat', internalFailure(requestId), close)
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

function answerOpenly({ route }: RouteMatch, gate: CallGate): HttpAnswer {
  if (route.action === 'ready' && gate.isDraining) return jsonAnswer({ status: 'draining' }, 503)
  return jsonAnswer({ status: 'ok' })
}

/** In whose words a failure is told: a dialect's, or a task's own. */
type Voice = ClientDialectId | FailureWords

function voiceOf({ task, dialect }: Route): Voice {
  return task?.words ?? dialect
}

/** What a client gets that sent something else than an HTTP request as we accept it. */
export function answerFault({ kind, message }: HeadFault): HttpAnswer {
  const status = kind === 'too-large' ? 431 : kind === 'too-slow' ? 408 : 400
  return failureAnswer('openai-chat', { kind: 'invalid-request', message, retry: 'never', status }, close)
}

/** A body in chunks that nobody reads ends where its sender says; the connection ends with it. */
function unread({ bodyBytes }: HttpRequest): FailureExtras {
  return bodyBytes === undefined ? close : {}
}

interface FailureExtras {
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly isLast?: boolean
}

/** A failure in these words. */
export function failureAnswer(
  voice: Voice,
  failure: Failure,
  { headers, isLast = false }: FailureExtras = {},
): HttpAnswer {
  const isTasks = voice === 'message' || voice === 'detail'
  const told = isTasks ? encodeTaskFailure(voice, failure) : clientDialects[voice].encodeFailure(failure)
  return { status: told.status, headers: { ...told.headers, ...headers }, body: told.body, isLast }
}

const noQuery = new URLSearchParams()
const close: FailureExtras = { isLast: true }

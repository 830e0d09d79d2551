import type { CallPorts } from '@sluice/core/call/call-ports.ts'
import { passDialect } from '@sluice/core/call/pass/find-provider.ts'
import type { PassCall } from '@sluice/core/call/pass/pass-call.ts'
import { encodePassFailure } from '@sluice/core/call/pass/pass-failure.ts'
import { passThrough } from '@sluice/core/call/pass/pass-through.ts'
import type { Snapshot, VirtualKey } from '@sluice/core/call/snapshot.ts'
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Failure } from '@sluice/core/ir/failure.ts'
import type { HttpAnswer } from '../http/http-answer.ts'
import type { HttpRequest } from '../http/http-request.ts'
import type { Ticker } from '../http/ticker.ts'
import type { CallGate } from './call-gate.ts'
import { type BodyBudget, readRequestBody } from './read-request-body.ts'
import { passRoutes, type Route } from './route-table.ts'

/** A request below `/{provider}/`, split. */
export interface PassMatch {
  readonly route: Route
  /** Whose words its errors are in. */
  readonly dialect: DialectId
  readonly providerName: string
  /** Begins with `/`. */
  readonly path: string
}

const belowProvider = /^\/([^/]{1,64})(\/.*)$/

/** The way of a path that no route has; undefined unless its first segment is a provider and the method is relayed. */
export function matchPass(method: string, path: string, snapshot: Snapshot): PassMatch | undefined {
  const [, providerName = '', rest = ''] = belowProvider.exec(path) ?? []
  const route = passRoutes.find((each) => each.method === method)
  const dialect = route && rest !== '' ? passDialect(providerName, snapshot) : undefined
  return route && dialect && { route, dialect, providerName, path: rest }
}

/** A request whose caller is known. */
export interface PassRequest {
  readonly request: HttpRequest
  readonly match: PassMatch
  readonly snapshot: Snapshot
  readonly key: VirtualKey
}

interface PassParts {
  readonly ports: CallPorts
  readonly budget: BodyBudget
  readonly ticker: Ticker
  readonly gate: CallGate
}

/** Reads the body under the route's cap and hands the request on. */
export async function answerPass(pass: PassRequest, { ports, budget, ticker, gate }: PassParts): Promise<HttpAnswer> {
  const { request, match, snapshot } = pass
  const { route } = match
  if (request.headers.has('upgrade')) return passFailure(noUpgrade, match.dialect)
  const capBytes = route.bodyCap === 'configured' ? snapshot.settings.bodyLimitBytes : route.bodyCap
  gate.enter()
  const body = await readRequestBody(request, { capBytes, deadlineMs: route.bodyDeadlineMs, budget, ticker })
  if (!body.ok) {
    gate.leave()
    return passFailure(body.failure, match.dialect)
  }
  const { value } = body
  const onDone = (): void => {
    value.release()
    gate.leave()
  }
  const answer = await passThrough(createPassCall(pass, value.takeBytes(), ports), snapshot, ports)
  return { ...answer, onDone }
}

/** A refusal before anything is passed on; the connection is closed, for a body may be left on it. */
export function passFailure(failure: Failure, dialect: DialectId): HttpAnswer {
  return { ...encodePassFailure(failure, dialect), isLast: true }
}

function createPassCall({ request, match, key }: PassRequest, bytes: Uint8Array, ports: CallPorts): PassCall {
  return {
    requestId: ports.newId('req_'),
    route: match.route.name,
    method: match.route.method,
    providerName: match.providerName,
    path: match.path,
    gatewayOrigin: originOf(request),
    query: queryOf(request.target),
    headers: request.headers.toRecord(),
    body: bytes.byteLength === 0 ? undefined : bytes,
    key,
    signal: request.signal,
  }
}

/** The Host header has been checked; whoever stands in front and ends TLS says so. */
function originOf({ headers }: HttpRequest): string {
  const scheme = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http'
  return `${scheme}://${headers.get('host') ?? ''}`
}

/** As it was written: a parsed query could not be put together the same again. */
function queryOf(target: string): string {
  const question = target.indexOf('?')
  return question < 0 ? '' : target.slice(question + 1)
}

const noUpgrade: Failure = {
  kind: 'upgrade-required',
  message: 'Pass-through relays HTTP, not WebSockets.',
  retry: 'never',
}

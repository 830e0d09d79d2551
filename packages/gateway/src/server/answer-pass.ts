import type { CallPorts } from '@sluice/core/call/call-ports.ts'
import { passDialect } from '@sluice/core/call/pass/find-provider.ts'
import type { PassCall } from '@sluice/core/call/pass/pass-call.ts'
import { encodePassFailure } from '@sluice/core/call/pass/pass-failure.ts'
import { passThrough } from '@sluice/core/call/pass/pass-through.ts'
import type { Snapshot, VirtualKey } from '@sluice/core/call/snapshot.ts'
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Failure } from '@sluice/core/ir/failure.ts'
import type { BodyBudget, BodyWatch } from './read-request-body.ts'
import { readRequestBytes } from './read-request-bytes.ts'
import { passRoutes, type Route } from './route-table.ts'
import { type CallGate, type SetPatience, sendAnswer } from './send-answer.ts'

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
  readonly request: Request
  readonly match: PassMatch
  readonly snapshot: Snapshot
  readonly key: VirtualKey
  readonly setPatience: SetPatience
}

interface PassParts {
  readonly ports: CallPorts
  readonly budget: BodyBudget
  readonly watch: BodyWatch
  readonly gate: CallGate
}

/** Reads the body under the route's cap and hands the request on. */
export async function answerPass(pass: PassRequest, { ports, budget, watch, gate }: PassParts): Promise<Response> {
  const { request, match, snapshot, setPatience } = pass
  const { route } = match
  if (request.headers.has('upgrade')) return passFailure(noUpgrade, match.dialect)
  const capBytes = route.bodyCap === 'configured' ? snapshot.settings.bodyLimitBytes : route.bodyCap
  setPatience(0)
  gate.enter()
  const body = await readRequestBytes(request, { capBytes, deadlineMs: route.bodyDeadlineMs, budget, watch })
  if (!body.ok) {
    gate.leave()
    return passFailure(body.failure, match.dialect)
  }
  const { bytes, release } = body.value
  let isDone = false
  const onDone = (): void => {
    if (isDone) return
    isDone = true
    release()
    gate.leave()
  }
  const answer = await passThrough(createPassCall(pass, bytes, ports), snapshot, ports)
  return sendAnswer(answer, request, { setPatience, onDone })
}

/** A refusal before anything is passed on; the connection is closed, for a body may be left on it. */
export function passFailure(failure: Failure, dialect: DialectId): Response {
  const { status, headers, body } = encodePassFailure(failure, dialect)
  return new Response(body, { status, headers: { ...headers, connection: 'close' } })
}

function createPassCall({ request, match, key }: PassRequest, bytes: Uint8Array, ports: CallPorts): PassCall {
  return {
    requestId: ports.newId('req_'),
    route: match.route.name,
    method: match.route.method,
    providerName: match.providerName,
    path: match.path,
    query: queryOf(request.url),
    headers: request.headers.toJSON(),
    body: bytes.byteLength === 0 ? undefined : bytes,
    key,
    signal: request.signal,
  }
}

/** As it was written: a parsed query could not be put together the same again. */
function queryOf(url: string): string {
  const question = url.indexOf('?')
  return question < 0 ? '' : url.slice(question + 1)
}

const noUpgrade: Failure = {
  kind: 'upgrade-required',
  message: 'Pass-through relays HTTP, not WebSockets.',
  retry: 'never',
}

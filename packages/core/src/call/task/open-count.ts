import { clientCounts, countWires } from '../../dialects/registry.ts'
import type { CountDialect, CountWire, Lose } from '../../ir/dialect.ts'
import { type Failure, invalidRequest, type Result } from '../../ir/failure.ts'
import { loseForeign } from '../../ir/foreign.ts'
import { parseObject } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import type { Deployment } from '../../providers/provider.ts'
import { badAnswer } from '../../tasks/task.ts'
import type { CountWireId } from '../../tasks/task-id.ts'
import { type AttemptCodec, codecsFor } from '../attempt-codec.ts'
import type { CallLife } from '../call-life.ts'
import type { CallPorts } from '../call-ports.ts'
import type { ClientCall } from '../client-call.ts'
import { estimateTokens } from '../estimate-tokens.ts'
import type { WholeReading } from '../exchange.ts'
import { spliceMembers } from '../json-members.ts'
import { findCrossing, guardedFields } from '../open-exchange.ts'
import { tooStrict } from '../translate.ts'
import type { TaskAttempt } from './open-task.ts'
import type { TaskExchange } from './task-exchange.ts'

/**
 * How many input tokens a request holds. A provider that can count is asked, in its own dialect; for any other the
 * gateway guesses, and the answer says so.
 */
export function openCount(
  call: ClientCall,
  attempt: TaskAttempt,
  { life, ports }: { readonly life: CallLife; readonly ports: CallPorts },
): Result<TaskExchange> {
  const { admitted, deployment } = attempt
  const counting = clientCounts[call.codec.id]
  if (!counting) return { ok: false, failure: notCountable }
  const guarded = guardedFields(call, admitted)
  const wireId = wireOf(deployment)
  const wire = wireId && countWires[wireId]
  const to = wire && codecsFor(deployment, admitted, { life, ports }).find(({ dialect }) => dialect.id === wire.dialect)
  const crossing = findCrossing(guarded, deployment.provider)
  if (crossing) return { ok: false, failure: crossing }
  const wireRequest = { body: admitted.envelope.body, model: admitted.model, stream: false }
  const decode = (): Result<GenerateRequest> => counting.decodeRequest(wireRequest, attempt.context)
  if (wire && to && wire.relays(call.codec.id, admitted.envelope.body))
    return orGuess(relayCount(call, attempt, wire), deployment, { counting, decode })
  const decoded = decode()
  if (!decoded.ok) return decoded
  if (!wire || !to) return { ok: true, value: guess(decoded.value, counting) }
  if (guarded.length > 0) return invalidRequest(`'${guarded[0]}' cannot be counted here.`, guarded[0])
  const translated = translateCount(call, decoded.value, { attempt, counting, wire, to })
  return orGuess(translated, deployment, { counting, decode })
}

/** Of a server nobody said that it counts, a 404 says that it does not. */
function orGuess(
  opened: Result<TaskExchange>,
  { provider }: Deployment,
  { counting, decode }: { readonly counting: CountDialect; readonly decode: () => Result<GenerateRequest> },
): Result<TaskExchange> {
  const isSaid = provider.tasks?.count !== undefined || provider.address !== undefined
  if (!opened.ok || isSaid) return opened
  const orElse = ({ upstream }: Failure): TaskExchange | undefined => {
    const request = upstream && withoutRoute.has(upstream.status) ? decode() : undefined
    return request?.ok ? guess(request.value, counting) : undefined
  }
  return { ok: true, value: { ...opened.value, orElse } }
}

/** How servers say that they have no such route. */
const withoutRoute: ReadonlySet<number> = new Set([404, 405, 501])

/** As the provider's address or file says, else as its dialect's own house does it. */
function wireOf({ provider, model }: Deployment): CountWireId | undefined {
  const { dialect, tasks, address } = provider
  if (address) return address.countsBy?.(model)
  if (tasks?.count !== undefined) return tasks.count === false ? undefined : tasks.count.wire
  return dialect === 'anthropic-messages' || dialect === 'gemini' ? dialect : undefined
}

function relayCount(call: ClientCall, { admitted, deployment }: TaskAttempt, wire: CountWire): Result<TaskExchange> {
  const { text, members } = admitted.envelope
  const { provider, model } = deployment
  const endpoint = wire.endpoint(model)
  const edits = call.pathModel === undefined ? { model: JSON.stringify(model) } : {}
  return {
    ok: true,
    value: {
      mode: 'relay',
      isSameWords: true,
      pieces: [
        {
          path: endpoint.path + call.passQuery,
          headers: { ...endpoint.headers, ...call.passHeaders },
          takeBody: () => spliceMembers(text, members, edits),
        },
      ],
      read: ([answer = '']) => readCount(answer, wire, () => answer),
      readFailure: (answer) => wire.decodeFailure(answer, provider.name),
    },
  }
}

interface Counting {
  readonly attempt: TaskAttempt
  readonly counting: CountDialect
  readonly wire: CountWire
  readonly to: AttemptCodec
}

function translateCount(
  call: ClientCall,
  request: GenerateRequest,
  { attempt, counting, wire, to }: Counting,
): Result<TaskExchange> {
  const { deployment, losses } = attempt
  const { provider, model } = deployment
  const lose: Lose = (loss) => losses.push({ side: 'request', ...loss })
  if (call.codec.id !== wire.dialect) loseForeign(request, wire.dialect, provider.name, lose)
  const body = wire.asCountBody(to.dialect.encodeRequest({ ...request, model }, to.options, lose), model)
  if (call.isStrict && losses.length > 0) return { ok: false, failure: tooStrict(losses) }
  const endpoint = wire.endpoint(model)
  return {
    ok: true,
    value: {
      mode: 'translate',
      isSameWords: false,
      pieces: [{ path: endpoint.path, headers: endpoint.headers, takeBody: () => JSON.stringify(body) }],
      read: ([answer = '']) => readCount(answer, wire, (tokens) => JSON.stringify(counting.encodeAnswer(tokens))),
      readFailure: (answer) => wire.decodeFailure(answer, provider.name),
    },
  }
}

function readCount(answer: string, wire: CountWire, write: (tokens: number) => string): WholeReading {
  const body = parseObject(answer)
  const tokens = body && wire.readAnswer(body)
  const nothing = { usage: undefined, finish: null }
  if (tokens === undefined) return { ...nothing, body: '', failure: badAnswer('holds no count').failure }
  return { ...nothing, body: write(tokens), failure: undefined }
}

function guess(request: GenerateRequest, counting: CountDialect): TaskExchange {
  const body = JSON.stringify(counting.encodeAnswer(estimateTokens(request)))
  return {
    mode: 'translate',
    isSameWords: false,
    pieces: [],
    read: () => ({ body, usage: undefined, finish: null, failure: undefined }),
    readFailure: () => notCountable,
  }
}

const notCountable: Failure = {
  kind: 'unsupported',
  message: 'This dialect has no way to ask for a token count.',
  retry: 'never',
}

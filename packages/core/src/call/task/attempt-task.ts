import type { Result } from '../../ir/failure.ts'
import type { Loss } from '../../ir/request.ts'
import type { Deadlines, Deployment } from '../../providers/provider.ts'
import type { CancelSignal } from '../../upstream/transport.ts'
import type { AdmittedCall } from '../admit.ts'
import { askProvider, type ProviderReply } from '../ask-provider.ts'
import { answerHeaders } from '../call-headers.ts'
import type { CallLife } from '../call-life.ts'
import type { CallPorts } from '../call-ports.ts'
import type { CallAnswer, ClientCall } from '../client-call.ts'
import { placeQuestion } from '../place-exchange.ts'
import { scrubFailure } from '../scrub.ts'
import { openCount } from './open-count.ts'
import { openTask, type TaskAttempt } from './open-task.ts'
import type { TaskExchange } from './task-exchange.ts'

interface Running {
  readonly call: ClientCall
  readonly deployment: Deployment
  readonly life: CallLife
  readonly ports: CallPorts
}

/** One try at one deployment for a task that is no answer in words: like `attemptCall`, and never streamed. */
export async function attemptTask(
  call: ClientCall,
  admitted: AdmittedCall,
  { deployment, life, ports }: { deployment: Deployment; life: CallLife; ports: CallPorts },
): Promise<Result<CallAnswer>> {
  const { provider } = deployment
  const losses: Loss[] = []
  const context = { provider: provider.name, createdAt: ports.unixSeconds(), newId: ports.newId }
  const opened = open(call, { admitted, deployment, context, losses }, { life, ports })
  life.beginAttempt(deployment, losses)
  life.isSameDialect = opened.ok && opened.value.isSameWords
  const answer = opened.ok ? await answerTask(opened.value, { call, deployment, life, ports }) : opened
  if (answer.ok) return answer
  const failure = scrubFailure(answer.failure, provider)
  life.failAttempt(failure)
  return { ok: false, failure }
}

function open(
  call: ClientCall,
  attempt: TaskAttempt,
  { life, ports }: Pick<Running, 'life' | 'ports'>,
): Result<TaskExchange> {
  const id = call.task?.id
  if (id === undefined) throw new Error('attemptTask is for calls that ask for a task')
  return id === 'count' ? openCount(call, attempt, { life, ports }) : openTask(call, id, attempt)
}

async function answerTask(exchange: TaskExchange, running: Running): Promise<Result<CallAnswer>> {
  const { call, deployment, life } = running
  life.mode = exchange.mode
  const replies = await askAll(exchange, running)
  const other = replies.ok ? undefined : exchange.orElse?.(replies.failure)
  if (other) return answerTask(other, running)
  if (!replies.ok) return replies
  life.markFirstByte()
  const reading = exchange.read(replies.value.map(({ text }) => text))
  if (reading.failure) return { ok: false, failure: reading.failure }
  life.succeed(200, reading)
  const [first] = replies.value
  const headers = answerHeaders({
    call,
    to: { deployment },
    losses: life.losses,
    upstream: first?.headers ?? {},
    mode: exchange.mode,
    costNanos: life.costNanos,
  })
  headers['content-type'] = 'application/json'
  if (!first) headers['x-sluice-estimate'] = '1'
  return { ok: true, value: { status: 200, headers, body: reading.body } }
}

/** Requests of one call under way at once: enough to be quick, few enough for a provider's limits. */
const mostAtOnce = 4

/** Asks for all pieces and gives their answers in order. The first failure calls the others off. */
async function askAll(exchange: TaskExchange, running: Running): Promise<Result<readonly ProviderReply[]>> {
  const { pieces } = exchange
  const { call, ports } = running
  const stop = new AbortController()
  const signal = pieces.length > 1 ? stop.signal : call.signal
  const leave = { handleEvent: (): void => stop.abort() }
  call.signal.addEventListener('abort', leave)
  if (call.signal.aborted) stop.abort()
  const replies: ProviderReply[] = []
  const startedMs = ports.nowMs()
  let next = 0
  let failed: Result<never> | undefined
  const work = async (): Promise<void> => {
    while (next < pieces.length && !failed) {
      const index = next++
      const reply = await askPiece(exchange, index, { running, signal, startedMs })
      if (reply.ok) replies[index] = reply.value
      else {
        failed ??= reply
        stop.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, pieces.length) }, work))
  call.signal.removeEventListener('abort', leave)
  return failed ?? { ok: true, value: replies }
}

async function askPiece(
  { pieces, readFailure }: TaskExchange,
  index: number,
  { running, signal, startedMs }: { running: Running; signal: CancelSignal; startedMs: number },
): Promise<Result<ProviderReply>> {
  const { deployment, life, ports } = running
  const piece = pieces[index]
  if (!piece) throw new Error(`There is no piece ${index}.`)
  const deadlines = whatIsLeft(deployment.deadlines, ports.nowMs() - startedMs)
  const limitBytes = life.snapshot.settings.answerLimitBytes
  const asked = { path: piece.path, headers: piece.headers, takeBody: (): string => piece.takeBody(), readFailure }
  const question = placeQuestion(asked, running.call.task?.id ?? 'count', deployment)
  return question.ok ? askProvider(question.value, { deployment, deadlines, limitBytes, signal, ports }) : question
}

/** The deadline for the whole attempt holds for all its pieces together. */
function whatIsLeft(deadlines: Deadlines, elapsedMs: number): Deadlines {
  return elapsedMs <= 0 ? deadlines : { ...deadlines, totalMs: Math.max(1, deadlines.totalMs - elapsedMs) }
}

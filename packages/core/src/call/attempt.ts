import type { Failure, Result } from '../ir/failure.ts'
import type { Deployment } from '../providers/provider.ts'
import { readBody } from '../upstream/read-body.ts'
import { createJsonArrayReader } from '../upstream/read-frames.ts'
import { TransportError, type UpstreamAnswer } from '../upstream/transport.ts'
import type { AdmittedCall } from './admit.ts'
import { AnswerStream, type AnswerStreamParts, openStream } from './answer-stream.ts'
import { type AttemptCodec, codecsFor } from './attempt-codec.ts'
import { answerHeaders, outboundHeaders } from './call-headers.ts'
import type { CallLife } from './call-life.ts'
import type { CallPorts } from './call-ports.ts'
import { chooseExchange } from './choose-exchange.ts'
import type { CallAnswer, ClientCall } from './client-call.ts'
import { completionCodec } from './complete-text.ts'
import type { Exchange, StreamTranscoder } from './exchange.ts'
import { decodeRequest } from './open-exchange.ts'
import { lossComment } from './report-losses.ts'
import { scrubFailure } from './scrub.ts'
import { writeAsStream } from './translate.ts'
import { TranslatedStream } from './translated-stream.ts'
import { transportFailure } from './transport-failure.ts'
import { readWholeAnswer } from './whole-answer.ts'

/** Everything one attempt works with. */
interface Attempt {
  readonly call: ClientCall
  readonly admitted: AdmittedCall
  readonly to: AttemptCodec
  readonly life: CallLife
  readonly ports: CallPorts
}

/** The largest error body kept of an upstream. */
const errorLimitBytes = 256 * 1024

/** One try at one deployment: the client's answer, or why there is none. Nothing has been sent when it fails. */
export function attemptCall(
  call: ClientCall,
  admitted: AdmittedCall,
  { deployment, life, ports }: { deployment: Deployment; life: CallLife; ports: CallPorts },
): Result<CallAnswer> | Promise<Result<CallAnswer>> {
  const chosen = chooseExchange(call, admitted, codecsOf(call, admitted, { deployment, life, ports }))
  const { to, exchange, losses } = chosen
  const attempt: Attempt = { call, admitted, to, life, ports }
  life.beginAttempt(deployment, losses)
  life.isSameDialect = call.form === to.form && call.codec.id === to.dialect.id
  return exchange.ok ? send(attempt, exchange.value) : failAttempt(attempt, exchange.failure)
}

function failAttempt({ to, life }: Attempt, told: Failure): Result<never> {
  const failure = scrubFailure(told, to.deployment.provider)
  life.failAttempt(failure)
  return { ok: false, failure }
}

/** A client that wants text completed gets a provider that does so asked for it. */
function codecsOf(
  call: ClientCall,
  admitted: AdmittedCall,
  { deployment, life, ports }: { deployment: Deployment; life: CallLife; ports: CallPorts },
): readonly AttemptCodec[] {
  const codecs = codecsFor(deployment, admitted, { life, ports })
  const { form } = call
  if (form === undefined) return codecs
  const own = codecs.map((codec) => completionCodec(codec, form, admitted)).find((codec) => codec !== undefined)
  return own ? [own] : codecs
}

async function send(attempt: Attempt, exchange: Exchange): Promise<Result<CallAnswer>> {
  const { call, to, life, ports } = attempt
  const { provider } = to.deployment
  life.mode = exchange.mode
  try {
    const sent = await ports.transportFor(provider).send({
      url: provider.baseUrl + exchange.path,
      origin: provider.origin,
      method: 'POST',
      headers: outboundHeaders(provider, to.dialect, { headers: exchange.headers, isStream: to.isStream }),
      body: exchange.takeBody(),
      deadlines: to.deployment.deadlines,
      signal: call.signal,
    })
    const answer = exchange.unwrap ? exchange.unwrap(sent) : sent
    const whole = to.isStream || !isHealthy(answer) ? undefined : answer.body.takeText?.(to.answerLimitBytes)
    const read =
      whole === undefined
        ? await readAnswer(attempt, exchange, answer)
        : answerText(attempt, exchange, { answer, text: whole })
    return read.ok ? read : failAttempt(attempt, read.failure)
  } catch (error) {
    const failure = transportFailure(error, provider.name)
    if (!failure) throw error
    return failAttempt(attempt, failure)
  }
}

function isHealthy({ status }: UpstreamAnswer): boolean {
  return status >= 200 && status <= 299
}

/** Whatever is wrong with an answer, its connection is let go. */
async function readAnswer(attempt: Attempt, exchange: Exchange, answer: UpstreamAnswer): Promise<Result<CallAnswer>> {
  let isTaken = false
  try {
    const read = await convertAnswer(attempt, exchange, answer)
    isTaken = read.ok
    return read
  } finally {
    if (!isTaken) answer.body.cancel()
  }
}

function convertAnswer(attempt: Attempt, exchange: Exchange, answer: UpstreamAnswer): Promise<Result<CallAnswer>> {
  if (!isHealthy(answer)) return readFailure(answer, exchange)
  return attempt.to.isStream ? answerStream(attempt, exchange, answer) : answerWhole(attempt, exchange, answer)
}

async function readFailure(answer: UpstreamAnswer, exchange: Exchange): Promise<Result<CallAnswer>> {
  const body = await readText(answer, errorLimitBytes).catch(withoutBody)
  return { ok: false, failure: exchange.readFailure({ status: answer.status, headers: answer.headers, body }) }
}

/** An error page too large to keep still has its status. */
function withoutBody(error: unknown): string {
  if (error instanceof TransportError && error.kind === 'too-large') return ''
  throw error
}

async function answerWhole(attempt: Attempt, exchange: Exchange, answer: UpstreamAnswer): Promise<Result<CallAnswer>> {
  return answerText(attempt, exchange, { answer, text: await readText(answer, attempt.to.answerLimitBytes) })
}

interface WholeText {
  readonly answer: UpstreamAnswer
  readonly text: string
}

function answerText(attempt: Attempt, exchange: Exchange, { answer, text }: WholeText): Result<CallAnswer> {
  const { life, call, to } = attempt
  life.markFirstByte()
  const reading = exchange.readWhole(text)
  if (reading.failure) return { ok: false, failure: reading.failure }
  life.succeed(answer.status, reading)
  const { losses, mode, costNanos } = life
  const headers = answerHeaders({ call, to, losses, upstream: answer.headers, mode, costNanos })
  headers['content-type'] = 'application/json'
  return { ok: true, value: { status: 200, headers, body: reading.body } }
}

async function answerStream(attempt: Attempt, exchange: Exchange, answer: UpstreamAnswer): Promise<Result<CallAnswer>> {
  const contentType = answer.headers['content-type']
  const isJson = /^application\/json\b/i.test(contentType ?? '')
  if (!isJson) return forwardStream(attempt, exchange.createStream(contentType), answer)
  if (!attempt.to.rules?.hasArrayStreams) return streamWhole(attempt, answer)
  const transcoder = createArrayStream(attempt)
  return transcoder.ok ? forwardStream(attempt, transcoder.value, answer) : transcoder
}

async function forwardStream(
  attempt: Attempt,
  transcoder: StreamTranscoder,
  answer: UpstreamAnswer,
): Promise<Result<CallAnswer>> {
  const { call, life, ports, to } = attempt
  const parts: AnswerStreamParts = {
    source: answer.body,
    transcoder,
    // Between the elements of a JSON array only white space may stand.
    heartbeat: call.framing === 'sse' ? call.codec.heartbeat : '\n',
    provider: to.deployment.provider.name,
    life,
    ports,
    heartbeatMs: life.snapshot.settings.heartbeatMs,
  }
  const opening = await openStream(parts)
  const { failure } = transcoder
  if (failure) return { ok: false, failure }
  const headers = answerHeaders({ call, to, losses: life.losses, upstream: answer.headers, mode: life.mode })
  return {
    ok: true,
    value: { status: 200, headers: { ...headers, ...streamHeaders(call) }, body: new AnswerStream(parts, opening) },
  }
}

/** A stream that comes as one JSON array is written anew for a client that wants events. */
function createArrayStream({ call, admitted, to, life }: Attempt): Result<StreamTranscoder> {
  const request = decodeRequest(call, admitted, to)
  if (!request.ok) return request
  const options = { request: request.value, context: to.options.context, framing: call.framing }
  const stream = new TranslatedStream({
    decoder: to.dialect.createDecoder(to.options),
    encoder: call.codec.createEncoder(options, (loss) => life.losses.push({ side: 'response', ...loss })),
    commentOnLosses: () => lossComment(call, life.losses),
    createReader: createJsonArrayReader,
    limitBytes: to.answerLimitBytes,
    provider: to.deployment.provider,
  })
  return { ok: true, value: stream }
}

/** The provider answered a request for a stream with one whole answer. */
async function streamWhole(attempt: Attempt, answer: UpstreamAnswer): Promise<Result<CallAnswer>> {
  const { call, admitted, to, life } = attempt
  const text = await readText(answer, to.answerLimitBytes)
  life.markFirstByte()
  const whole = readWholeAnswer(text, to)
  if (whole.facts.failure) return { ok: false, failure: whole.facts.failure }
  const request = decodeRequest(call, admitted, to)
  if (!request.ok) return request
  const options = { request: request.value, context: to.options.context, framing: call.framing }
  const body = writeAsStream(whole.events, call, { options, losses: life.losses })
  life.succeed(answer.status, whole.facts)
  const headers = answerHeaders({ call, to, losses: life.losses, upstream: answer.headers, mode: life.mode })
  return { ok: true, value: { status: 200, headers: { ...headers, ...streamHeaders(call) }, body } }
}

function streamHeaders(call: ClientCall): Readonly<Record<string, string>> {
  const type = call.framing === 'sse' ? 'text/event-stream; charset=utf-8' : 'application/json'
  return { 'content-type': type, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' }
}

const utf8: TextDecoder = new TextDecoder()

async function readText(answer: UpstreamAnswer, limitBytes: number): Promise<string> {
  return utf8.decode(await readBody(answer.body, limitBytes))
}

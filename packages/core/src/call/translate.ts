import type { EncoderOptions, FailedAnswer, Lose } from '../ir/dialect.ts'
import type { StreamEvent } from '../ir/event.ts'
import type { Failure, Result } from '../ir/failure.ts'
import { loseForeign } from '../ir/foreign.ts'
import type { JsonObject } from '../ir/json.ts'
import type { GenerateRequest, Loss } from '../ir/request.ts'
import { chooseReader } from '../upstream/choose-reader.ts'
import type { AttemptCodec } from './attempt-codec.ts'
import type { ClientCall } from './client-call.ts'
import type { Exchange, WholeReading } from './exchange.ts'
import { lossComment } from './report-losses.ts'
import { TranslatedStream } from './translated-stream.ts'
import { readWholeAnswer } from './whole-answer.ts'

/**
 * Translate: the request is written anew in the provider's dialect, the answer in the client's. `losses` receives what
 * could not be carried over, either way.
 */
export function createTranslation(
  call: ClientCall,
  request: GenerateRequest,
  { to, losses }: { readonly to: AttemptCodec; readonly losses: Loss[] },
): Result<Exchange> {
  const { deployment, dialect, options, isStream } = to
  const lose: Lose = (loss) => losses.push({ side: 'request', ...loss })
  if (call.codec.id !== dialect.id) loseForeign(request, dialect.id, deployment.provider.name, lose)
  const body = once(dialect.encodeRequest({ ...request, model: deployment.model }, options, lose))
  if (call.isStrict && losses.length > 0) return { ok: false, failure: tooStrict(losses) }
  const endpoint = dialect.endpoint(deployment.model, isStream)
  const encoderOptions: EncoderOptions = { request, context: options.context, framing: call.framing }
  const loseAnswer: Lose = (loss) => losses.push({ side: 'response', ...loss })

  return {
    ok: true,
    value: {
      mode: 'translate',
      path: endpoint.path,
      headers: passesHeaders(call, to) ? { ...endpoint.headers, ...call.passHeaders } : endpoint.headers,
      takeBody: () => JSON.stringify(body()),
      readWhole(text): WholeReading {
        const { response, facts } = readWholeAnswer(text, to)
        if (facts.failure) return { body: '', ...facts }
        return { body: JSON.stringify(call.codec.encodeResponse(response, encoderOptions, loseAnswer)), ...facts }
      },
      createStream: (contentType) =>
        new TranslatedStream({
          decoder: dialect.createDecoder(options),
          encoder: call.codec.createEncoder(encoderOptions, loseAnswer),
          commentOnLosses: () => lossComment(call, losses),
          createReader: chooseReader(contentType),
          limitBytes: to.answerLimitBytes,
          provider: deployment.provider,
        }),
      readFailure: (answer: FailedAnswer) => dialect.decodeFailure(answer, deployment.provider.name),
    },
  }
}

/** A value that is handed out once and not kept. */
function once(value: JsonObject): () => JsonObject {
  let left: JsonObject | undefined = value
  return () => {
    const taken = left ?? {}
    left = undefined
    return taken
  }
}

/** Writes a whole answer as the stream the client asked for: some providers ignore `stream: true`. */
export function writeAsStream(
  events: readonly StreamEvent[],
  call: ClientCall,
  { options, losses }: { readonly options: EncoderOptions; readonly losses: Loss[] },
): string {
  const encoder = call.codec.createEncoder(options, (loss) => losses.push({ side: 'response', ...loss }))
  return events.map((event) => encoder.event(event)).join('')
}

/** A translated request still speaks the client's dialect when only a wrapped seal kept it from being relayed. */
function passesHeaders(call: ClientCall, to: AttemptCodec): boolean {
  return call.codec.id === to.dialect.id
}

/** Why a strict call goes no further. */
export function tooStrict(losses: readonly Loss[]): Failure {
  const list = losses.slice(0, 5).map(({ path, why }) => `${path}: ${why}`)
  const more = losses.length > 5 ? `; and ${losses.length - 5} more` : ''
  return {
    kind: 'unsupported',
    message: `x-sluice-strict is set and the provider's dialect cannot carry everything: ${list.join('; ')}${more}.`,
    retry: 'other-target',
    code: 'translation_loss',
    ...(losses[0] && { param: losses[0].path }),
  }
}

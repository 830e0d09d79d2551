import { providerDialects } from '../dialects/registry.ts'
import type { FailedAnswer } from '../ir/dialect.ts'
import type { Failure, Result } from '../ir/failure.ts'
import type { Deadlines, Deployment } from '../providers/provider.ts'
import { readBody } from '../upstream/read-body.ts'
import { type CancelSignal, TransportError } from '../upstream/transport.ts'
import { outboundHeaders } from './call-headers.ts'
import type { CallPorts } from './call-ports.ts'
import { transportFailure } from './transport-failure.ts'

/** One request that is answered whole. */
export interface ProviderQuestion {
  /** Below the provider's base URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  takeBody(): string
  readFailure(answer: FailedAnswer): Failure
}

/** What a question is asked with. */
export interface Asking {
  readonly deployment: Deployment
  readonly deadlines: Deadlines
  /** The largest answer that is read, in bytes. */
  readonly limitBytes: number
  readonly signal: CancelSignal
  readonly ports: CallPorts
}

/** A 2xx answer. */
export interface ProviderReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Sends one request and reads its whole answer; anything but 2xx is a failure. The connection is always let go. */
export async function askProvider(question: ProviderQuestion, asking: Asking): Promise<Result<ProviderReply>> {
  const { deployment, deadlines, limitBytes, signal, ports } = asking
  const { provider } = deployment
  const dialect = providerDialects[provider.dialect]
  try {
    const { status, headers, body } = await ports.transportFor(provider).send({
      url: provider.baseUrl + question.path,
      origin: provider.origin,
      method: 'POST',
      headers: outboundHeaders(provider, dialect, { headers: question.headers, isStream: false }),
      body: question.takeBody(),
      deadlines,
      signal,
    })
    const isFine = status >= 200 && status < 300
    const reading = readBody(body, isFine ? limitBytes : errorLimitBytes)
    const text = utf8.decode(await (isFine ? reading : reading.catch(withoutBody)))
    if (isFine) return { ok: true, value: { status, headers, text } }
    return { ok: false, failure: question.readFailure({ status, headers, body: text }) }
  } catch (error) {
    const failure = transportFailure(error, provider.name)
    if (!failure) throw error
    return { ok: false, failure }
  }
}

/** The largest error body kept of an upstream. */
const errorLimitBytes = 256 * 1024

/** An error page too large to keep still has its status. */
function withoutBody(error: unknown): Uint8Array {
  if (error instanceof TransportError && error.kind === 'too-large') return new Uint8Array(0)
  throw error
}

const utf8: TextDecoder = new TextDecoder()

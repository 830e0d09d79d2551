import { usdText } from '../catalog/money.ts'
import type { ProviderDialect } from '../ir/dialect.ts'
import type { Loss } from '../ir/request.ts'
import type { Provider } from '../providers/provider.ts'
import type { AttemptCodec } from './attempt-codec.ts'
import type { CallMode } from './call-record.ts'
import type { ClientCall } from './client-call.ts'
import { lossHeader } from './report-losses.ts'

interface Outbound {
  /** What the dialect's endpoint and the client's dialect add. */
  readonly headers: Readonly<Record<string, string>>
  readonly isStream: boolean
}

interface PlainHeaders {
  readonly whole: Readonly<Record<string, string>>
  readonly stream: Readonly<Record<string, string>>
}

/** Headers of requests to which a call adds none of its own, made once per provider and dialect. */
const plainHeaders = new WeakMap<Provider, Map<ProviderDialect, PlainHeaders>>()

/**
 * Headers of an upstream request, an allow-list by construction: ours, the dialect's, what the client's dialect passes
 * on, the operator's, and last the provider's own credential. The caller's credential is nowhere among them. Equal
 * headers are one object, so that the transport need not write them anew either.
 */
export function outboundHeaders(
  provider: Provider,
  dialect: ProviderDialect,
  outbound: Outbound,
): Readonly<Record<string, string>> {
  for (const _ in outbound.headers) return writeHeaders(provider, dialect, outbound)
  const known = plainHeaders.get(provider)?.get(dialect) ?? makePlainHeaders(provider, dialect)
  return outbound.isStream ? known.stream : known.whole
}

function makePlainHeaders(provider: Provider, dialect: ProviderDialect): PlainHeaders {
  const whole = writeHeaders(provider, dialect, { headers: {}, isStream: false })
  const stream = writeHeaders(provider, dialect, { headers: {}, isStream: true })
  const byDialect = plainHeaders.get(provider) ?? new Map<ProviderDialect, PlainHeaders>()
  byDialect.set(dialect, { whole, stream })
  plainHeaders.set(provider, byDialect)
  return { whole, stream }
}

function writeHeaders(
  provider: Provider,
  dialect: ProviderDialect,
  { headers, isStream }: Outbound,
): Readonly<Record<string, string>> {
  const all: Record<string, string> = {
    'content-type': 'application/json',
    accept: isStream ? 'text/event-stream' : 'application/json',
    'user-agent': 'sluice',
    ...headers,
  }
  if (provider.apiKey)
    Object.assign(all, (provider.address?.keyHeaders ?? dialect.authHeaders)(provider.apiKey.reveal()))
  for (const name of Object.keys(provider.headers)) all[name.toLowerCase()] = provider.headers[name]?.reveal() ?? ''
  return all
}

interface AnswerHeaderParts {
  readonly call: ClientCall
  readonly to: Pick<AttemptCodec, 'deployment'>
  readonly losses: readonly Loss[]
  readonly upstream: Readonly<Record<string, string>>
  readonly mode: CallMode | undefined
  /** What the answer cost, where that is known before its first byte. */
  readonly costNanos?: number | undefined
}

/** Upstream headers a relayed answer keeps: ids and limits clients read, nothing that names the operator's account. */
const keptUpstreamHeaders = [
  'request-id',
  'x-request-id',
  'x-should-retry',
  'openai-processing-ms',
  'openai-version',
] as const
const keptPrefixes = /^(?:x-ratelimit-|anthropic-ratelimit-)/

/** Headers of the client's answer. Values are made safe for a header whatever a configuration or a client put in. */
export function answerHeaders({
  call,
  to,
  losses,
  upstream,
  mode,
  costNanos,
}: AnswerHeaderParts): Record<string, string> {
  const headers: Record<string, string> = {
    'x-sluice-request-id': call.requestId,
    'x-sluice-provider': headerText(to.deployment.provider.name),
    'x-sluice-model': headerText(to.deployment.model),
  }
  const lost = lossHeader(losses)
  if (lost !== undefined) headers['x-sluice-loss'] = lost
  if (costNanos !== undefined) headers['x-sluice-cost'] = usdText(costNanos)
  if (mode === 'relay') keepUpstreamHeaders(headers, upstream)
  return headers
}

function keepUpstreamHeaders(headers: Record<string, string>, upstream: Readonly<Record<string, string>>): void {
  for (const name of keptUpstreamHeaders) {
    const value = upstream[name]
    if (value !== undefined) headers[name] = value
  }
  for (const name in upstream) {
    const value = upstream[name]
    if (value !== undefined && keptPrefixes.test(name)) headers[name] = value
  }
}

/** Printable ASCII, at most 200 characters. */
export function headerText(text: string): string {
  return /^[\x20-\x7e]{0,200}$/.test(text) ? text : text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?')
}

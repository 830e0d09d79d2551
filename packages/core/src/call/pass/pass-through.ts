import { providerDialects } from '../../dialects/registry.ts'
import type { Failure, Result } from '../../ir/failure.ts'
import type { Provider } from '../../providers/provider.ts'
import { readBody } from '../../upstream/read-body.ts'
import { type OutboundRequest, TransportError, type UpstreamAnswer } from '../../upstream/transport.ts'
import { CallLife } from '../call-life.ts'
import type { CallPorts } from '../call-ports.ts'
import type { CallAnswer } from '../client-call.ts'
import { internalFailure } from '../internal-failure.ts'
import { scrubFailure, scrubSecrets } from '../scrub.ts'
import type { Snapshot } from '../snapshot.ts'
import { transportFailure } from '../transport-failure.ts'
import { checkModels } from './check-models.ts'
import { findPassProvider, passDialect } from './find-provider.ts'
import type { PassCall } from './pass-call.ts'
import { encodePassFailure } from './pass-failure.ts'
import { passedHeaders, returnedHeaders } from './pass-headers.ts'
import { noFacts, PassStream } from './pass-stream.ts'
import { joinTarget } from './target.ts'

/** The largest error body kept of an upstream. */
const errorLimitBytes = 256 * 1024

/**
 * Relays any route of a configured provider, with its credential and under the caller's key:
 *
 *   find     the provider the path names                  else 404; 403 without the permission
 *   check    the path, and the models it may name         else 400, 403
 *   send     to the provider's own origin                 else 502, 504
 *   answer   status, chosen headers and bytes as they come; an error's text without secrets
 *   settle   one record, exactly once
 */
export async function passThrough(call: PassCall, snapshot: Snapshot, ports: CallPorts): Promise<CallAnswer> {
  const found = findPassProvider(call.providerName, call.key, snapshot)
  const dialect = passDialect(call.providerName, snapshot) ?? 'openai-chat'
  const life = new CallLife({ ...call, codec: { id: dialect } }, snapshot, ports)
  life.mode = 'passthrough'
  const refuse = (failure: Failure): CallAnswer => {
    life.fail(failure)
    const { status, headers, body } = encodePassFailure(failure, dialect)
    return { status, headers: { ...headers, 'x-sluice-request-id': call.requestId }, body }
  }
  try {
    const answer = found.ok ? await sendOn(call, { provider: found.value, life, ports }) : found
    return answer.ok ? answer.value : refuse(answer.failure)
  } catch (bug) {
    ports.reportBug(bug, call.requestId)
    return refuse(internalFailure(call.requestId))
  }
}

interface Pass {
  readonly provider: Provider
  readonly life: CallLife
  readonly ports: CallPorts
}

async function sendOn(call: PassCall, pass: Pass): Promise<Result<CallAnswer>> {
  const { provider, life, ports } = pass
  const target = joinTarget(provider, call)
  if (!target.ok) return target
  life.path = `${call.method} ${target.value.path}`
  const checked = await checkModels(call, { provider, snapshot: life.snapshot })
  if (!checked.ok) return checked
  const { body, model } = checked.value
  life.requestedModel = model
  life.beginAttempt({ provider, model, deadlines: provider.deadlines }, [])
  const request = writeRequest(call, provider, target.value.url)
  try {
    const answer = await ports.transportFor(provider).send({ ...request, ...(body && { body }) })
    return { ok: true, value: await readAnswer(call, answer, pass) }
  } catch (error) {
    const failure = transportFailure(error, provider.name)
    if (!failure) throw error
    const scrubbed = scrubFailure(failure, provider)
    life.failAttempt(scrubbed)
    return { ok: false, failure: scrubbed }
  }
}

function writeRequest(call: PassCall, provider: Provider, url: string): OutboundRequest {
  const headers = passedHeaders(call.headers)
  const present = provider.address?.keyHeaders ?? providerDialects[provider.dialect].authHeaders
  if (provider.apiKey) Object.assign(headers, present(provider.apiKey.reveal()))
  for (const name of Object.keys(provider.headers)) headers[name.toLowerCase()] = provider.headers[name]?.reveal() ?? ''
  return {
    url,
    origin: provider.origin,
    method: call.method,
    headers,
    deadlines: provider.deadlines,
    signal: call.signal,
  }
}

async function readAnswer(call: PassCall, answer: UpstreamAnswer, pass: Pass): Promise<CallAnswer> {
  const { provider, life, ports } = pass
  const { status } = answer
  const headers = returnedHeaders(answer.headers, provider, call)
  life.isStream = /event-?stream/i.test(answer.headers['content-type'] ?? '')
  if (status > 299) return { status, headers, body: await readError(answer, pass) }
  if (call.method === 'HEAD' || status === 204 || status === 205) {
    answer.body.cancel()
    life.succeed(status, noFacts)
    return { status, headers, body: '' }
  }
  const body = new PassStream({ source: answer.body, status, provider: provider.name, life, ports })
  return { status, headers, body }
}

/** The provider's own error, as it is but for secrets; told to the log in the words of its dialect. */
async function readError(answer: UpstreamAnswer, { provider, life }: Pass): Promise<string> {
  const { status, headers } = answer
  const body = scrubSecrets(
    new TextDecoder().decode(await readBody(answer.body, errorLimitBytes).catch(nothing)),
    provider,
  )
  const failure = providerDialects[provider.dialect].decodeFailure({ status, headers, body }, provider.name)
  const scrubbed = scrubFailure({ ...failure, status }, provider)
  life.failAttempt(scrubbed)
  life.fail(scrubbed)
  return body
}

/** An error page too large to keep still has its status. */
function nothing(error: unknown): Uint8Array {
  if (error instanceof TransportError && error.kind === 'too-large') return new Uint8Array(0)
  throw error
}

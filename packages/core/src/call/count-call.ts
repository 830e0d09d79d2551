import { countDialects, providerDialects } from '../dialects/registry.ts'
import type { CountDialect } from '../ir/dialect.ts'
import type { Failure, Result } from '../ir/failure.ts'
import type { Deployment } from '../providers/provider.ts'
import { readBody } from '../upstream/read-body.ts'
import { type AdmittedCall, admitCall, readWanted } from './admit.ts'
import { answerFailure } from './answer-failure.ts'
import { headerText, outboundHeaders } from './call-headers.ts'
import type { CallPorts } from './call-ports.ts'
import type { CallAnswer, ClientCall } from './client-call.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { spliceMembers } from './json-members.ts'
import { findCrossing, guardedFields } from './open-exchange.ts'
import { scrubFailure } from './scrub.ts'
import type { Snapshot } from './snapshot.ts'
import { transportFailure } from './transport-failure.ts'

const answerLimitBytes = 1024 * 1024

/**
 * How many input tokens a request holds. A provider of the client's dialect is asked; for any other the gateway
 * guesses and says so with `x-sluice-estimate: 1`.
 */
export async function countCall(call: ClientCall, snapshot: Snapshot, ports: CallPorts): Promise<CallAnswer> {
  const counting = countDialects[call.codec.id]
  const wanted = readWanted(call)
  if (!wanted.ok) return answerFailure(call, wanted.failure, false)
  const admitted = admitCall(wanted.value, call.key, snapshot)
  if (!admitted.ok) return answerFailure(call, admitted.failure, false)
  const [deployment] = admitted.value.deployments
  if (!counting || !deployment) return answerFailure(call, notCountable, false)
  const isSame = deployment.provider.dialect === call.codec.id
  const counted = isSame
    ? await askProvider(call, admitted.value, { counting, deployment, ports })
    : guess(admitted.value, { counting, deployment, ports })
  if (!counted.ok) return answerFailure(call, counted.failure, isSame)
  const headers = {
    'content-type': 'application/json',
    'x-sluice-request-id': call.requestId,
    'x-sluice-provider': headerText(deployment.provider.name),
    ...(isSame ? {} : { 'x-sluice-estimate': '1' }),
  }
  return { status: 200, headers, body: counted.value }
}

interface Count {
  readonly counting: CountDialect
  readonly deployment: Deployment
  readonly ports: CallPorts
}

async function askProvider(call: ClientCall, admitted: AdmittedCall, count: Count): Promise<Result<string>> {
  const { provider, model, deadlines } = count.deployment
  const crossing = findCrossing(guardedFields(call, admitted), provider)
  if (crossing) return { ok: false, failure: crossing }
  const dialect = providerDialects[provider.dialect]
  const endpoint = count.counting.endpoint(model)
  const edits = call.pathModel === undefined ? { model: JSON.stringify(model) } : {}
  try {
    const answer = await count.ports.transportFor(provider).send({
      url: provider.baseUrl + endpoint.path + call.passQuery,
      origin: provider.origin,
      method: 'POST',
      headers: outboundHeaders(provider, dialect, {
        headers: { ...endpoint.headers, ...call.passHeaders },
        isStream: false,
      }),
      body: spliceMembers(admitted.envelope.text, admitted.envelope.members, edits),
      deadlines,
      signal: call.signal,
    })
    const body = new TextDecoder().decode(await readBody(answer.body, answerLimitBytes))
    if (answer.status >= 200 && answer.status < 300) return { ok: true, value: body }
    const failure = dialect.decodeFailure({ status: answer.status, headers: answer.headers, body }, provider.name)
    return { ok: false, failure: scrubFailure(failure, provider) }
  } catch (error) {
    const failure = transportFailure(error, provider.name)
    if (!failure) throw error
    return { ok: false, failure }
  }
}

function guess(admitted: AdmittedCall, { counting, deployment, ports }: Count): Result<string> {
  const context = { provider: deployment.provider.name, createdAt: ports.unixSeconds(), newId: ports.newId }
  const wire = { body: admitted.envelope.body, model: admitted.model, stream: false }
  const request = counting.decodeRequest(wire, context)
  if (!request.ok) return request
  return { ok: true, value: JSON.stringify(counting.encodeAnswer(estimateTokens(request.value))) }
}

const notCountable: Failure = {
  kind: 'unsupported',
  message: 'This dialect has no way to ask for a token count.',
  retry: 'never',
}

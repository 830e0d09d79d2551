import { relayRules } from '../dialects/registry.ts'
import { type Failure, invalidRequest, type Result } from '../ir/failure.ts'
import type { Deployment } from '../providers/provider.ts'
import { closeNames, type ModelTable, resolveModel } from '../routing/resolve-model.ts'
import type { ClientCall } from './client-call.ts'
import { type Envelope, readEnvelope } from './read-envelope.ts'
import type { Snapshot, VirtualKey } from './snapshot.ts'

/** What a call wants, so far as that decides where it goes. */
export interface WantedCall {
  readonly envelope: Envelope
  readonly model: string
  readonly isStream: boolean
}

/** A call that may go ahead: what it wants and where it may go, in the order to try. */
export interface AdmittedCall extends WantedCall {
  /** Never empty. */
  readonly deployments: readonly Deployment[]
}

/** Reads what decides where a call goes, and nothing more of it. */
export function readWanted(call: ClientCall): Result<WantedCall> {
  const envelope = readEnvelope(call.text)
  if (!envelope.ok) return envelope
  const { body } = envelope.value
  const model = call.pathModel ?? body['model'] ?? call.task?.defaultModel
  if (typeof model !== 'string' || model === '') return missingModel(model)
  if (namesAnother(model, body['model'], call)) return otherModel
  const stream = call.pathStream ?? body['stream'] ?? false
  if (typeof stream !== 'boolean') return invalidRequest("'stream' must be true or false.", 'stream')
  return { ok: true, value: { envelope: envelope.value, model, isStream: stream } }
}

/** Finds where it may go. */
export function admitCall(wanted: WantedCall, key: VirtualKey, snapshot: Snapshot): Result<AdmittedCall> {
  const named = findDeployments(wanted.model, key, snapshot)
  const isLeftOut = !named.ok && wanted.envelope.body['model'] === undefined
  const deployments = isLeftOut ? (findDefault(wanted.model, key, snapshot) ?? named) : named
  if (!deployments.ok) return deployments
  const { envelope, model, isStream } = wanted
  return { ok: true, value: { envelope, model, isStream, deployments: deployments.value } }
}

/** Where a model leads that the client did not name: to the first provider whose own default it is. */
function findDefault(model: string, key: VirtualKey, snapshot: Snapshot): Result<readonly Deployment[]> | undefined {
  for (const { name, tasks } of snapshot.providers.values()) {
    const address = tasks?.moderate
    if (!address || address.defaultModel !== model) continue
    const found = findDeployments(`${name}/${model}`, key, snapshot)
    if (found.ok) return found
  }
  return undefined
}

/** The deployments this key may reach under this name. A name the key may not use is answered like an unknown one. */
export function findDeployments(model: string, key: VirtualKey, snapshot: Snapshot): Result<readonly Deployment[]> {
  const isAllowed = model.length <= longestName && (!key.models || key.models.has(model))
  const named = isAllowed ? resolveModel(model, tableOf(snapshot)) : undefined
  const found = key.providers ? named?.filter(isWithin(key.providers)) : named
  return found && found.length > 0
    ? { ok: true, value: found }
    : { ok: false, failure: unknownModel(model, key, snapshot) }
}

/** Names this key can list: the configured ones it is allowed to use. */
export function visibleModels(key: VirtualKey, snapshot: Snapshot): readonly string[] {
  const { models, providers } = key
  const names: string[] = []
  for (const [name, deployments] of snapshot.models)
    if ((!models || models.has(name)) && (!providers || deployments.some(isWithin(providers)))) names.push(name)
  return names
}

function isWithin(providers: ReadonlySet<string>): (deployment: Deployment) => boolean {
  return ({ provider }) => providers.has(provider.name)
}

/** How names resolve in a snapshot. */
export function tableOf(snapshot: Snapshot): ModelTable<Deployment> {
  if (snapshot.table) return snapshot.table
  return {
    models: snapshot.models,
    direct(name, model) {
      const provider = snapshot.providers.get(name)
      if (!provider) return undefined
      const { deadlines, price } = provider
      return price === undefined ? { provider, model, deadlines } : { provider, model, deadlines, price }
    },
  }
}

/** Names go into paths, headers and log lines. */
const longestName = 512

/**
 * Where the dialect has the model in the path, a body that names one is relayed as it is: it may not name another than
 * the path, which is what was authorised. Elsewhere (Azure's paths) the body's is written anew.
 */
function namesAnother(model: string, named: unknown, { pathModel, codec }: ClientCall): boolean {
  if (pathModel === undefined || named === undefined || relayRules[codec.id].isModelInBody) return false
  return named !== model && named !== `models/${model}`
}

const otherModel = invalidRequest("'model' in the body is another than the model in the path; leave it out.", 'model')

function missingModel(model: unknown): Result<never> {
  return model === undefined
    ? invalidRequest("Missing required parameter: 'model'.", 'model')
    : invalidRequest("'model' must be the name of a model, as text.", 'model')
}

/** The refusal of a name that leads nowhere for this key, with names that are close. */
export function unknownModel(model: string, key: VirtualKey, snapshot: Snapshot): Failure {
  const close = closeNames(model, visibleModels(key, snapshot))
  const hint =
    close.length > 0
      ? ` Did you mean ${close.map((each) => `'${each}'`).join(' or ')}?`
      : ' GET /v1/models lists what this key can use.'
  return {
    kind: 'not-found',
    message: `The model '${model.slice(0, 200)}' does not exist or this key may not use it.${hint}`,
    retry: 'never',
    param: 'model',
    code: 'model_not_found',
  }
}

import type { Failure, Result } from '../../ir/failure.ts'
import type { Provider } from '../../providers/provider.ts'
import { findDeployments } from '../admit.ts'
import type { Snapshot, VirtualKey } from '../snapshot.ts'
import { findNamedModels, isFilePath } from './named-models.ts'
import type { PassCall } from './pass-call.ts'

/** A request that may go on, with the body to send. */
export interface CheckedCall {
  readonly body: Uint8Array | undefined
  /** The first model it names, for the log; '' when none was looked for or found. */
  readonly model: string
}

/**
 * Holds a key to its models. What changes something must name a model this key may use at this provider, because what it
 * does not name may still be chosen elsewhere: in a stored prompt, a batch, an assistant. Uploads of files are free. A key
 * for all models is not looked at.
 */
export async function checkModels(
  call: PassCall,
  { provider, snapshot }: { readonly provider: Provider; readonly snapshot: Snapshot },
): Promise<Result<CheckedCall>> {
  if (!call.key.models) return { ok: true, value: { body: call.body, model: '' } }
  const named = await findNamedModels(call)
  if (!named.ok) return named
  const { names, body } = named.value
  const allowed = allowedModels(call.key, { provider, snapshot })
  const refused = names.find((spellings) => !spellings.some((each) => allowed.has(each)))
  if (refused) return { ok: false, failure: notThisModel(refused[0] ?? '', provider) }
  const isChange = call.method === 'POST' || call.method === 'PUT' || call.method === 'PATCH'
  if (names.length === 0 && isChange && !isFilePath(call.path)) return { ok: false, failure: namesNone }
  return { ok: true, value: { body, model: names[0]?.[0] ?? '' } }
}

/** The provider's own names of what the key's names lead to. */
function allowedModels(
  key: VirtualKey,
  { provider, snapshot }: { readonly provider: Provider; readonly snapshot: Snapshot },
): ReadonlySet<string> {
  const allowed = new Set<string>()
  for (const name of key.models ?? []) {
    const found = findDeployments(name, key, snapshot)
    for (const deployment of found.ok ? found.value : [])
      if (deployment.provider.name === provider.name) allowed.add(deployment.model)
  }
  return allowed
}

function notThisModel(model: string, { name }: Provider): Failure {
  return {
    kind: 'forbidden',
    message: `This key may not use the model '${model.slice(0, 200)}' of provider '${name}'.`,
    retry: 'never',
    param: 'model',
    code: 'model_not_allowed',
  }
}

const namesNone: Failure = {
  kind: 'forbidden',
  message:
    'This key is bound to some models, and the request names none. Name one, or use a key without a list of models for ' +
    'routes that know their model otherwise.',
  retry: 'never',
  param: 'model',
  code: 'model_not_named',
}

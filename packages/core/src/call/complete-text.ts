import { completionProviders, completionRelay } from '../dialects/registry.ts'
import type { Failure } from '../ir/failure.ts'
import type { JsonObject } from '../ir/json.ts'
import type { Deployment } from '../providers/provider.ts'
import type { CompletionAddress, CompletionWireId } from '../tasks/task-id.ts'
import type { AdmittedCall } from './admit.ts'
import type { AttemptCodec } from './attempt-codec.ts'

/**
 * How a provider is asked to complete a text, when it can; undefined when it is asked for a chat instead. A text with a
 * suffix goes to whoever fills in; one without to whoever goes on, because most models of today only chat.
 */
export function completionCodec(
  chat: AttemptCodec,
  form: CompletionWireId,
  { envelope: { body } }: AdmittedCall,
): AttemptCodec | undefined {
  const { deployment } = chat
  if (chat.dialect.id !== 'openai-chat') return undefined
  const address = isFilling(body) || form === 'fim' ? fillAddress(deployment) : goOnAddress(deployment)
  if (!address || address.models?.includes(deployment.model) === false) return undefined
  const dialect = completionProviders[address.wire]
  const { path } = address
  return {
    ...chat,
    form: address.wire,
    rules: completionRelay,
    dialect: path === undefined ? dialect : { ...dialect, endpoint: () => ({ path, headers: {} }) },
  }
}

/** Why a chat is no way to answer: no chat model writes text between two others. */
export function findUnfilled(
  { envelope: { body } }: AdmittedCall,
  { form, deployment }: AttemptCodec,
): Failure | undefined {
  if (form !== undefined || !isFilling(body)) return undefined
  return {
    kind: 'unsupported',
    message: `'suffix' is not supported: '${deployment.provider.name}' writes no text between two others with this model.`,
    retry: 'other-target',
    param: 'suffix',
  }
}

function isFilling({ suffix }: JsonObject): boolean {
  return typeof suffix === 'string' && suffix !== ''
}

function goOnAddress({ provider }: Deployment): CompletionAddress | undefined {
  return provider.tasks?.complete || undefined
}

/** Whoever goes on may fill in as well; of a provider nobody said anything about, it is worth asking. */
function fillAddress({ provider }: Deployment): CompletionAddress | undefined {
  const told = provider.tasks?.fill ?? provider.tasks?.complete
  if (told !== undefined) return told || undefined
  return provider.knownId === undefined ? { wire: 'text' } : undefined
}

import type { Result } from '../ir/failure.ts'
import type { Json } from '../ir/json.ts'
import type { Loss } from '../ir/request.ts'
import type { Address, AddressedCall, Placement } from '../providers/address/address.ts'
import type { Deployment } from '../providers/provider.ts'
import type { ProviderQuestion } from './ask-provider.ts'
import type { AttemptCodec } from './attempt-codec.ts'
import type { ClientCall } from './client-call.ts'
import type { Exchange } from './exchange.ts'
import { scanMembers, spliceMembers, withoutMembers } from './json-members.ts'
import { tooStrict } from './translate.ts'

/**
 * The same exchange at an address of its own making: another path, some members of the body written or left out, and
 * whatever it wraps its answers in taken off again.
 */
export function placeExchange(
  exchange: Exchange,
  call: ClientCall,
  { to, address, losses }: { readonly to: AttemptCodec; readonly address: Address; readonly losses: Loss[] },
): Result<Exchange> {
  const placed = address.place({
    dialect: to.dialect.id,
    task: 'generate',
    model: to.deployment.model,
    isStream: to.isStream,
    path: exchange.path,
    headers: exchange.headers,
  })
  if (!placed.ok) return placed
  const placement = placed.value
  const lost = (placement.losses ?? []).map((loss): Loss => ({ side: 'request', ...loss }))
  losses.push(...lost)
  if (call.isStrict && lost.length > 0) return { ok: false, failure: tooStrict(losses) }
  const { path, headers, unwrap, rewordFailure } = placement
  return {
    ok: true,
    value: {
      mode: exchange.mode,
      path,
      headers,
      takeBody: () => placeBody(exchange.takeBody(), placement),
      readWhole: (text) => exchange.readWhole(text),
      createStream: (contentType) => exchange.createStream(contentType),
      ...(unwrap && { unwrap }),
      readFailure: (answer) => exchange.readFailure(rewordFailure ? rewordFailure(answer) : answer),
    },
  }
}

/** A task's question at the address of its deployment. */
export function placeQuestion(
  question: ProviderQuestion,
  task: AddressedCall['task'],
  { provider, model }: Deployment,
): Result<ProviderQuestion> {
  const { address } = provider
  if (!address) return { ok: true, value: question }
  const [dialect = provider.dialect] = address.dialectsOf(model)
  const { path, headers } = question
  const placed = address.place({ dialect, task, model, isStream: false, path, headers })
  if (!placed.ok) return placed
  const { rewordFailure } = placed.value
  return {
    ok: true,
    value: {
      path: placed.value.path,
      headers: placed.value.headers,
      takeBody: () => placeBody(question.takeBody(), placed.value),
      readFailure: (answer) => question.readFailure(rewordFailure ? rewordFailure(answer) : answer),
    },
  }
}

/** The body with the placement's members in place; all else stays as it is, byte for byte. */
function placeBody(text: string, { set, drop }: Pick<Placement, 'set' | 'drop'>): string {
  const kept = drop ? withoutMembers(text, drop) : text
  if (!set) return kept
  const edits: Record<string, string> = {}
  for (const [name, value] of Object.entries<Json>(set)) edits[name] = JSON.stringify(value)
  return spliceMembers(kept, scanMembers(kept).members, edits)
}

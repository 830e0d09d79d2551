import { relayRules } from '../dialects/registry.ts'
import type { Failure, Result } from '../ir/failure.ts'
import type { GenerateRequest, Loss } from '../ir/request.ts'
import { holdsWrapped } from '../ir/seal.ts'
import type { Provider } from '../providers/provider.ts'
import type { AdmittedCall } from './admit.ts'
import type { AttemptCodec, RelayCodec } from './attempt-codec.ts'
import type { ClientCall } from './client-call.ts'
import { findUnfilled } from './complete-text.ts'
import type { Exchange } from './exchange.ts'
import { placeExchange } from './place-exchange.ts'
import { createRelay } from './relay.ts'
import { createTranslation } from './translate.ts'

/** Decides between relay and translation, refuses what would reach across tenants, and prepares the request. */
export function openExchange(
  call: ClientCall,
  admitted: AdmittedCall,
  { to, losses }: { readonly to: AttemptCodec; readonly losses: Loss[] },
): Result<Exchange> {
  const { address } = to.deployment.provider
  const opened = chooseMode(call, admitted, { to, losses })
  return address && opened.ok ? placeExchange(opened.value, call, { to, address, losses }) : opened
}

function chooseMode(
  call: ClientCall,
  admitted: AdmittedCall,
  { to, losses }: { readonly to: AttemptCodec; readonly losses: Loss[] },
): Result<Exchange> {
  const { provider } = to.deployment
  const guarded = guardedFields(call, admitted)
  const crossing = findCrossing(guarded, provider)
  if (crossing) return { ok: false, failure: crossing }
  if (mayRelay(call, admitted, to)) return { ok: true, value: createRelay(call, admitted.envelope, { to, losses }) }
  if (guarded.length > 0) return { ok: false, failure: needsOwnDialect(guarded, to) }

  const unfilled = call.form && findUnfilled(admitted, to)
  if (unfilled) return { ok: false, failure: unfilled }
  const decoded = decodeRequest(call, admitted, to)
  if (!decoded.ok) return decoded
  const request = withoutPaidExtras(decoded.value, provider, losses)
  return createTranslation(call, request, { to, losses })
}

const none: readonly string[] = []

/** Fields of this request that name something stored at a provider. */
export function guardedFields(call: ClientCall, { envelope }: AdmittedCall): readonly string[] {
  const rules = relayRules[call.codec.id]
  return rules.guardMarks.test(envelope.text) ? rules.findGuarded(envelope.body) : none
}

/** Why this provider may not be sent these fields: all callers of the gateway share what they name. */
export function findCrossing(guarded: readonly string[], provider: Provider): Failure | undefined {
  const refused = guarded.filter((name) => !provider.allow.has(name))
  return refused.length > 0 ? crossesTenants(refused, provider) : undefined
}

/** The client's request in the language of `ir/`. */
export function decodeRequest(call: ClientCall, admitted: AdmittedCall, to: AttemptCodec): Result<GenerateRequest> {
  const wire = { body: admitted.envelope.body, model: admitted.model, stream: admitted.isStream }
  const decoded = call.codec.decodeRequest(wire, to.options.context)
  if (!decoded.ok || call.alwaysTellsUsage !== true) return decoded
  return { ok: true, value: { ...decoded.value, streamUsage: true } }
}

/** The array framing of a stream is ours to write; a whole answer has none. */
function mayRelay(call: ClientCall, { envelope, isStream }: AdmittedCall, to: AttemptCodec): to is RelayCodec {
  const isFramed = call.framing === 'sse' || !isStream
  if (call.form !== to.form || call.codec.id !== to.dialect.id || !isFramed || holdsWrapped(envelope.text)) return false
  return to.rules !== undefined && (to.rules.suits?.(envelope.body, to.options.quirks) ?? true)
}

/** Fields that change what a call costs or where it is kept pass only where the operator lets them. */
function withoutPaidExtras(request: GenerateRequest, provider: Provider, losses: Loss[]): GenerateRequest {
  const { store, serviceTier, ...kept } = request
  const isPlainTier = serviceTier === undefined || plainTiers.has(serviceTier)
  const keepsTier = isPlainTier || provider.allow.has('service_tier')
  const keepsStore = store !== true || provider.allow.has('store')
  const why = (name: string): string =>
    `not sent: list '${name}' under 'allow' of provider '${provider.name}' to let it pass`
  if (!keepsTier) losses.push({ side: 'request', path: 'serviceTier', why: why('service_tier'), value: serviceTier })
  if (!keepsStore) losses.push({ side: 'request', path: 'store', why: why('store') })
  return {
    ...kept,
    ...(keepsTier && serviceTier !== undefined && { serviceTier }),
    ...(keepsStore && store !== undefined && { store }),
  }
}

/** Service tiers at the ordinary price, in the words of the dialects that have tiers. */
const plainTiers: ReadonlySet<string> = new Set(['auto', 'default', 'standard', 'standard_only'])

function crossesTenants(names: readonly string[], provider: Provider): Failure {
  const list = names.map((each) => `'${each}'`).join(', ')
  return {
    kind: 'unsupported',
    message:
      `${list} refers to something stored at the provider, which all callers of this gateway share. Send the full ` +
      `conversation instead, or have the operator list it under 'allow' of provider '${provider.name}'.`,
    retry: 'other-target',
    code: 'unsupported_parameter',
    ...(names[0] !== undefined && { param: names[0] }),
  }
}

function needsOwnDialect(names: readonly string[], { deployment }: AttemptCodec): Failure {
  const list = names.map((each) => `'${each}'`).join(', ')
  return {
    kind: 'unsupported',
    message: `${list} refers to something stored at one provider; '${deployment.provider.name}' speaks another dialect and cannot reach it.`,
    retry: 'other-target',
    code: 'unsupported_parameter',
    ...(names[0] !== undefined && { param: names[0] }),
  }
}

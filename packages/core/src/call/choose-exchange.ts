import type { Result } from '../ir/failure.ts'
import type { Loss } from '../ir/request.ts'
import type { AdmittedCall } from './admit.ts'
import type { AttemptCodec } from './attempt-codec.ts'
import type { ClientCall } from './client-call.ts'
import type { Exchange } from './exchange.ts'
import { openExchange } from './open-exchange.ts'

/** An attempt's way of speaking, what it says, and what it could not carry over so far. */
export interface ChosenExchange {
  readonly to: AttemptCodec
  readonly exchange: Result<Exchange>
  /** Grows when the answer loses something too. */
  readonly losses: Loss[]
}

/**
 * Decides which of its dialects a provider is spoken to in: the client's own when it is among them, else the one that
 * carries most of the request over, the earlier one when two carry as much.
 */
export function chooseExchange(
  call: ClientCall,
  admitted: AdmittedCall,
  codecs: readonly AttemptCodec[],
): ChosenExchange {
  const [first, ...others] = codecs
  if (!first) throw new Error('a provider speaks at least one dialect')
  if (others.length === 0) return open(call, admitted, first)
  const own = codecs.find(({ dialect }) => dialect.id === call.codec.id)
  let best = open(call, admitted, own ?? first)
  if (own) return best
  for (const to of others) {
    if (best.exchange.ok && best.losses.length === 0) break
    const other = open(call, admitted, to)
    if (isBetter(other, best)) best = other
  }
  return best
}

function open(call: ClientCall, admitted: AdmittedCall, to: AttemptCodec): ChosenExchange {
  const losses: Loss[] = []
  return { to, losses, exchange: openExchange(call, admitted, { to, losses }) }
}

function isBetter(one: ChosenExchange, other: ChosenExchange): boolean {
  if (one.exchange.ok !== other.exchange.ok) return one.exchange.ok
  return one.losses.length < other.losses.length
}

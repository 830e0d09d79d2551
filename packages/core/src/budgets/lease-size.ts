import type { LeaseAsk } from './store.ts'

/**
 * How much of a counter one lease takes. Far from the limit it is what the replica wants, a second or two of its calls;
 * the nearer the limit, the smaller a share of what is left, down to exactly one request, so that money is not stranded
 * where nobody spends it.
 */
export function leaseSize(
  left: bigint | undefined,
  { least, need, want, unit, replicas }: Pick<LeaseAsk, 'least' | 'need' | 'want' | 'unit'> & { replicas: number },
): number | undefined {
  const most = Math.max(need, want)
  if (left === undefined) return Math.min(most, Number.MAX_SAFE_INTEGER)
  if (least <= 0 && left <= 0n) return 0
  if (left < BigInt(least)) return undefined
  const available = Number(left > maxLease ? maxLease : left)
  if (available < need) return available
  const size = Math.min(most, Math.floor(available / (2 * replicas)))
  return size - need >= unit ? size : need
}

/** Leases are counted with plain numbers, which are exact up to here. */
const maxLease = BigInt(Number.MAX_SAFE_INTEGER)

import type { Loss } from '../ir/request.ts'
import type { ClientCall } from './client-call.ts'

/** Longest value of an `x-sluice-loss` header, in characters; intermediaries refuse much larger ones. */
const headerLimit = 2000

/**
 * What could not be carried over, as one header value: `path: why` joined by `; `, each pair once. Cut at a limit with
 * a count of the rest; the log has all of them. Undefined when nothing was lost.
 */
export function lossHeader(losses: readonly Loss[]): string | undefined {
  if (losses.length === 0) return undefined
  const told = [...new Set(losses.map(({ path, why }) => `${path}: ${why.replaceAll(';', ',')}`))]
  let value = ''
  for (const [index, each] of told.entries()) {
    const next = value === '' ? each : `${value}; ${each}`
    if (next.length > headerLimit) return asHeaderText(`${value}; and ${told.length - index} more`)
    value = next
  }
  return asHeaderText(value)
}

/**
 * The losses of a streamed answer, told in a comment before its last event, because its headers were sent long ago.
 * `''` where the dialect's readers do not bear comments.
 */
export function lossComment({ codec, framing }: ClientCall, losses: readonly Loss[]): string {
  const isPossible = codec.bearsComments && framing === 'sse'
  const told = isPossible ? lossHeader(losses.filter((loss) => loss.side === 'response')) : undefined
  return told === undefined ? '' : `: x-sluice-loss ${told}\n\n`
}

function asHeaderText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?')
}

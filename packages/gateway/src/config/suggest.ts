/** `Did you mean 'api_key'?` when one of `names` is close to what was written, else undefined. */
export function didYouMean(written: string, names: Iterable<string>): string | undefined {
  const close = closest(written, names)
  return close === undefined ? undefined : `Did you mean '${close}'?`
}

/** The name that differs least from what was written, when the difference may be a slip; undefined otherwise. */
export function closest(written: string, names: Iterable<string>): string | undefined {
  if (written.length > 100) return undefined
  const plain = withoutPunctuation(written)
  let best: string | undefined
  let least = Math.max(1, Math.floor(plain.length / 3)) + 1
  for (const name of names) {
    const distance = slips(plain, withoutPunctuation(name), least)
    if (distance >= least) continue
    least = distance
    best = name
  }
  return best
}

/** `apiKey`, `API-KEY` and `api_key` are one name in three habits. */
function withoutPunctuation(name: string): string {
  return name.toLowerCase().replace(/[-_.\s]/g, '')
}

/**
 * How many slips of the finger lie between two words: a letter more, less, other, or two letters swapped (the optimal
 * string alignment distance). Answers `limit` for anything that far or farther.
 */
function slips(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return Math.min(limit, at(last, b.length))
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}

/** As many values as one statement takes on every database: SQLite nests no deeper than 1,000 conditions. */
const pageLength = 250

/** Runs a query for so many values at a time, one after the other, and joins what they answer. */
export async function inPages<T, R>(
  values: readonly T[],
  query: (page: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const answers: R[] = []
  for (let at = 0; at < values.length; at += pageLength)
    answers.push(...(await query(values.slice(at, at + pageLength))))
  return answers
}

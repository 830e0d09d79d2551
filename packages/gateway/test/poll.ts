const periodMs = 50

/**
 * Resolves when this holds, looking again and again: for what tells nobody when it changes, such as the memory of another
 * process. The test's own deadline ends it otherwise.
 */
export async function poll(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, periodMs))
}

/** Resolves when `read` has given the same number this many times in a row. */
export async function untilSteady(read: () => number, times: number): Promise<void> {
  let last = Number.NaN
  let same = 0
  await poll(() => {
    const now = read()
    same = now === last ? same + 1 : 0
    last = now
    return same >= times
  })
}

import type { Verdict } from './judge.ts'

/** One exchange, as one client saw it. */
export interface TaskResult {
  readonly kind: string
  readonly wire: string
  readonly client: string
  readonly verdict: Verdict
}

/** What came through for each task, way to ask and client, and everything that was lost and why. */
export function writeTaskTables(results: readonly TaskResult[]): string {
  const keys = [...new Set(results.map(({ kind, wire, client }) => [kind, wire, client].join('\n')))]
  return [
    '| task | provider is asked as | client asks as | exchanges | exact | with told losses | failed |',
    '|---|---|---|---:|---:|---:|---:|',
    ...keys.toSorted(byTask).map((key) => {
      const [kind = '', wire = '', client = ''] = key.split('\n')
      const some = results.filter((each) => each.kind === kind && each.wire === wire && each.client === client)
      return `| ${kind} | ${wire} | ${client} | ${counts(some)} |`
    }),
    `| **all** | | | ${counts(results)} |`,
    '',
    '| what is lost | why | task | times |',
    '|---|---|---|---:|',
    ...lossRows(results),
    '',
  ].join('\n')
}

function byTask(a: string, b: string): number {
  return a < b ? -1 : 1
}

function counts(results: readonly TaskResult[]): string {
  const count = (kind: Verdict['kind']): number => results.filter(({ verdict }) => verdict.kind === kind).length
  return [results.length, count('exact'), count('with-losses'), count('failed')].join(' | ')
}

function lossRows(results: readonly TaskResult[]): readonly string[] {
  const times = new Map<string, number>()
  for (const { kind, verdict } of results) {
    if (verdict.kind === 'exact') continue
    for (const { path, why } of verdict.losses) {
      const row = `| \`${path}\` | ${why.replaceAll('|', '\\|')} | ${kind} |`
      times.set(row, (times.get(row) ?? 0) + 1)
    }
  }
  const sorted = [...times].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return sorted.map(([row, count]) => `${row} ${count} |`)
}

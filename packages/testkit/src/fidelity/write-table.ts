import type { ClientDialectId, DialectId } from '@sluice/core/ir/dialect-id.ts'
import { clientDialectIds, dialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { Recording } from '../recordings.ts'
import type { Verdict } from './judge.ts'

/** One exchange, as one client dialect saw it. */
export interface FidelityResult {
  readonly recording: Recording
  readonly client: ClientDialectId
  readonly verdict: Verdict
}

/** The page about fidelity: what came through in every pair of dialects, and everything that was ever lost and why. */
export function writeFidelityPage(results: readonly FidelityResult[]): string {
  return [
    '| provider speaks | client speaks | exchanges | exact | with told losses | failed |',
    '|---|---|---:|---:|---:|---:|',
    ...dialectIds
      .filter((source) => results.some(({ recording }) => recording.dialect === source))
      .flatMap((source) => clientDialectIds.map((client) => pairRow(source, client, results))),
    totalRow(results),
    '',
    '| what is lost | why | provider speaks | client speaks | times |',
    '|---|---|---|---|---:|',
    ...lossRows(results),
    '',
  ].join('\n')
}

function pairRow(source: DialectId, client: ClientDialectId, results: readonly FidelityResult[]): string {
  const pair = results.filter((each) => each.recording.dialect === source && each.client === client)
  return `| ${source} | ${client} | ${counts(pair)} |`
}

function totalRow(results: readonly FidelityResult[]): string {
  return `| **all** | | ${counts(results)} |`
}

function counts(results: readonly FidelityResult[]): string {
  const count = (kind: Verdict['kind']): number => results.filter(({ verdict }) => verdict.kind === kind).length
  return [results.length, count('exact'), count('with-losses'), count('failed')].join(' | ')
}

interface LossKind {
  readonly path: string
  readonly why: string
  readonly sources: Set<string>
  readonly clients: Set<string>
  times: number
}

/** Most frequent first; equal ones by name, so that the page does not change without a cause. */
function lossRows(results: readonly FidelityResult[]): readonly string[] {
  const kinds = new Map<string, LossKind>()
  for (const { recording, client, verdict } of results) {
    if (verdict.kind === 'exact') continue
    for (const { path, why } of verdict.losses) {
      const key = `${path}\n${why}`
      const kind = kinds.get(key) ?? { path, why, sources: new Set(), clients: new Set(), times: 0 }
      kinds.set(key, kind)
      kind.times++
      kind.sources.add(recording.dialect ?? '')
      kind.clients.add(client)
    }
  }
  const sorted = [...kinds.values()].toSorted((a, b) => b.times - a.times || (a.path + a.why < b.path + b.why ? -1 : 1))
  return sorted.map(
    ({ path, why, sources, clients, times }) =>
      `| \`${path}\` | ${escapeCell(why)} | ${[...sources].toSorted().join(', ')} | ${[...clients].toSorted().join(', ')} | ${times} |`,
  )
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|')
}

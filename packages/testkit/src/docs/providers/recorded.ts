import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asNumber, asObject, parseObject } from '@sluice/core/ir/read.ts'
import { findProvider, knownProviders } from '@sluice/core/providers/registry.ts'
import { projectRoot } from '../../house/source-files.ts'
import { loadRecordings, type RecordingEntry } from '../../recordings.ts'
import { type EndpointId, endpointIds, endpointOf } from './endpoints.ts'

/** How many recorded exchanges of an endpoint the tests replay, by provider. */
export type Recorded = ReadonlyMap<string, Readonly<Partial<Record<EndpointId, number>>>>

/** Where the counts are kept, for machines without the recordings. */
export const summaryPath: string = join(projectRoot, 'packages/testkit/src/docs/providers/recorded.json')

/** Counts them in the recordings of this machine; empty without any. */
export function countRecorded(): Recorded {
  const counted = new Map<string, Partial<Record<EndpointId, number>>>()
  for (const entry of loadRecordings(hasProvider)) {
    const id = ownerOf(entry)
    const counts = counted.get(id) ?? {}
    const endpoint = endpointOf(entry)
    if (endpoint !== undefined) counts[endpoint] = (counts[endpoint] ?? 0) + 1
    counts['pass-through'] = (counts['pass-through'] ?? 0) + 1
    counted.set(id, counts)
  }
  return counted
}

/** Ollama's own API is an entry of its own; both were recorded under one name. */
function ownerOf({ provider, dialect }: RecordingEntry): string {
  const id = findProvider(provider)?.id ?? ''
  const isNative = dialect !== undefined && knownProviders.filter((each) => each.dialect === dialect).length === 1
  return isNative ? (knownProviders.find((each) => each.dialect === dialect)?.id ?? id) : id
}

function hasProvider({ provider, operation }: RecordingEntry): boolean {
  return findProvider(provider) !== undefined && operation !== 'realtime'
}

/** The counts as they were committed. */
export function readSummary(): Recorded {
  const summary = parseObject(readFileSync(summaryPath, 'utf8')) ?? {}
  return new Map(
    Object.entries(summary).map(([id, counts]) => {
      const numbers = endpointIds.map((endpoint) => [endpoint, asNumber(asObject(counts)?.[endpoint])] as const)
      return [id, Object.fromEntries(numbers.filter(([, count]) => count !== undefined))]
    }),
  )
}

/** The counts as they are committed, in an order that does not change without a cause. */
export function writeSummary(recorded: Recorded): string {
  const rows = [...recorded]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, counts]) => {
      const ordered = endpointIds.filter((endpoint) => counts[endpoint]).map((endpoint) => [endpoint, counts[endpoint]])
      return [id, Object.fromEntries(ordered)]
    })
  return `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`
}

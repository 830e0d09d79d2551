import type { Snapshot } from '@sluice/core/call/snapshot.ts'

/** The one place that changes on reload. A call reads `current` once, at its start, and keeps what it read. */
export interface SnapshotHolder {
  readonly current: Snapshot
  /** Replaces the snapshot whole; calls under way go on with the one they have. */
  swap(next: Snapshot): void
}

export function createSnapshotHolder(first: Snapshot): SnapshotHolder {
  let current = first
  return {
    get current() {
      return current
    },
    swap(next) {
      current = next
    },
  }
}

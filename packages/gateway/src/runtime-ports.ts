import type { CallPorts } from '@sluice/core/call/call-ports.ts'
import type { CallRecord } from '@sluice/core/call/call-record.ts'
import { demoTransport } from '@sluice/core/call/demo-upstream.ts'
import type { Credential } from '@sluice/core/providers/auth/credential.ts'
import type { Transport } from '@sluice/core/upstream/transport.ts'
import type { ProcessLog } from './telemetry/process-log.ts'

export interface RuntimeParts {
  readonly transport: Transport
  /** The transport whose requests carry this credential. */
  readonly authorized: (credential: Credential) => Transport
  readonly record: (record: CallRecord) => void
  readonly log: ProcessLog
}

/** The real world for calls: clocks, timers, randomness, the network, the log. */
export function createRuntimePorts({ transport, authorized, record, log }: RuntimeParts): CallPorts {
  // Unique over processes and restarts by its random part, within one by its count; a random one each would cost more.
  const processTag = crypto.randomUUID().replaceAll('-', '').slice(0, 20)
  let made = 0
  return {
    transportFor(provider) {
      if (provider.credential) return authorized(provider.credential)
      return provider.transport === 'demo' ? demoTransport : transport
    },
    nowMs: () => performance.now(),
    unixSeconds: () => Math.floor(Date.now() / 1000),
    newId: (prefix) => prefix + processTag + (made++).toString(36).padStart(7, '0'),
    after(delayMs, act) {
      const timer = setTimeout(act, delayMs)
      return () => clearTimeout(timer)
    },
    every(periodMs, act) {
      const timer = setInterval(act, periodMs)
      return () => clearInterval(timer)
    },
    record,
    reportBug: (bug, requestId) => log.bug(bug, { request_id: requestId }),
  }
}

import type { LineWriter } from './line-writer.ts'

/** What happens to the process rather than to one call: starts, reloads, refusals, bugs. */
export interface ProcessLog {
  info(event: string, facts?: Readonly<Record<string, unknown>>): void
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void
  /** A thrown bug. Its stack is logged; a message is all anybody else gets to see. */
  bug(error: unknown, facts?: Readonly<Record<string, unknown>>): void
}

export function createProcessLog(writer: LineWriter): ProcessLog {
  const line = (level: string, event: string, facts: object): void =>
    writer.writeJson({ time: new Date().toISOString(), level, event, ...facts })
  return {
    info: (event, facts = {}) => line('info', event, facts),
    warn: (event, facts = {}) => line('warn', event, facts),
    bug: (error, facts = {}) => line('error', 'bug', { ...facts, error: describe(error) }),
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).slice(0, 4000) : String(error).slice(0, 4000)
}

import type { AnswerSink } from '@sluice/core/call/client-call.ts'

/** A body that is written while it is produced. `run` is called once and never rejects. */
export interface ProducedBody {
  run(sink: AnswerSink): Promise<void>
}

/** What is sent back to a client. */
export interface HttpAnswer {
  readonly status: number
  /** Lower-case names. `date`, `content-length`, `transfer-encoding` and `connection` are the connection's own. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | ProducedBody
  /** Called once, when the last byte is handed to the system or the client is gone. */
  readonly onDone?: () => void
  /** True closes the connection after this answer. */
  readonly isLast?: boolean
}

/** A value as a JSON answer. */
export function jsonAnswer(value: unknown, status = 200): HttpAnswer {
  return { status, headers: jsonHeaders, body: JSON.stringify(value) }
}

const jsonHeaders: Readonly<Record<string, string>> = { 'content-type': 'application/json;charset=utf-8' }

import type { Frame, Meter, RequestOptions } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import { asObject, asString, parseObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { decodeErrorObject, decodeResponseError } from './decode-failure.ts'
import type { ResponsesQuirks } from './quirks.ts'
import { decodeUsage } from './usage.ts'

/** Watches a relayed stream. Usage, finish and failure are all in the terminal event, so only that is parsed. */
export function createMeter({ context }: RequestOptions<ResponsesQuirks>): Meter {
  let usage: Usage | undefined
  let finish: string | null = null
  let failure: Failure | undefined
  let isComplete = false

  function readTerminal(data: string): void {
    const value = parseObject(data)
    const type = asString(value?.['type'])
    const response = asObject(value?.['response'])
    if (!value || type === undefined) return
    if (type === 'error') failure ??= decodeErrorObject(value, context.provider)
    if (!response || !terminals.has(type)) return
    const wireUsage = asObject(response['usage'])
    if (wireUsage) usage = decodeUsage(wireUsage)
    const status = asString(response['status']) ?? type.slice('response.'.length)
    const isFailed = status === 'failed' || type === 'response.failed' || asObject(response['error']) !== undefined
    if (isFailed) failure ??= decodeResponseError(response, context.provider)
    else isComplete = status === 'completed' || status === 'incomplete'
    finish = asString(asObject(response['incomplete_details'])?.['reason']) ?? status
  }

  return {
    frame({ event, data }: Frame): void {
      if (event === undefined ? mayBeTerminal(data) : event === 'error' || terminals.has(event)) readTerminal(data)
    },
    get usage() {
      return usage
    },
    get finish() {
      return finish
    },
    get failure() {
      return failure
    },
    get isComplete() {
      return isComplete
    },
  }
}

const terminals: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.done',
])

/** Text that a delta would have to quote escaped, so a hit is nearly always the event itself. */
function mayBeTerminal(data: string): boolean {
  if (data.includes('"response.completed"') || data.includes('"response.incomplete"')) return true
  if (data.includes('"response.failed"') || data.includes('"response.done"')) return true
  return /"type"\s*:\s*"error"/.test(data)
}

import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { asObject, asObjects } from '@sluice/core/ir/read.ts'

/** What a client of a dialect learns from an error: whether its request was wrong, and which field. */
export interface Fault {
  readonly kind: 'invalid' | 'other'
  readonly param: string | undefined
}

/** Reads an error as the SDKs of its dialect do. */
export function faultOf(dialect: ClientDialectId, text: string): Fault {
  const error = asObject(asObject(JSON.parse(text))?.['error']) ?? {}
  switch (dialect) {
    case 'openai-chat':
    case 'openai-responses':
      return { kind: kindOf(error['type'] === 'invalid_request_error'), param: textOf(error['param']) }
    case 'anthropic-messages':
      // The API has no field for it: the message names it, in quotes.
      return { kind: kindOf(error['type'] === 'invalid_request_error'), param: quotedIn(error['message']) }
    case 'gemini': {
      const violations = asObjects(error['details']).flatMap((each) => asObjects(each['fieldViolations']))
      return { kind: kindOf(error['status'] === 'INVALID_ARGUMENT'), param: textOf(violations[0]?.['field']) }
    }
  }
}

function kindOf(isInvalid: boolean): Fault['kind'] {
  return isInvalid ? 'invalid' : 'other'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function quotedIn(message: unknown): string | undefined {
  return /'([^']+)'/.exec(textOf(message) ?? '')?.[1]
}

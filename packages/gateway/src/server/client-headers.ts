import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { RequestHeaders } from '../http/request-head.ts'

const none: Readonly<Record<string, string>> = {}

/**
 * Client headers that go on to a provider of the same dialect. Anthropic's are a contract (a beta's header and its body
 * fields travel as a pair), so all of them pass; of OpenAI's only the one that switches features does.
 */
export function passHeaders(dialect: ClientDialectId, headers: RequestHeaders): Readonly<Record<string, string>> {
  switch (dialect) {
    case 'anthropic-messages':
      return anthropicHeaders(headers)
    case 'openai-chat':
    case 'openai-responses':
      return openaiHeaders(headers)
    case 'gemini':
      return none
  }
}

function anthropicHeaders(headers: RequestHeaders): Readonly<Record<string, string>> {
  const passed: Record<string, string> = {}
  headers.forEach((value, name) => {
    if (name.startsWith('anthropic-')) passed[name] = value
  })
  return passed
}

function openaiHeaders(headers: RequestHeaders): Readonly<Record<string, string>> {
  const beta = headers.get('openai-beta')
  return beta === null ? none : { 'openai-beta': beta }
}

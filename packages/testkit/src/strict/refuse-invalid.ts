import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import type { Answer } from '../answer.ts'
import { answerJson } from '../answer.ts'
import { replyWriterOf } from '../answers/say.ts'
import { dialectOfPath, type ReceivedCall } from '../journal.ts'
import { checkAnthropicMessages } from './anthropic-messages.ts'
import { checkBedrockConverse } from './bedrock-converse.ts'
import { checkCohere } from './cohere.ts'
import { checkGemini } from './gemini.ts'
import { checkOllama } from './ollama.ts'
import { checkOpenaiChat } from './openai-chat.ts'
import { checkOpenaiResponses } from './openai-responses.ts'
import type { Violation } from './violation.ts'

/**
 * The 400 a real API would answer this request with, or undefined when it would take it. Only what the real ones are
 * known to refuse is checked; an unknown path is let through.
 */
export function refuseInvalid(call: ReceivedCall): Answer | undefined {
  const dialect = dialectOfPath(call.path)
  const violation = dialect && findViolation(dialect, call)
  return violation && refusalOf(dialect, violation)
}

/** What is wrong with a request of this dialect. */
export function findViolation(dialect: DialectId, call: ReceivedCall): Violation | undefined {
  const body = asObject(call.json)
  if (!body) return { message: 'We could not parse the JSON body of your request.' }
  switch (dialect) {
    case 'openai-chat':
      return checkOpenaiChat(body)
    case 'openai-responses':
      return checkOpenaiResponses(body)
    case 'anthropic-messages':
      return checkAnthropicMessages(body, call)
    case 'gemini':
      return checkGemini(body)
    case 'bedrock-converse':
      return checkBedrockConverse(body)
    case 'cohere':
      return checkCohere(body)
    case 'ollama':
      return checkOllama(body)
  }
}

function refusalOf(dialect: DialectId, { message, param, code, status = 400 }: Violation): Answer {
  const body = replyWriterOf(dialect).errorBody(status, message)
  const isOpenai = dialect === 'openai-chat' || dialect === 'openai-responses'
  if (!isOpenai) return answerJson(body, { status })
  const error = { ...asObject(body['error']), param: param ?? null, code: code ?? null }
  return answerJson({ error }, { status })
}

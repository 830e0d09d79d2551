import type { Frame } from '@sluice/core/ir/dialect.ts'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, parseObject } from '@sluice/core/ir/read.ts'
import type { BilledTokens } from '../answer.ts'
import type { Recording } from '../recordings.ts'
import { framesOf } from '../recordings.ts'
import { readMessagesAnswer, readMessagesEvents } from './anthropic-messages.ts'
import type { Facts } from './facts.ts'
import { readGeminiChunks } from './gemini.ts'
import { readChatAnswer, readChatChunks } from './openai-chat.ts'
import { readResponsesAnswer, readResponsesEvents } from './openai-responses.ts'

/** What a whole answer says. */
export function readAnswerFacts(dialect: ClientDialectId, body: JsonObject): Facts {
  switch (dialect) {
    case 'openai-chat':
      return readChatAnswer(body)
    case 'openai-responses':
      return readResponsesAnswer(body)
    case 'anthropic-messages':
      return readMessagesAnswer(body)
    case 'gemini':
      return readGeminiChunks([body])
  }
}

/** What a stream says, from its frames. */
export function readStreamFacts(dialect: ClientDialectId, frames: readonly Frame[]): Facts {
  const events = frames.map(({ data }) => parseObject(data)).filter((event) => event !== undefined)
  switch (dialect) {
    case 'openai-chat': {
      const isDone = frames.some(({ data }) => data.trim() === '[DONE]')
      const facts = readChatChunks(events, { isComplete: isDone })
      return { ...facts, isComplete: isDone && facts.error === undefined }
    }
    case 'openai-responses':
      return readResponsesEvents(events)
    case 'anthropic-messages':
      return readMessagesEvents(events)
    case 'gemini':
      return readGeminiChunks(events)
  }
}

/** What a recorded answer says; undefined when it speaks none of our dialects or is no JSON. */
export function readRecordedFacts(recording: Recording): Facts | undefined {
  const { dialect, response } = recording
  if (!dialect) return undefined
  if (recording.stream) return readStreamFacts(dialect, framesOf(recording))
  const body = asObject(response.body)
  return body && readAnswerFacts(dialect, body)
}

/** What the recorded provider billed for the exchange, as far as the answer tells. */
export function readBill(recording: Recording): BilledTokens | undefined {
  const usage = readRecordedFacts(recording)?.usage
  if (usage?.input === undefined || usage.output === undefined) return undefined
  const { input, output, cacheRead, cacheWrite, reasoning } = usage
  return {
    input,
    output,
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
    ...(reasoning !== undefined && { reasoning }),
  }
}

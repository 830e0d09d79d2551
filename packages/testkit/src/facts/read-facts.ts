import type { Frame } from '@sluice/core/ir/dialect.ts'
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, parseObject } from '@sluice/core/ir/read.ts'
import type { BilledTokens } from '../answer.ts'
import type { Recording } from '../recordings.ts'
import { framesOf } from '../recordings.ts'
import { readMessagesAnswer, readMessagesEvents } from './anthropic-messages.ts'
import { readConverseAnswer, readConverseEvents } from './bedrock-converse.ts'
import { readCohereAnswer, readCohereEvents } from './cohere.ts'
import type { Facts } from './facts.ts'
import { readGeminiChunks } from './gemini.ts'
import { readOllamaLines } from './ollama.ts'
import { readChatAnswer, readChatChunks } from './openai-chat.ts'
import { readResponsesAnswer, readResponsesEvents } from './openai-responses.ts'

/** How the answers of a dialect are read straight off the wire. */
interface FactsReader {
  whole(body: JsonObject): Facts
  /** `frames` as they came, `events` those of them that are JSON objects. */
  stream(events: readonly JsonObject[], frames: readonly Frame[]): Facts
}

const readers: Readonly<Record<DialectId, FactsReader>> = {
  'openai-chat': {
    whole: readChatAnswer,
    stream(events, frames) {
      const isDone = frames.some(({ data }) => data.trim() === '[DONE]')
      const facts = readChatChunks(events, { isComplete: isDone })
      return { ...facts, isComplete: isDone && facts.error === undefined }
    },
  },
  'openai-responses': { whole: readResponsesAnswer, stream: readResponsesEvents },
  'anthropic-messages': { whole: readMessagesAnswer, stream: readMessagesEvents },
  gemini: { whole: (body) => readGeminiChunks([body]), stream: readGeminiChunks },
  'bedrock-converse': { whole: readConverseAnswer, stream: (_, frames) => readConverseEvents(frames) },
  cohere: { whole: readCohereAnswer, stream: readCohereEvents },
  ollama: { whole: (body) => readOllamaLines([body]), stream: readOllamaLines },
}

/** What a whole answer says. */
export function readAnswerFacts(dialect: DialectId, body: JsonObject): Facts {
  return readers[dialect].whole(body)
}

/** What a stream says, from its frames. */
export function readStreamFacts(dialect: DialectId, frames: readonly Frame[]): Facts {
  const events = frames.map(({ data }) => parseObject(data)).filter((event) => event !== undefined)
  return readers[dialect].stream(events, frames)
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

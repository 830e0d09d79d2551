import type { EncoderOptions, Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { rest } from '../../ir/read.ts'
import type { Choice, GenerateResponse } from '../../ir/response.ts'
import { dialect, ownFields } from './own-fields.ts'
import type { SealedThought } from './signature.ts'
import { isCarried } from './signature.ts'
import { encodeUsage, loseCounts } from './usage.ts'
import { contentOf, isBlockedPrompt, malformedCall, writeAnswerPart, writeCandidateEnd } from './write-answer.ts'
import type { CitedText } from './write-grounding.ts'

/** A whole answer as one `GenerateContentResponse`. */
export function encodeResponse(response: GenerateResponse, _options: EncoderOptions, lose: Lose): JsonObject {
  const own = ownFields(response.ext)
  for (const event of response.opaque) {
    if (event.dialect !== dialect) lose({ path: 'opaque', why: `an event only ${event.dialect} knows` })
  }
  if (response.usage) loseCounts(response.usage, lose)
  const isBlocked = isBlockedPrompt(own) && response.choices.every(({ parts }) => parts.length === 0)
  return (
    rest({
      candidates: isBlocked ? undefined : response.choices.map((choice, index) => writeCandidate(choice, index, lose)),
      ...own,
      usageMetadata: response.usage && encodeUsage(response.usage),
      modelVersion: response.model,
      responseId: response.id,
    }) ?? {}
  )
}

function writeCandidate({ parts, finish }: Choice, choice: number, lose: Lose): JsonObject {
  const wire: JsonObject[] = []
  const texts: CitedText[] = []
  let thoughts: readonly SealedThought[] = []
  for (const [index, part] of parts.entries()) {
    const written = writeAnswerPart(part, { path: `choices[${choice}].parts[${index}]`, lose, thoughts })
    if (isCarried(part)) thoughts = [...thoughts, part]
    else if (part.kind === 'tool-call') thoughts = []
    if (part.kind === 'text' && part.citations) {
      texts.push({ text: part.text, citations: part.citations, partIndex: wire.length })
    }
    if (written) wire.push(written)
  }
  const logprobs = parts.flatMap((part) => (part.kind === 'text' ? (part.logprobs ?? []) : []))
  const malformed = parts.map(malformedCall).find((each) => each !== undefined)
  const hasCalls = wire.some((part) => 'functionCall' in part)
  const end = { choice, finish, texts, logprobs, malformed, hasCalls }
  return { content: contentOf(wire, finish), ...writeCandidateEnd(end, lose) }
}

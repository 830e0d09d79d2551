import { textToArgs } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { FinishReason } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, ToolCallPart } from '../../ir/part.ts'
import { asObject, parseObject, rest } from '../../ir/read.ts'
import type { Choice } from '../../ir/response.ts'
import { textToBase64 } from './base64.ts'
import { encodeFinish, finishMessageFor } from './finish.ts'
import { writeLogprobs } from './logprobs.ts'
import { typeOfData } from './media-type.ts'
import { dialect, ownFields } from './own-fields.ts'
import type { SealedThought } from './signature.ts'
import { carryThoughts, writeSignature } from './signature.ts'
import type { CitedText } from './write-grounding.ts'
import { writeGrounding } from './write-grounding.ts'

/** What writing a part of an answer needs beside the part. */
export interface AnswerPartContext {
  /** Where the part stands, for what is lost. */
  readonly path: string
  readonly lose: Lose
  /** Thoughts with foreign seals that came since the last call. */
  readonly thoughts: readonly SealedThought[]
}

/** A part of an answer as a wire part with its signature; undefined where nothing can be placed. */
export function writeAnswerPart(part: Part, { path, lose, thoughts }: AnswerPartContext): JsonObject | undefined {
  const wire = writeData(part, path, lose)
  if (wire && part.kind === 'tool-call' && !part.seal && thoughts.length > 0) {
    return { ...wire, thoughtSignature: carryThoughts(thoughts) }
  }
  if (!wire || !part.seal) return wire
  return { ...wire, thoughtSignature: writeSignature(part.seal, part.kind === 'reasoning' ? part.form : undefined) }
}

function writeData(part: Part, path: string, lose: Lose): JsonObject | undefined {
  const own = ownFields(part.ext)
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text === '' && !part.seal && Object.keys(own).length === 0 ? undefined : { ...own, text: part.text }
    case 'reasoning':
      return part.text === '' && !part.seal ? undefined : { ...own, text: part.text, thought: true }
    case 'media':
      return { ...own, ...writeMedia(part) }
    case 'tool-call':
      return writeCall(part, own, { path, lose })
    case 'opaque':
      if (part.dialect === dialect) return part.value
      lose({ path, why: `a block only ${part.dialect} knows`, value: part.value['type'] ?? null })
      return undefined
    case 'tool-result':
      lose({ path, why: 'a Gemini answer holds no tool results' })
      return undefined
    default:
      return part satisfies never
  }
}

function writeMedia(part: MediaPart): JsonObject {
  const { source, mediaType, filename: displayName, transcript } = part
  const spoken = transcript === undefined ? {} : { audioTranscription: { text: transcript } }
  if (source.from === 'url' || source.from === 'file') {
    const fileUri = source.from === 'url' ? source.url : source.id
    return { fileData: rest({ mimeType: mediaType, fileUri, displayName }) ?? {}, ...spoken }
  }
  const data = source.from === 'text' ? textToBase64(source.text) : source.data
  return { inlineData: rest({ mimeType: typeOfData(mediaType, data), data, displayName }) ?? {}, ...spoken }
}

function writeCall(
  part: ToolCallPart,
  own: JsonObject,
  { path, lose }: { readonly path: string; readonly lose: Lose },
): JsonObject | undefined {
  if (part.executor === 'provider') {
    lose({
      path,
      why: "a tool call the provider ran itself; Gemini has no form for another provider's",
      value: part.name,
    })
    return undefined
  }
  const args = argsOf(part)
  if (!args) {
    lose({
      path: `${path}.args`,
      why: 'the arguments are no JSON object; the client is told of a malformed call',
      value: part.args,
    })
    return undefined
  }
  return { ...own, functionCall: { ...asObject(own['functionCall']), id: part.id, name: part.name, args } }
}

function argsOf({ args, form }: Pick<ToolCallPart, 'args' | 'form'>): JsonObject | undefined {
  const text = form === 'text' ? textToArgs(args) : args
  return text.trim() === '' ? {} : parseObject(text)
}

/**
 * What the API itself says of a call whose arguments are no object: no call, MALFORMED_FUNCTION_CALL, and the text in
 * `finishMessage`.
 */
export function malformedCall(part: Part): string | undefined {
  if (part.kind !== 'tool-call' || part.executor === 'provider' || argsOf(part)) return undefined
  return `Malformed function call: ${part.name}(${part.args})`
}

/** What is said of a candidate when it ends. */
export interface CandidateEnd {
  readonly choice: number
  readonly finish: Choice['finish']
  readonly texts: readonly CitedText[]
  readonly logprobs: Parameters<typeof writeLogprobs>[0]
  /** From `malformedCall`. */
  readonly malformed: string | undefined
  /** There is a call that the client can run. */
  readonly hasCalls: boolean
}

/** A candidate's fields beside its content. What this dialect's own provider said goes out as it was said. */
export function writeCandidateEnd(end: CandidateEnd, lose: Lose): JsonObject {
  const { choice, finish, texts, logprobs, malformed } = end
  const isMalformed = malformed !== undefined && !end.hasCalls && isTold(finish.reason)
  const own = ownFields(finish.ext)
  const isGrounded = own['groundingMetadata'] !== undefined || own['citationMetadata'] !== undefined
  const word = isMalformed ? 'MALFORMED_FUNCTION_CALL' : encodeFinish(finish.reason, finish.raw)
  if (finish.stopSequence !== undefined) {
    lose({ path: `choices[${choice}].finish.stopSequence`, why: 'Gemini does not tell which stop sequence was hit' })
  }
  return (
    rest({
      finishReason: word,
      index: choice,
      finishMessage: malformed ?? finishMessageFor(finish.reason, word),
      groundingMetadata: isGrounded ? undefined : writeGrounding(texts),
      logprobsResult: logprobs.length > 0 ? writeLogprobs(logprobs) : undefined,
      ...own,
    }) ?? {}
  )
}

/** An answer cut at its token limit breaks off inside a call; the limit is then what the client should hear of. */
function isTold(reason: FinishReason): boolean {
  return reason !== 'length' && reason !== 'content-filter'
}

/** Clients read `content.parts` without looking; only a blocked answer has none. */
export function contentOf(parts: readonly JsonObject[], { reason }: Choice['finish']): JsonObject {
  if (parts.length > 0) return { parts, role: 'model' }
  return reason === 'content-filter' || reason === 'refusal' ? {} : { parts: [{ text: '' }], role: 'model' }
}

/** True where a blocked prompt is told at the top level: an answer without content then has no candidate at all. */
export function isBlockedPrompt(topLevel: JsonObject): boolean {
  return asObject(topLevel['promptFeedback'])?.['blockReason'] !== undefined
}

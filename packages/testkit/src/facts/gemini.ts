import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import { errorOf } from './error-of.ts'
import type { ChoiceDraft, Facts, FinishClass, UsageFacts } from './facts.ts'
import { draftChoice, finishDraft } from './facts.ts'
import { addPartialArgs } from './gemini-partial-args.ts'

/**
 * Reads a generateContent answer, whole (one chunk) or streamed. A chunk with a `finishReason`, or one that says the
 * prompt was blocked, is the healthy terminal.
 */
export function readGeminiChunks(chunks: readonly JsonObject[]): Facts {
  const drafts: ChoiceDraft[] = []
  let usage: UsageFacts | undefined
  let error: string | undefined
  for (const chunk of chunks) {
    error ??= errorOf(chunk)
    const reported = asObject(chunk['usageMetadata'])
    if (reported) usage = readUsage(reported, usage)
    for (const candidate of asObjects(chunk['candidates'])) readCandidate(candidate, drafts)
    if (asString(asObject(chunk['promptFeedback'])?.['blockReason']) !== undefined)
      drafts[0] = { ...(drafts[0] ?? draftChoice()), finish: 'blocked' }
  }
  const isFinished = drafts.length > 0 && drafts.every((draft) => draft?.finish !== undefined)
  const choices = drafts.map((draft) => finishDraft(draft ?? draftChoice()))
  return { choices, usage, error, isComplete: isFinished && error === undefined }
}

function readCandidate(candidate: JsonObject, drafts: ChoiceDraft[]): void {
  const index = asNumber(candidate['index']) ?? 0
  const draft = drafts[index] ?? draftChoice()
  drafts[index] = draft
  for (const part of asObjects(asObject(candidate['content'])?.['parts'])) readPart(part, draft)
  const word = candidate['finishReason']
  if (word !== undefined && word !== null) draft.finish = finishClass(word, draft)
}

function readPart(part: JsonObject, draft: ChoiceDraft): void {
  const text = asString(part['text']) ?? ''
  if (part['thought'] === true) draft.reasoning += text
  else draft.text += text
  const call = asObject(part['functionCall'])
  if (call) readCall(call, draft)
}

/** A call comes whole, or opened by its name and filled piece by piece. */
function readCall(call: JsonObject, { calls }: ChoiceDraft): void {
  const name = asString(call['name'])
  if (name !== undefined) calls.push({ name, args: JSON.stringify(call['args'] ?? {}) })
  const last = calls.at(-1)
  if (last && call['partialArgs']) last.args = addPartialArgs(last.args, asObjects(call['partialArgs']))
}

/** STOP with function calls is a stop for the calls. Some servers send the numbers of the enum. */
function finishClass(word: Json, { calls }: ChoiceDraft): FinishClass {
  switch (word) {
    case 'STOP':
    case 1:
      return calls.length > 0 ? 'tool-calls' : 'stop'
    case 'MAX_TOKENS':
    case 2:
      return 'length'
    case 'SAFETY':
    case 3:
    case 'RECITATION':
    case 'BLOCKLIST':
    case 'PROHIBITED_CONTENT':
    case 'SPII':
    case 'IMAGE_SAFETY':
      return 'blocked'
    default:
      return 'other'
  }
}

/** Counts are cumulative; a later chunk that leaves one out does not take it back. Thoughts stand beside the candidates. */
function readUsage(usage: JsonObject, before: UsageFacts | undefined): UsageFacts {
  const prompt = asNumber(usage['promptTokenCount'])
  const toolUse = asNumber(usage['toolUsePromptTokenCount']) ?? 0
  const candidates = asNumber(usage['candidatesTokenCount'])
  const thoughts = asNumber(usage['thoughtsTokenCount'])
  const isOutputTold = candidates !== undefined || thoughts !== undefined
  return {
    input: prompt === undefined ? before?.input : prompt + toolUse,
    output: isOutputTold ? (candidates ?? 0) + (thoughts ?? 0) : before?.output,
    cacheRead: asNumber(usage['cachedContentTokenCount']) ?? before?.cacheRead,
    cacheWrite: undefined,
    reasoning: thoughts ?? before?.reasoning,
  }
}

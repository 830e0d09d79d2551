import type { Frame } from '@sluice/core/ir/dialect.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects, asString, parseObject } from '@sluice/core/ir/read.ts'
import type { ChoiceDraft, Facts, FinishClass, UsageFacts } from './facts.ts'
import { draftChoice, finishDraft } from './facts.ts'

/** Reads a whole Converse answer. */
export function readConverseAnswer(body: JsonObject): Facts {
  const draft = draftChoice()
  const message = asObject(asObject(body['output'])?.['message'])
  for (const block of asObjects(message?.['content'])) readBlock(block, draft)
  draft.finish = finishClass(body['stopReason'])
  const usage = asObject(body['usage'])
  return {
    choices: [finishDraft(draft)],
    usage: usage && readUsage(usage),
    error: asString(body['message']) ?? asString(asObject(body['error'])?.['message']) ?? asString(body['error']),
    isComplete: message !== undefined && draft.finish !== undefined,
  }
}

/** Reads a ConverseStream answer. `metadata` after `messageStop` ends it. */
export function readConverseEvents(frames: readonly Frame[]): Facts {
  const draft = draftChoice()
  const calls = new Map<number, { args: string }>()
  let usage: JsonObject | undefined
  let error: string | undefined
  for (const { event, data } of frames) {
    if (error !== undefined || (usage && draft.finish)) break
    const value = parseObject(data)
    if (!value) error = 'no JSON'
    else if (event === 'error') error = asString(asObject(value['error'])?.['message']) ?? 'error'
    else if (event === 'contentBlockStart') openBlock(value, draft, calls)
    else if (event === 'contentBlockDelta') addDelta(value, draft, calls)
    else if (event === 'messageStop') draft.finish = finishClass(value['stopReason'])
    else if (event === 'metadata') usage = asObject(value['usage'])
  }
  return {
    choices: [finishDraft(draft)],
    usage: usage && readUsage(usage),
    error,
    isComplete: usage !== undefined && draft.finish !== undefined && error === undefined,
  }
}

function openBlock(event: JsonObject, draft: ChoiceDraft, calls: Map<number, { args: string }>): void {
  const toolUse = asObject(asObject(event['start'])?.['toolUse'])
  if (!toolUse || toolUse['type'] === 'server_tool_use') return
  const call = { name: asString(toolUse['name']) ?? '', args: '' }
  calls.set(asNumber(event['contentBlockIndex']) ?? -1, call)
  draft.calls.push(call)
}

function addDelta(event: JsonObject, draft: ChoiceDraft, calls: Map<number, { args: string }>): void {
  const delta = asObject(event['delta']) ?? {}
  draft.text += asString(delta['text']) ?? ''
  draft.reasoning += asString(asObject(delta['reasoningContent'])?.['text']) ?? ''
  const call = calls.get(asNumber(event['contentBlockIndex']) ?? -1)
  if (call) call.args += asString(asObject(delta['toolUse'])?.['input']) ?? ''
}

function readBlock(block: JsonObject, draft: ChoiceDraft): void {
  draft.text += asString(block['text']) ?? ''
  for (const { text } of asObjects(asObject(block['citationsContent'])?.['content'])) draft.text += asString(text) ?? ''
  const thought = asObject(asObject(block['reasoningContent'])?.['reasoningText'])
  draft.reasoning += asString(thought?.['text']) ?? ''
  const call = asObject(block['toolUse'])
  if (!call || call['type'] === 'server_tool_use') return
  draft.calls.push({ name: asString(call['name']) ?? '', args: JSON.stringify(call['input'] ?? {}) })
}

function finishClass(word: unknown): FinishClass | undefined {
  switch (word) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop'
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length'
    case 'tool_use':
      return 'tool-calls'
    case 'guardrail_intervened':
    case 'content_filtered':
      return 'blocked'
    default:
      return typeof word === 'string' ? 'other' : undefined
  }
}

/** `inputTokens` leaves out what the cache gave and took. */
function readUsage(usage: JsonObject): UsageFacts {
  const fresh = asNumber(usage['inputTokens'])
  const cacheRead = asNumber(usage['cacheReadInputTokens'])
  const cacheWrite = asNumber(usage['cacheWriteInputTokens'])
  return {
    input: fresh === undefined ? undefined : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: asNumber(usage['outputTokens']),
    cacheRead,
    cacheWrite,
    reasoning: undefined,
  }
}

import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import { errorOf } from './error-of.ts'
import type { ChoiceDraft, Facts, FinishClass, UsageFacts } from './facts.ts'
import { draftChoice, finishDraft } from './facts.ts'

/** Reads a whole Messages answer. */
export function readMessagesAnswer(body: JsonObject): Facts {
  const draft = draftChoice()
  for (const block of asObjects(body['content'])) readBlock(block, draft)
  draft.finish = finishClass(body['stop_reason'])
  const usage = asObject(body['usage'])
  return {
    choices: [finishDraft(draft)],
    usage: usage && readUsage(usage),
    error: errorOf(body),
    isComplete: body['type'] === 'message',
  }
}

/** Reads a Messages stream from the JSON of its events. */
export function readMessagesEvents(events: readonly JsonObject[]): Facts {
  const draft = draftChoice()
  const calls = new Map<number, { name: string; args: string }>()
  let usage: JsonObject = {}
  let error: string | undefined
  let isComplete = false
  for (const event of events) {
    // Nothing counts after the end.
    if (isComplete) break
    const index = asNumber(event['index']) ?? 0
    if (event['type'] === 'error') error ??= errorOf(event) ?? 'error'
    else if (event['type'] === 'message_stop') isComplete = true
    else if (event['type'] === 'message_start') usage = { ...usage, ...asObject(asObject(event['message'])?.['usage']) }
    else if (event['type'] === 'content_block_start')
      openBlock(asObject(event['content_block']) ?? {}, index, { draft, calls })
    else if (event['type'] === 'content_block_delta') addDelta(asObject(event['delta']) ?? {}, draft, calls.get(index))
    else if (event['type'] === 'message_delta') {
      draft.finish = finishClass(asObject(event['delta'])?.['stop_reason']) ?? draft.finish
      usage = { ...usage, ...withoutNulls(asObject(event['usage']) ?? {}) }
    }
  }
  return {
    choices: [finishDraft(draft)],
    usage: usage['output_tokens'] === undefined ? undefined : readUsage(usage),
    error,
    isComplete: isComplete && error === undefined,
  }
}

interface Sink {
  readonly draft: ChoiceDraft
  readonly calls: Map<number, { name: string; args: string }>
}

function openBlock(block: JsonObject, index: number, { draft, calls }: Sink): void {
  if (block['type'] !== 'tool_use') return readBlock(block, draft)
  const input = asObject(block['input']) ?? {}
  const hasInput = Object.keys(input).length > 0
  const call = { name: asString(block['name']) ?? '', args: hasInput ? JSON.stringify(input) : '' }
  calls.set(index, call)
  draft.calls.push(call)
}

function addDelta(delta: JsonObject, draft: ChoiceDraft, call: { args: string } | undefined): void {
  draft.text += delta['type'] === 'text_delta' ? (asString(delta['text']) ?? '') : ''
  draft.reasoning += delta['type'] === 'thinking_delta' ? (asString(delta['thinking']) ?? '') : ''
  if (call && delta['type'] === 'input_json_delta') call.args += asString(delta['partial_json']) ?? ''
}

function readBlock(block: JsonObject, draft: ChoiceDraft): void {
  if (block['type'] === 'text') draft.text += asString(block['text']) ?? ''
  else if (block['type'] === 'thinking') draft.reasoning += asString(block['thinking']) ?? ''
  else if (block['type'] === 'tool_use')
    draft.calls.push({ name: asString(block['name']) ?? '', args: JSON.stringify(block['input'] ?? {}) })
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
    case 'refusal':
      return 'blocked'
    case 'pause_turn':
      return 'paused'
    default:
      return typeof word === 'string' ? 'other' : undefined
  }
}

function withoutNulls(usage: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null))
}

/** `input_tokens` leaves out what the cache gave and took. */
function readUsage(usage: JsonObject): UsageFacts {
  const fresh = asNumber(usage['input_tokens'])
  const cacheRead = asNumber(usage['cache_read_input_tokens'])
  const cacheWrite = asNumber(usage['cache_creation_input_tokens'])
  return {
    input: fresh === undefined ? undefined : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: asNumber(usage['output_tokens']),
    cacheRead,
    cacheWrite,
    reasoning: asNumber(asObject(usage['output_tokens_details'])?.['thinking_tokens']),
  }
}

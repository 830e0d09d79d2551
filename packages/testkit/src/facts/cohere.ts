import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { ChoiceDraft, Facts, FinishClass, UsageFacts } from './facts.ts'
import { draftChoice, finishDraft } from './facts.ts'

/** Reads a whole answer of Cohere's v2 chat. The plan before tool calls is text, and what is billed is the usage. */
export function readCohereAnswer(body: JsonObject): Facts {
  if (typeof body['text'] === 'string')
    return readOlderEvents([{ event_type: 'stream-end', response: body }], body['text'])
  const message = asObject(body['message'])
  if (!message)
    return { choices: [], usage: undefined, error: asString(body['message']) ?? 'no message', isComplete: false }
  const draft = draftChoice()
  addPieces(message, draft)
  for (const call of asObjects(message['tool_calls'])) addCall(call, draft)
  return finish(body, draft)
}

/** Reads a stream from `message-start` to `message-end`. */
export function readCohereEvents(events: readonly JsonObject[]): Facts {
  if (events.some(({ event_type }) => event_type !== undefined)) return readOlderEvents(events)
  const draft = draftChoice()
  let error: string | undefined
  let end: JsonObject | undefined
  for (const event of events) {
    const delta = asObject(event['delta']) ?? {}
    const message = asObject(delta['message']) ?? {}
    if (event['type'] === 'message-end') end ??= delta
    else if (event['type'] === undefined) error ??= asString(event['message']) ?? 'error'
    else if (event['type'] === 'tool-call-start') addCall(asObject(message['tool_calls']) ?? {}, draft)
    else if (event['type'] === 'tool-call-delta') addArgs(asObject(message['tool_calls']) ?? {}, draft)
    else addPieces(message, draft)
  }
  const facts = finish(end ?? {}, draft)
  return {
    ...facts,
    error: error ?? facts.error,
    isComplete: end !== undefined && error === undefined && facts.isComplete,
  }
}

/** The older API: its pieces of text, and a last event that says everything once more. */
function readOlderEvents(events: readonly JsonObject[], said = ''): Facts {
  const draft = draftChoice()
  const last = events.find(({ event_type }) => event_type === 'stream-end')
  const response = asObject(last?.['response']) ?? {}
  const pieces = events.filter(({ event_type }) => event_type === 'text-generation')
  draft.text = said + pieces.map(({ text }) => asString(text) ?? '').join('')
  for (const { name, parameters } of asObjects(response['tool_calls'])) {
    draft.calls.push({ name: asString(name) ?? '', args: JSON.stringify(parameters ?? {}) })
  }
  const word = last?.['finish_reason'] ?? response['finish_reason'] ?? 'COMPLETE'
  return finish({ finish_reason: last && word, usage: response['meta'] }, draft)
}

/** Content is one block in a stream, a list in a whole answer. */
function addPieces(message: JsonObject, draft: ChoiceDraft): void {
  const one = asObject(message['content'])
  draft.text += asString(message['tool_plan']) ?? ''
  for (const block of one ? [one] : asObjects(message['content'])) {
    draft.text += asString(block['text']) ?? ''
    draft.reasoning += asString(block['thinking']) ?? ''
  }
}

function addCall(call: JsonObject, draft: ChoiceDraft): void {
  const fields = asObject(call['function']) ?? {}
  draft.calls.push({ name: asString(fields['name']) ?? '', args: asString(fields['arguments']) ?? '' })
}

function addArgs(call: JsonObject, draft: ChoiceDraft): void {
  const last = draft.calls.at(-1)
  if (last) last.args += asString(asObject(call['function'])?.['arguments']) ?? ''
}

function finish(end: JsonObject, draft: ChoiceDraft): Facts {
  const word = asString(end['finish_reason'])
  const isBroken = word === undefined || word === 'ERROR' || word === 'TIMEOUT'
  if (word !== undefined) draft.finish = classes[word] ?? 'other'
  const usage = asObject(asObject(end['usage'])?.['billed_units'])
  return {
    choices: [finishDraft(draft)],
    usage: usage && readUsage(usage),
    error: isBroken ? (asString(end['error']) ?? word ?? 'no end') : undefined,
    isComplete: !isBroken,
  }
}

const classes: Readonly<Record<string, FinishClass>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR_TOXIC: 'blocked',
}

function readUsage(billed: JsonObject): UsageFacts {
  return {
    input: asNumber(billed['input_tokens']),
    output: asNumber(billed['output_tokens']),
    cacheRead: undefined,
    cacheWrite: undefined,
    reasoning: undefined,
  }
}

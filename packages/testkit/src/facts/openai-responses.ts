import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import { errorOf } from './error-of.ts'
import type { ChoiceDraft, Facts, FinishClass, UsageFacts } from './facts.ts'
import { draftChoice, finishDraft } from './facts.ts'

/** Reads a whole Responses answer. */
export function readResponsesAnswer(body: JsonObject): Facts {
  const draft = draftChoice()
  for (const item of asObjects(body['output'])) readItem(item, draft)
  const status = asString(body['status'])
  draft.finish = finishOf(body, draft)
  const usage = asObject(body['usage'])
  return {
    choices: [finishDraft(draft)],
    usage: usage && readUsage(usage),
    error: status === 'failed' || status === undefined ? (errorOf(body) ?? 'failed') : errorOf(body),
    isComplete: status === 'completed' || status === 'incomplete',
  }
}

/**
 * Reads a Responses stream: the deltas, because that is what people see, and the finish and usage of the terminal
 * event. Deltas and the final response must agree; where they do not, the deltas count and the `error` says so.
 */
export function readResponsesEvents(events: readonly JsonObject[]): Facts {
  const seen = createSeen()
  let error: string | undefined
  let final: JsonObject | undefined
  for (const event of events) {
    // Nothing counts after the end.
    if (final) break
    const type = asString(event['type']) ?? ''
    if (type === 'error') error ??= asString(event['message']) ?? errorOf(event) ?? 'error'
    else if (finals.has(type)) final = asObject(event['response']) ?? {}
    else readDelta(type, event, seen)
  }
  const whole = final && readResponsesAnswer(final)
  const isHealthy = whole?.isComplete === true && whole.error === undefined
  const { usage } = whole ?? { usage: undefined }
  return {
    choices: [{ ...finishDraft(seen.draft()), finish: whole?.choices[0]?.finish }],
    usage,
    error: error ?? whole?.error,
    isComplete: isHealthy && error === undefined,
  }
}

const finals: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/** What was seen in deltas, in the order of items and parts: two parts may be written by turns. */
function createSeen(): {
  readonly add: (field: TextField, event: JsonObject) => void
  readonly calls: ChoiceDraft['calls']
  readonly draft: () => ChoiceDraft
} {
  const calls: ChoiceDraft['calls'] = []
  const pieces: { readonly field: TextField; readonly at: readonly number[]; readonly text: string }[] = []
  return {
    calls,
    add(field, event) {
      const place = asNumber(event['content_index']) ?? asNumber(event['summary_index']) ?? 0
      pieces.push({ field, at: [asNumber(event['output_index']) ?? 0, place], text: asString(event['delta']) ?? '' })
    },
    draft() {
      const draft: ChoiceDraft = { ...draftChoice(), calls }
      const inOrder = pieces.toSorted((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0) || (a.at[1] ?? 0) - (b.at[1] ?? 0))
      for (const { field, text } of inOrder) draft[field] += text
      return draft
    },
  }
}

type TextField = 'text' | 'refusal' | 'reasoning'

function readDelta(type: string, event: JsonObject, seen: ReturnType<typeof createSeen>): void {
  const field = deltaFields[type]
  if (field) return seen.add(field, event)
  const item = asObject(event['item'])
  if (type !== 'response.output_item.done' || !item || !callKinds.has(asString(item['type']) ?? '')) return
  const draft = draftChoice()
  readItem(item, draft)
  seen.calls.push(...draft.calls)
}

const deltaFields: Readonly<Record<string, TextField>> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'refusal',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.reasoning_text.delta': 'reasoning',
}

const callKinds: ReadonlySet<string> = new Set(['function_call', 'custom_tool_call'])

function readItem(item: JsonObject, draft: ChoiceDraft): void {
  switch (item['type']) {
    case 'message':
      for (const part of asObjects(item['content'])) {
        draft.text += asString(part['text']) ?? ''
        draft.refusal += asString(part['refusal']) ?? ''
      }
      break
    case 'reasoning':
      for (const part of [...asObjects(item['summary']), ...asObjects(item['content'])])
        draft.reasoning += asString(part['text']) ?? ''
      break
    case 'function_call':
    case 'custom_tool_call':
      draft.calls.push({
        name: qualifiedName(item),
        args: asString(item['arguments']) ?? asString(item['input']) ?? '',
      })
      break
    default:
      break
  }
}

/** A function inside a namespace is called by both names. */
function qualifiedName(item: JsonObject): string {
  const [name, namespace] = [asString(item['name']) ?? '', asString(item['namespace'])]
  return namespace === undefined ? name : `${namespace}__${name}`
}

function finishOf(body: JsonObject, draft: ChoiceDraft): FinishClass | undefined {
  const reason = asString(asObject(body['incomplete_details'])?.['reason'])
  if (body['status'] === 'incomplete')
    return reason === 'max_output_tokens' ? 'length' : reason === 'content_filter' ? 'blocked' : 'other'
  if (body['status'] !== 'completed') return undefined
  return draft.calls.length > 0 ? 'tool-calls' : 'stop'
}

function readUsage(usage: JsonObject): UsageFacts {
  return {
    input: asNumber(usage['input_tokens']),
    output: asNumber(usage['output_tokens']),
    cacheRead: asNumber(asObject(usage['input_tokens_details'])?.['cached_tokens']),
    cacheWrite: asNumber(asObject(usage['input_tokens_details'])?.['cache_write_tokens']),
    reasoning: asNumber(asObject(usage['output_tokens_details'])?.['reasoning_tokens']),
  }
}

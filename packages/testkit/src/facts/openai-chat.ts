import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import { errorOf } from './error-of.ts'
import type { ChoiceDraft, Facts, FinishClass, UsageFacts } from './facts.ts'
import { draftChoice, finishDraft } from './facts.ts'

/** Reads a whole Chat Completions answer: a stream of one chunk whose deltas are messages. */
export function readChatAnswer(body: JsonObject): Facts {
  // Perplexity repeats itself: a delta beside the message here, a message so far beside each delta in streams.
  const choices = asObjects(body['choices']).map((choice) => ({ ...choice, delta: choice['message'] ?? null }))
  return readChatChunks([{ ...body, choices }], { isComplete: asArray(body['choices']) !== undefined })
}

/** Reads a Chat Completions stream from the JSON of its chunks. */
export function readChatChunks(chunks: readonly JsonObject[], { isComplete }: { readonly isComplete: boolean }): Facts {
  const drafts: ChoiceDraft[] = []
  const calls = new Map<string, { name: string; args: string }>()
  let usage: UsageFacts | undefined
  let error: string | undefined
  for (const chunk of chunks) {
    error ??= errorOf(chunk)
    const reported = asObject(chunk['usage']) ?? asObject(asObject(chunk['x_groq'])?.['usage'])
    if (reported) usage = readUsage(reported)
    for (const choice of asObjects(chunk['choices'])) {
      error ??= errorOf(choice)
      readChoice(choice, drafts, calls)
    }
  }
  return { choices: drafts.map((draft) => finishDraft(draft ?? draftChoice())), usage, error, isComplete }
}

type Calls = Map<string, { name: string; args: string }>

function readChoice(choice: JsonObject, drafts: ChoiceDraft[], calls: Calls): void {
  const index = asNumber(choice['index']) ?? 0
  const draft = drafts[index] ?? draftChoice()
  drafts[index] = draft
  const delta = asObject(choice['delta']) ?? asObject(choice['message']) ?? {}
  draft.text += contentText(delta, 'text')
  draft.reasoning += contentText(delta, 'thinking') + reasoningOf(delta)
  draft.refusal += asString(delta['refusal']) ?? ''
  for (const [place, call] of asObjects(delta['tool_calls']).entries()) {
    readCall(call, { key: `${index}:${asNumber(call['index']) ?? place}`, draft, calls })
  }
  const legacy = asObject(delta['function_call'])
  if (legacy && legacy['name'] !== '') readCall({ function: legacy }, { key: `${index}:legacy`, draft, calls })
  const finish = asString(choice['finish_reason'])
  if (finish !== undefined && finish !== '') draft.finish = finishClass(finish)
}

function readCall(
  call: JsonObject,
  { key, draft, calls }: { readonly key: string; readonly draft: ChoiceDraft; readonly calls: Calls },
): void {
  const shape = asObject(call['function']) ?? asObject(call['custom']) ?? {}
  const name = asString(shape['name']) ?? ''
  let open = calls.get(key)
  if (!open) {
    open = { name: '', args: '' }
    calls.set(key, open)
    draft.calls.push(open)
  }
  if (open.name === '') open.name = name
  const args = shape['arguments'] ?? shape['input']
  open.args += typeof args === 'string' ? args : args == null ? '' : JSON.stringify(args)
}

/** Content is text, or (Mistral) a list of text and thinking chunks. */
function contentText({ content }: JsonObject, want: 'text' | 'thinking'): string {
  if (typeof content === 'string') return want === 'text' ? content : ''
  const parts = asObjects(content).filter(({ type }) => type === want)
  return parts.map((part) => asString(part[want]) ?? contentText({ content: part[want] }, 'text')).join('')
}

function reasoningOf(delta: JsonObject): string {
  const plain = asString(delta['reasoning_content']) ?? asString(delta['reasoning'])
  if (plain !== undefined && plain !== '') return plain
  return asObjects(delta['reasoning_details'])
    .map((detail) => asString(detail['text']) ?? asString(detail['summary']) ?? '')
    .join('')
}

function finishClass(word: string): FinishClass {
  switch (word) {
    case 'stop':
    case 'eos':
      return 'stop'
    case 'length':
      return 'length'
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls'
    case 'content_filter':
      return 'blocked'
    default:
      return 'other'
  }
}

function readUsage(usage: JsonObject): UsageFacts {
  const details = asObject(usage['prompt_tokens_details'])
  const reasoning =
    asNumber(asObject(usage['completion_tokens_details'])?.['reasoning_tokens']) ?? asNumber(usage['reasoning_tokens'])
  const input = asNumber(usage['prompt_tokens'])
  const output = readOutput(usage, reasoning ?? 0)
  const cacheRead = asNumber(details?.['cached_tokens']) ?? asNumber(usage['prompt_cache_hit_tokens'])
  // A part larger than its whole: the provider contradicts itself, and what the whole was is not told.
  return {
    input: (cacheRead ?? 0) > (input ?? 0) ? undefined : input,
    output: (reasoning ?? 0) > (output ?? 0) ? undefined : output,
    cacheRead,
    cacheWrite: asNumber(details?.['cache_write_tokens']) ?? asNumber(details?.['cache_creation_tokens']),
    reasoning,
  }
}

/** Some providers (xAI) count reasoning beside the completion; their total tells. */
function readOutput(usage: JsonObject, reasoning: number): number | undefined {
  const [input, output, total] = ['prompt_tokens', 'completion_tokens', 'total_tokens'].map((key) =>
    asNumber(usage[key]),
  )
  const isBeside = reasoning > 0 && total === (input ?? 0) + (output ?? 0) + reasoning
  return output !== undefined && isBeside ? output + reasoning : output
}

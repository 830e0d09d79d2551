import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import { errorOf } from './error-of.ts'
import type { Facts } from './facts.ts'
import { draftChoice, finishDraft } from './facts.ts'

/** Reads the lines of Ollama's own chat; a whole answer is one line. */
export function readOllamaLines(lines: readonly JsonObject[]): Facts {
  const draft = draftChoice()
  let error: string | undefined
  for (const line of lines) {
    error ??= errorOf(line)
    const message = asObject(line['message']) ?? {}
    draft.text += asString(message['content']) ?? ''
    draft.reasoning += asString(message['thinking']) ?? ''
    for (const { function: call } of asObjects(message['tool_calls'])) {
      const { name, arguments: args } = asObject(call) ?? {}
      draft.calls.push({ name: asString(name) ?? '', args: JSON.stringify(args ?? {}) })
    }
  }
  const last = lines.find(({ done }) => done === true)
  if (last) draft.finish = last['done_reason'] === 'length' ? 'length' : draft.calls.length > 0 ? 'tool-calls' : 'stop'
  return {
    choices: [finishDraft(draft)],
    usage: last && {
      input: asNumber(last['prompt_eval_count']),
      output: asNumber(last['eval_count']),
      cacheRead: undefined,
      cacheWrite: undefined,
      reasoning: undefined,
    },
    error,
    isComplete: last !== undefined && error === undefined,
  }
}

import type { FinishReason } from '@sluice/core/ir/event.ts'
import type { Part } from '@sluice/core/ir/part.ts'
import type { Choice, GenerateResponse } from '@sluice/core/ir/response.ts'
import type { ChoiceFacts, Facts, FinishClass } from './facts.ts'
import { readArgs } from './facts.ts'

/** What an answer says before any dialect has written it: for answers that were made up and not recorded. */
export function factsOfResponse({ choices, usage, failure }: GenerateResponse): Facts {
  return {
    choices: choices.map(factsOfChoice),
    usage: usage && { ...usage },
    error: failure?.message,
    isComplete: failure === undefined,
  }
}

function factsOfChoice({ parts, finish }: Choice): ChoiceFacts {
  return {
    text: textOf(parts, 'text'),
    reasoning: textOf(parts, 'reasoning'),
    refusal: textOf(parts, 'refusal'),
    toolCalls: parts.flatMap((part) => {
      if (part.kind !== 'tool-call' || part.executor !== 'client') return []
      return [{ name: part.name, args: readArgs(part.args) }]
    }),
    finish: finishClasses[finish.reason],
  }
}

function textOf(parts: readonly Part[], kind: 'text' | 'reasoning' | 'refusal'): string {
  return parts.map((part) => (part.kind === kind && 'text' in part ? part.text : '')).join('')
}

const finishClasses: Readonly<Record<FinishReason, FinishClass>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool-calls',
  refusal: 'blocked',
  'content-filter': 'blocked',
  paused: 'paused',
  other: 'other',
}

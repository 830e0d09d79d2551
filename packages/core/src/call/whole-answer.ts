import type { AnswerFacts } from '../ir/dialect.ts'
import type { StreamEvent } from '../ir/event.ts'
import type { Failure } from '../ir/failure.ts'
import { parseObject } from '../ir/read.ts'
import { Collector, type GenerateResponse } from '../ir/response.ts'
import type { AttemptCodec } from './attempt-codec.ts'

/** A whole 2xx answer, understood. */
export interface WholeAnswer {
  readonly events: readonly StreamEvent[]
  readonly response: GenerateResponse
  readonly facts: AnswerFacts & { readonly failure: Failure | undefined }
}

/** Reads a whole answer through its dialect. What is no answer of that dialect, or an error inside a 200, is a failure. */
export function readWholeAnswer(text: string, { dialect, options, deployment }: AttemptCodec): WholeAnswer {
  const collector = new Collector()
  const events: StreamEvent[] = []
  const emit = (event: StreamEvent): void => {
    events.push(event)
    collector.add(event)
  }
  const body = parseObject(text)
  if (body) dialect.decodeResponse(body, options, emit)
  else emit({ type: 'error', failure: notJson(deployment.provider.name) })
  const response = collector.response()
  const { usage, failure } = response
  return { events, response, facts: { usage, finish: response.choices[0]?.finish.raw ?? null, failure } }
}

function notJson(provider: string): Failure {
  return {
    kind: 'upstream-protocol',
    message: `Provider '${provider}' answered with something that is not a JSON object.`,
    retry: 'other-target',
  }
}

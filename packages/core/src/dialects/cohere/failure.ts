import type { FailedAnswer } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import { readUpstreamFailure } from '../../ir/upstream-failure.ts'

/** The API says `{"id", "message"}`, with `error_type` at times, and names the exchange in a header of its own. */
export function decodeFailure(answer: FailedAnswer, provider: string): Failure {
  const failure = readUpstreamFailure(answer, provider)
  const requestId = answer.headers['x-debug-trace-id']
  if (requestId === undefined || !failure.upstream) return failure
  return { ...failure, upstream: { ...failure.upstream, requestId } }
}

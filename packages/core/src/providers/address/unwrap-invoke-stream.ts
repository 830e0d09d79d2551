import type { Frame } from '../../ir/dialect.ts'
import { asObject, asString, parseObject } from '../../ir/read.ts'
import { createEventStreamReader, isEventStream } from '../../upstream/read-event-stream.ts'
import type { ByteSource, UpstreamAnswer } from '../../upstream/transport.ts'
import { anthropicError } from './reword-failure.ts'

/**
 * InvokeModelWithResponseStream wraps Anthropic's own events in AWS event-stream messages; here they become the
 * server-sent events they were. Damage and a cut inside a message reject as a break of the transport does.
 */
export function unwrapInvokeStream(answer: UpstreamAnswer): UpstreamAnswer {
  if (!isEventStream(answer.headers['content-type'])) return answer
  const headers = { ...answer.headers, 'content-type': 'text/event-stream' }
  return { ...answer, headers, body: unwrapBody(answer.body) }
}

function unwrapBody(source: ByteSource): ByteSource {
  const written: string[] = []
  const reader = createEventStreamReader({ onFrame: (frame) => void written.push(toSse(frame)) })
  const encoder = new TextEncoder()
  return {
    isDelimited: source.isDelimited,
    cancel: () => source.cancel(),
    async read() {
      for (;;) {
        const chunk = await source.read()
        if (chunk === undefined) {
          reader.end()
          return undefined
        }
        reader.push(chunk)
        if (written.length > 0) return encoder.encode(written.splice(0).join(''))
      }
    },
  }
}

function toSse({ event, data }: Frame): string {
  if (event === 'error') return writeEvent('error', JSON.stringify(toAnthropicError(data)))
  const type = usualStart.exec(data)?.[1] ?? asString(parseObject(data)?.['type'])
  return type === undefined ? `data: ${data}\n\n` : writeEvent(type, data)
}

/** Every event is known to begin so; JSON needs no line breaks, and none are ever sent. */
const usualStart = /^\{"type":"([a-z_]+)"/

function writeEvent(type: string, data: string): string {
  return `event: ${type}\ndata: ${data.replaceAll('\n', ' ')}\n\n`
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html (seen 2026-11-21) */
const types: Readonly<Record<string, string>> = {
  throttlingException: 'rate_limit_error',
  validationException: 'invalid_request_error',
  modelTimeoutException: 'timeout_error',
  serviceUnavailableException: 'overloaded_error',
}

function toAnthropicError(data: string): object {
  const error = asObject(parseObject(data)?.['error'])
  const type = types[asString(error?.['type']) ?? ''] ?? 'api_error'
  return anthropicError(type, asString(error?.['message']) ?? asString(error?.['Message']) ?? 'The stream broke off.')
}

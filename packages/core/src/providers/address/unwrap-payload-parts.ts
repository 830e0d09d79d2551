import { createEventStreamReader, isEventStream } from '../../upstream/read-event-stream.ts'
import { type ByteSource, TransportError, type UpstreamAnswer } from '../../upstream/transport.ts'

/**
 * SageMaker cuts the container's stream into parts wherever it likes, in the middle of an event or of a letter; put
 * together they are the server-sent events it wrote.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_ResponseStream.html (seen 2026-11-21)
 */
export function unwrapPayloadParts(answer: UpstreamAnswer): UpstreamAnswer {
  if (!isEventStream(answer.headers['content-type'])) return answer
  const headers = { ...answer.headers, 'content-type': 'text/event-stream' }
  return { ...answer, headers, body: unwrapBody(answer.body) }
}

function unwrapBody(source: ByteSource): ByteSource {
  const parts: Uint8Array[] = []
  const reader = createEventStreamReader({
    // All that is no payload is an exception.
    onFrame: () => {
      throw new TransportError('truncated', 'the container broke off its answer.', true)
    },
    onPayload: (payload) => void parts.push(payload.slice()),
  })
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
        if (parts.length > 0) return join(parts.splice(0))
      }
    },
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (parts.length === 1 && first) return first
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

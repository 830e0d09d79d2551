import type {
  ClientDialect,
  CodecContext,
  EncoderOptions,
  Frame,
  ProviderDialect,
  RequestOptions,
} from '@sluice/core/ir/dialect.ts'
import type { StreamEvent } from '@sluice/core/ir/event.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { GenerateRequest, Loss } from '@sluice/core/ir/request.ts'
import type { GenerateResponse } from '@sluice/core/ir/response.ts'
import { collect } from '@sluice/core/ir/response.ts'
import { readFramesOfText } from './frames-of-text.ts'

/** A context whose ids count up and whose clock stands still. */
export function createTestContext(provider = 'upstream'): CodecContext {
  let made = 0
  return { provider, createdAt: 1_700_000_000, newId: (prefix) => `${prefix}test${++made}` }
}

/** Options of a call to a provider of this dialect, with some of its quirks set. */
export function testOptions(dialect: ProviderDialect, quirks: JsonObject = {}): RequestOptions<unknown> {
  return { quirks: { ...toObject(dialect.defaultQuirks), ...quirks }, context: createTestContext() }
}

function toObject(quirks: unknown): object {
  return typeof quirks === 'object' && quirks !== null ? quirks : {}
}

/** The events of a streamed answer that ends after these frames. */
export function decodeFrames(
  dialect: ProviderDialect,
  frames: readonly Frame[],
  options: RequestOptions<unknown> = testOptions(dialect),
): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  const emit = (event: StreamEvent): void => void events.push(event)
  const decoder = dialect.createDecoder(options)
  for (const frame of frames) decoder.frame(frame, emit)
  decoder.end(emit)
  return events
}

/** The events of a whole answer. */
export function decodeWhole(
  dialect: ProviderDialect,
  body: JsonObject,
  options: RequestOptions<unknown> = testOptions(dialect),
): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  dialect.decodeResponse(body, options, (event) => void events.push(event))
  return events
}

/** A request without content, for answers that do not depend on it. */
export const plainRequest: GenerateRequest = {
  model: 'test-model',
  messages: [],
  tools: [],
  stop: [],
  stream: true,
  streamUsage: true,
}

/** What a client was given, and what it was told it lost. */
export interface Encoded<T> {
  readonly value: T
  readonly losses: readonly Loss[]
}

/** An answer as the stream a client of this dialect gets. */
export function encodeStream(
  client: ClientDialect,
  events: readonly StreamEvent[],
  request: GenerateRequest = plainRequest,
): Encoded<string> {
  const losses: Loss[] = []
  const encoder = client.createEncoder(encoderOptions(request), (loss) => losses.push({ side: 'response', ...loss }))
  return { value: events.map((event) => encoder.event(event)).join(''), losses }
}

/** An answer as the whole body a client of this dialect gets. */
export function encodeWhole(
  client: ClientDialect,
  response: GenerateResponse,
  request: GenerateRequest = plainRequest,
): Encoded<JsonObject> {
  const losses: Loss[] = []
  const body = client.encodeResponse(response, encoderOptions(request), (loss) =>
    losses.push({ side: 'response', ...loss }),
  )
  return { value: body, losses }
}

function encoderOptions(request: GenerateRequest): EncoderOptions {
  return { request, context: createTestContext(), framing: 'sse' }
}

/** What a client of this dialect reads in a stream, by that dialect's own decoder. */
export function readBack(dialect: ProviderDialect, streamText: string): GenerateResponse {
  return collect(decodeFrames(dialect, readFramesOfText(streamText, 'sse')))
}

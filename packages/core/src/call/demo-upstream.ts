import type { JsonObject } from '../ir/json.ts'
import { asArray, asObject, asObjects, asString, parseObject } from '../ir/read.ts'
import type { ByteSource, OutboundRequest, Transport, UpstreamAnswer } from '../upstream/transport.ts'

/**
 * The built-in provider `demo` and its one model `echo`: answers, without a key or a network, by repeating the last
 * user message. It speaks openai-chat through the same port as every real provider, so a first call exercises the
 * whole path. The same request always gets the same answer.
 */
export const demoTransport: Transport = {
  send: (request) => Promise.resolve(answer(request)),
}

function answer(request: OutboundRequest): UpstreamAnswer {
  const body = parseObject(typeof request.body === 'string' ? request.body : '') ?? {}
  const question = lastUserText(body)
  const words = `You said: ${question}`.match(/\s*\S+/g) ?? []
  const usage = { prompt_tokens: countWords(question), completion_tokens: words.length }
  const told = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }
  return body['stream'] === true ? streamed(words, told) : whole(words, told)
}

const head = { id: 'chatcmpl-demo', created: 0, model: 'echo' } as const

function whole(words: readonly string[], usage: JsonObject): UpstreamAnswer {
  const message = { role: 'assistant', content: words.join(''), refusal: null }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
  return reply('application/json', [JSON.stringify({ ...head, object: 'chat.completion', choices, usage })])
}

function streamed(words: readonly string[], usage: JsonObject): UpstreamAnswer {
  const chunk = (delta: JsonObject, finish_reason: string | null = null): string =>
    frame({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })
  const frames = [
    chunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chunk({ content })),
    chunk({}, 'stop'),
    frame({ ...head, object: 'chat.completion.chunk', choices: [], usage }),
    'data: [DONE]\n\n',
  ]
  return reply('text/event-stream', frames)
}

function frame(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function reply(contentType: string, pieces: readonly string[]): UpstreamAnswer {
  return { status: 200, headers: { 'content-type': contentType }, body: sourceOf(pieces) }
}

function sourceOf(pieces: readonly string[]): ByteSource {
  const encoder = new TextEncoder()
  let next = 0
  return {
    isDelimited: true,
    read() {
      const piece = pieces[next++]
      return Promise.resolve(piece === undefined ? undefined : encoder.encode(piece))
    },
    cancel() {
      next = pieces.length
    },
  }
}

function lastUserText(body: JsonObject): string {
  const message = asObjects(body['messages']).findLast((each) => each['role'] === 'user')
  const content = message?.['content']
  const texts = (asArray(content) ?? []).map((part) => asString(asObject(part)?.['text']) ?? '')
  return asString(content) ?? texts.join('')
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}

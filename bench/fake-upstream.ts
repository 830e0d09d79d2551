/**
 * A provider that costs next to nothing: answers every request at once with bytes made beforehand. It speaks
 * openai-chat at `/v1/chat/completions` and anthropic-messages at `/v1/messages`, whole or streamed as the body asks.
 * A stream is the role chunk, 64 deltas and the end, each written on its own, as a real provider writes them.
 *
 *   bun bench/fake-upstream.ts PORT
 */
const deltas = 64
const words = Array.from({ length: deltas }, (_, index) => ` word${index}`)
const text = words.join('')

const headers = 'date: Thu, 01 Jan 2026 00:00:00 GMT\r\nx-request-id: req_1\r\nserver: fake\r\n'
const streamHead = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${headers}transfer-encoding: chunked\r\n\r\n`

function wholeAnswer(body: unknown): Uint8Array {
  const json = JSON.stringify(body)
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}content-length: ${json.length}\r\n\r\n`
  return Buffer.from(head + json)
}

function httpChunk(content: string): string {
  return `${content.length.toString(16)}\r\n${content}\r\n`
}

/** The writes of one stream. */
function streamWrites(frames: readonly string[]): readonly Uint8Array[] {
  return frames.map((frame, index) => {
    const start = index === 0 ? streamHead : ''
    const end = index === frames.length - 1 ? httpChunk('') : ''
    return Buffer.from(start + httpChunk(frame) + end)
  })
}

const usage = { prompt_tokens: 9, completion_tokens: deltas, total_tokens: deltas + 9 }
const chat = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt-4o-mini', system_fingerprint: 'fp_1' }

const chatAnswer = wholeAnswer({
  ...chat,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: text }, logprobs: null, finish_reason: 'stop' }],
  usage,
})

function chatChunk(delta: object, finish_reason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason }]
  return `data: ${JSON.stringify({ ...chat, object: 'chat.completion.chunk', choices })}\n\n`
}

const chatStream = streamWrites([
  chatChunk({ role: 'assistant', content: '' }),
  ...words.map((content) => chatChunk({ content })),
  `${chatChunk({}, 'stop')}data: [DONE]\n\n`,
])

const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-6' }

const messageAnswer = wholeAnswer({
  ...message,
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: deltas },
})

function messageEvent(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}

const started = { ...message, content: [], stop_reason: null, usage: { input_tokens: 9, output_tokens: 1 } }

const messageStream = streamWrites([
  messageEvent('message_start', { message: started }) +
    messageEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ...words.map((word) => messageEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: word } })),
  messageEvent('content_block_stop', { index: 0 }) +
    messageEvent('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: deltas },
    }) +
    messageEvent('message_stop', {}),
])

interface Peer {
  received: string
}

function answer(socket: Bun.Socket<Peer>, request: string): void {
  const isMessages = request.startsWith('POST /v1/messages')
  if (!/"stream": ?true/.test(request)) {
    socket.write(isMessages ? messageAnswer : chatAnswer)
    return
  }
  for (const write of isMessages ? messageStream : chatStream) socket.write(write)
}

/** The first whole request of what has been received. */
function takeRequest(peer: Peer): string | undefined {
  const end = peer.received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = Number(/content-length: (\d+)/i.exec(peer.received.slice(0, end))?.[1] ?? 0)
  if (peer.received.length < end + 4 + length) return undefined
  const request = peer.received.slice(0, end + 4 + length)
  peer.received = peer.received.slice(request.length)
  return request
}

Bun.listen<Peer>({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  socket: {
    open(socket) {
      socket.data = { received: '' }
    },
    data(socket, bytes) {
      socket.data.received += bytes.toString('latin1')
      for (let request = takeRequest(socket.data); request !== undefined; request = takeRequest(socket.data))
        answer(socket, request)
    },
  },
})

export {}

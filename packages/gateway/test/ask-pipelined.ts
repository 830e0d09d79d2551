import { connect } from 'node:net'

/** One answer of a known length. */
export interface PipelinedReply {
  readonly status: number
  readonly body: string
}

/**
 * Sends many requests in one go over one connection, as bytes, and resolves with their answers in order. For requests
 * that are answered at once and at a known length: a connection on which another is pending would be closed.
 */
export function askPipelined(port: number, requests: readonly string[]): Promise<readonly PipelinedReply[]> {
  return new Promise((resolve, reject) => {
    const replies: PipelinedReply[] = []
    let held = ''
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('data', (bytes) => {
      held = takeReplies(held + bytes.toString('latin1'), replies)
      if (replies.length < requests.length) return
      socket.destroy()
      resolve(replies)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`closed after ${replies.length} of ${requests.length}: ${held}`)))
    socket.write(Buffer.from(requests.join(''), 'latin1'))
  })
}

/** Moves whole replies over and returns the rest. */
function takeReplies(text: string, replies: PipelinedReply[]): string {
  let at = 0
  for (;;) {
    const headEnd = text.indexOf('\r\n\r\n', at)
    if (headEnd < 0) return text.slice(at)
    const head = text.slice(at, headEnd)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    const end = headEnd + 4 + length
    if (text.length < end) return text.slice(at)
    replies.push({ status: Number(head.slice(9, 12)), body: text.slice(headEnd + 4, end) })
    at = end
  }
}

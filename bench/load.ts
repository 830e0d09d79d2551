import { readFileSync } from 'node:fs'

/**
 * Makes a fixed number of calls over keep-alive sockets, then as many again, which it measures, and stops. Prints one
 * JSON line: see `LoadResult`.
 *
 *   bun bench/load.ts '{"port":4000,"path":"/v1/chat/completions","headers":{},"body":"{}","calls":1000,...}'
 */
export interface LoadPlan {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly calls: number
  readonly concurrency: number
  /** Text that every answer must hold, or it does not count as one. */
  readonly mustHold: string
  /** Processes whose CPU time is counted. */
  readonly pids: readonly number[]
}

export interface LoadResult {
  /** CPU microseconds per call, user and system, of all the given processes. */
  readonly cpuMicros: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly callsPerSecond: number
}

const lastChunk = '\r\n0\r\n\r\n'

/** One socket and the answer it is receiving. */
interface Call {
  startedAt: number
  isBusy: boolean
  pieces: string[]
  /** Bytes still to come, once the head has told; `chunked` ends by its last chunk. */
  left: number | 'chunked' | undefined
}

/** Takes what one read brought; true once the answer is whole. */
function receive(call: Call, bytes: Buffer): boolean {
  const piece = bytes.toString('latin1')
  call.pieces.push(piece)
  if (call.left === undefined) return receiveHead(call)
  if (call.left !== 'chunked') {
    call.left -= piece.length
    return call.left === 0
  }
  return piece.length < lastChunk.length ? call.pieces.join('').endsWith(lastChunk) : piece.endsWith(lastChunk)
}

function receiveHead(call: Call): boolean {
  const received = call.pieces.join('')
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /content-length: (\d+)/i.exec(received.slice(0, headEnd + 2))?.[1]
  call.left = length === undefined ? 'chunked' : Number(length) - (received.length - headEnd - 4)
  return call.left === 0 || (call.left === 'chunked' && received.endsWith(lastChunk))
}

function run(plan: LoadPlan): Promise<LoadResult> {
  const { port, path, headers, body, calls, concurrency, mustHold, pids } = plan
  const lines = Object.entries({ host: '127.0.0.1', 'content-type': 'application/json', ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  const times: number[] = []
  let started = 0
  return new Promise((resolve, reject) => {
    const cpuBefore = cpuMicros(pids)
    const startedAt = performance.now()
    const begin = (socket: Bun.Socket<Call>): void => {
      const isBusy = started < calls
      socket.data = { startedAt: performance.now(), isBusy, pieces: [], left: undefined }
      if (isBusy) {
        started++
        socket.write(request)
      } else socket.end()
    }
    const finish = (socket: Bun.Socket<Call>): void => {
      const { startedAt: sentAt, pieces } = socket.data
      const received = pieces.join('')
      if (!received.startsWith('HTTP/1.1 200') || !received.includes(mustHold))
        return reject(new Error(`Not the expected answer: ${received.slice(0, 2000)}`))
      times.push(performance.now() - sentAt)
      if (times.length === calls)
        resolve(summarise(times, { cpu: cpuMicros(pids) - cpuBefore, elapsedMs: performance.now() - startedAt }))
      begin(socket)
    }
    for (let count = 0; count < concurrency; count++) {
      void Bun.connect<Call>({
        hostname: '127.0.0.1',
        port,
        socket: {
          open: begin,
          data(socket, bytes) {
            if (receive(socket.data, bytes)) finish(socket)
          },
          close: (socket) => {
            if (socket.data.isBusy) reject(new Error('The connection was closed in the middle of an answer.'))
          },
          connectError: (_socket, error) => reject(error),
        },
      })
    }
  })
}

function summarise(times: number[], { cpu, elapsedMs }: { cpu: number; elapsedMs: number }): LoadResult {
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    cpuMicros: cpu / times.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    callsPerSecond: (times.length / elapsedMs) * 1000,
  }
}

/** User and system time of the processes so far (Linux counts in ticks of 10 ms). */
function cpuMicros(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks * 10_000
}

if (import.meta.main) {
  const plan: LoadPlan = JSON.parse(process.argv[2] ?? '{}')
  // Code that has not run for some seconds is thrown away by its compiler, and the contestant has just waited its turn.
  await run(plan)
  process.stdout.write(`${JSON.stringify(await run(plan))}\n`)
}

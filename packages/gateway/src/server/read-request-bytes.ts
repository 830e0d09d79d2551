import type { Result } from '@sluice/core/ir/failure.ts'
import { type BodyLimits, type BudgetShare, broken, openBody, overloaded, tooLarge } from './read-request-body.ts'

/** A body read whole. `release` gives its bytes back to the budget, when they are not needed any more. */
export interface RequestBytes {
  readonly bytes: Uint8Array
  release(): void
}

/** Reads a request body as the bytes it is, under the limits of `readRequestBody`. */
export async function readRequestBytes(request: Request, limits: BodyLimits): Promise<Result<RequestBytes>> {
  const opened = openBody(request, limits)
  if (!opened.ok) return opened
  const { share } = opened.value
  const reader = request.body?.getReader()
  const reading = reader ? readChunks(reader, limits, share) : Promise.resolve(empty)
  const bytes = await limits.watch.within(limits.deadlineMs, reading)
  if (bytes.ok) return { ok: true, value: { bytes: bytes.value, release: () => share.release() } }
  void reader?.cancel().catch(() => undefined)
  share.release()
  return bytes
}

const empty: Result<Uint8Array> = { ok: true, value: new Uint8Array(0) }

interface ChunkReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
}

/** What its length declared is in the share already; a body without one is counted while it comes. */
async function readChunks(
  reader: ChunkReader,
  { capBytes }: BodyLimits,
  share: BudgetShare,
): Promise<Result<Uint8Array>> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || !value)
        return { ok: true, value: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) }
      size += value.byteLength
      if (size > capBytes) return tooLarge(capBytes)
      if (!share.cover(size)) return overloaded
      chunks.push(value)
    }
  } catch {
    return broken
  }
}

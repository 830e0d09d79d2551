import { createRandom, pickInteger } from './random.ts'

/** How the bytes of an answer are cut into writes. `per-frame` keeps the pieces the answer was made of. */
export type Chunking = 'whole' | 'per-frame' | { readonly bytes: number } | { readonly seed: number }

/** What a random split writes at most at once. */
const longestRandomCut = 700

/**
 * The same bytes, cut anew. Lazy, so an endless answer can be cut too, except by `whole`, which needs its end.
 * Cuts fall anywhere: inside a character, a line end or a chunk of JSON.
 */
export function* cutPieces(pieces: Iterable<string | Uint8Array>, chunking: Chunking): Generator<Uint8Array> {
  if (chunking === 'per-frame') {
    for (const piece of pieces) yield toBytes(piece)
  } else if (chunking === 'whole') {
    yield Buffer.concat(Array.from(pieces, toBytes))
  } else {
    yield* cutBySize(pieces, sizes(chunking))
  }
}

function* cutBySize(pieces: Iterable<string | Uint8Array>, size: () => number): Generator<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0)
  let wanted = size()
  for (const piece of pieces) {
    held = held.length === 0 ? toBytes(piece) : Buffer.concat([held, toBytes(piece)])
    while (held.length >= wanted) {
      yield held.subarray(0, wanted)
      held = held.subarray(wanted)
      wanted = size()
    }
  }
  if (held.length > 0) yield held
}

function sizes(chunking: { readonly bytes: number } | { readonly seed: number }): () => number {
  if ('bytes' in chunking) return () => Math.max(1, chunking.bytes)
  const random = createRandom(chunking.seed)
  return () => {
    const isTiny = random() < 0.3
    return pickInteger(random, 1, isTiny ? 3 : longestRandomCut)
  }
}

/** Text as UTF-8; bytes as they are. */
export function toBytes(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? new TextEncoder().encode(piece) : piece
}

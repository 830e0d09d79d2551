/** What an embedding is for. Models that know it answer better; the words of every provider are in `purpose.ts`. */
export type EmbedPurpose =
  | 'query'
  | 'document'
  | 'similarity'
  | 'classification'
  | 'clustering'
  | 'code-query'
  | 'question'
  | 'fact'
  | 'image'

/**
 * The numbers of a vector. `int8` and `uint8` are quantised floats; `binary` and `ubinary` hold eight signs in each
 * number, signed and unsigned.
 */
export type VectorType = 'float' | 'int8' | 'uint8' | 'binary' | 'ubinary'

/** One thing to embed: text, the numbers of its tokens, or an image beside or without a text. */
export type EmbedInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly number[] }
  | { readonly kind: 'image'; readonly url: string }
  | { readonly kind: 'mixed'; readonly parts: readonly EmbedPart[] }

/** A piece of an input that mixes media. */
export type EmbedPart =
  | { readonly kind: 'text'; readonly text: string }
  /** An address, or a `data:` URL that holds the image itself. */
  | { readonly kind: 'image'; readonly url: string }

/** A client's wish for vectors, in the order of its inputs. */
export interface EmbedRequest {
  readonly inputs: readonly EmbedInput[]
  readonly purpose?: EmbedPurpose
  /** A title for each input, where the client's API has them; as long as `inputs`. */
  readonly titles?: readonly (string | undefined)[]
  readonly dimensions?: number
  /** Never empty. */
  readonly types: readonly VectorType[]
  /** The client wants the numbers packed: little-endian float32 (or bytes) in base64. */
  readonly isPacked: boolean
  /** False: the client left the types to us, and its API answers such a one more plainly. */
  readonly namesTypes?: boolean
  /** What becomes of an input that is too long; `none` is an error. Absent: as the provider does it. */
  readonly truncate?: 'none' | 'start' | 'end'
  readonly user?: string
}

/** Every wait of a call has one of these, in milliseconds. */
export interface Deadlines {
  /** To have a connection to the provider. */
  readonly connectMs: number
  /** From sending the request to the first byte of the answer's body. */
  readonly firstTokenMs: number
  /** Between two reads of a body that has begun. */
  readonly gapMs: number
  /** For the whole attempt. */
  readonly totalMs: number
}

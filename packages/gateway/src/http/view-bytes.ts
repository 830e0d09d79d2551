/**
 * A part of a read as bytes of their own, without a copy. `subarray` does the same through the constructor of whatever
 * it is called on, which for a Buffer costs several times as much.
 */
export function viewBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
}

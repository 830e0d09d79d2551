/** The CRC-32 of zip, gzip and Ethernet (polynomial 0xEDB88320, reflected), as an unsigned 32-bit number. */
export function crc32(bytes: Uint8Array): number {
  table ??= createTable()
  let crc = 0xffff_ffff
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffff_ffff) >>> 0
}

let table: Uint32Array | undefined

function createTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
    return crc >>> 0
  })
}

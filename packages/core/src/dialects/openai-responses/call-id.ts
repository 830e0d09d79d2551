/** The API refuses longer ids of calls. */
const longest = 64

/**
 * A call's id as the API takes it. One that is too long keeps its beginning and ends in a digest of the whole, so that
 * a call and its output still agree and two calls still differ.
 */
export function shortCallId(id: string): string {
  return id.length <= longest ? id : `${id.slice(0, longest - 18)}_h${digest(id)}`
}

/** 64 bits of FNV-1a in two halves of different seeds: no secret, only told apart. */
function digest(text: string): string {
  return hash32(text, 0x811c9dc5) + hash32(text, 0x01234567)
}

function hash32(text: string, seed: number): string {
  let hash = seed
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

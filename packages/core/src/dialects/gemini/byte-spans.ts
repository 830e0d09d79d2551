/** Google counts places in a text in UTF-8 bytes, this language in characters (UTF-16 code units). */
interface Place {
  readonly byte: number
  readonly character: number
}

/** The character at each byte offset; one past the end is the end, one inside a character is that character's start. */
export function toCharacters(text: string, offsets: readonly number[]): ReadonlyMap<number, number> {
  return translate(text, offsets, { from: (place) => place.byte, to: (place) => place.character })
}

/** The byte at each character offset. */
export function toBytes(text: string, offsets: readonly number[]): ReadonlyMap<number, number> {
  return translate(text, offsets, { from: (place) => place.character, to: (place) => place.byte })
}

/** Walks the text once, however many offsets are asked for. */
function translate(
  text: string,
  offsets: readonly number[],
  { from, to }: { readonly from: (place: Place) => number; readonly to: (place: Place) => number },
): ReadonlyMap<number, number> {
  const wanted = [...new Set(offsets)].toSorted((left, right) => left - right)
  const found = new Map<number, number>()
  let place: Place = { byte: 0, character: 0 }
  for (const offset of wanted) {
    for (let next = step(text, place); next && from(next) <= offset; next = step(text, place)) place = next
    found.set(offset, to(place))
  }
  return found
}

/** The place after the character at this one; undefined at the end. */
function step(text: string, { byte, character }: Place): Place | undefined {
  const code = text.codePointAt(character)
  if (code === undefined) return undefined
  return { byte: byte + byteLength(code), character: character + (code > 0xffff ? 2 : 1) }
}

function byteLength(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}

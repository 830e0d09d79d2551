/** `counter@start`, the name of a row in the store. */
export function placeOf(counterKey: string, windowStartMs: number): string {
  return `${counterKey}@${windowStartMs}`
}

/** Takes a place apart; undefined for what is none. */
export function readPlace(place: string): { readonly counterKey: string; readonly windowStartMs: number } | undefined {
  const at = place.lastIndexOf('@')
  const windowStartMs = Number(place.slice(at + 1))
  return at > 0 && Number.isSafeInteger(windowStartMs) ? { counterKey: place.slice(0, at), windowStartMs } : undefined
}

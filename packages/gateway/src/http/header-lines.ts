/** A head of more lines than this is refused. */
export const maxHeaders = 200

export const maxHeadBytes: number = 64 * 1024

const maxKnownNames = 500
const knownNames = new Map<string, string>()

/** Header names are few and come again: looking one up is cheaper than making it anew, and all share one string. */
export function lowerCaseName(name: string): string {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  if (knownNames.size < maxKnownNames) knownNames.set(name, lower)
  return lower
}

/** The text between two places without the blanks at its ends. */
export function trimBlanks(text: string, start: number, end: number): string {
  let from = start
  let to = end
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

/** Whether a comma-separated list has this lower-case word. */
export function hasToken(list: string | undefined | null, token: string): boolean {
  if (list === undefined || list === null) return false
  return list === token || list.split(',').some((each) => each.trim().toLowerCase() === token)
}

import type { Json } from '../../ir/json.ts'
import type { EmbedInput, EmbedRequest } from './request.ts'

/** The numbers of tokens; undefined when the list holds anything else. */
export function asTokens(list: readonly Json[] | undefined): readonly number[] | undefined {
  if (!list) return undefined
  const tokens: number[] = []
  for (const each of list) {
    if (typeof each !== 'number' || !Number.isSafeInteger(each) || each < 0) return undefined
    tokens.push(each)
  }
  return tokens
}

/** The word for what becomes of an over-long input, in any case. */
export function asSize(word: string | undefined): EmbedRequest['truncate'] {
  const lower = word?.toLowerCase()
  return lower === 'none' || lower === 'start' || lower === 'end' ? lower : undefined
}

/** All inputs as texts; the index of the first that is none. */
export function readTexts(inputs: readonly EmbedInput[]): readonly string[] | number {
  const texts: string[] = []
  for (const [index, input] of inputs.entries()) {
    if (input.kind !== 'text') return index
    texts.push(input.text)
  }
  return texts
}

/** Media type and base64 of a `data:` URL; undefined for any other address. */
export function readDataUrl(url: string): { readonly mediaType: string; readonly base64: string } | undefined {
  const match = /^data:([^;,]+)(?:;[^;,]+)*;base64,(.*)$/s.exec(url)
  return match ? { mediaType: match[1] ?? '', base64: match[2] ?? '' } : undefined
}

import type { MediaPart } from '../../ir/part.ts'

/** The parts of a base64 data URL, or undefined for any other URL. */
export function fromDataUrl(url: string): Pick<MediaPart, 'mediaType' | 'source'> | undefined {
  if (!url.startsWith('data:')) return undefined
  const comma = url.indexOf(',')
  const head = comma < 0 ? '' : url.slice('data:'.length, comma)
  if (!head.endsWith(';base64')) return undefined
  const mediaType = head.slice(0, -';base64'.length)
  return {
    mediaType: mediaType === '' ? 'text/plain' : mediaType,
    source: { from: 'base64', data: url.slice(comma + 1) },
  }
}

export function toDataUrl(mediaType: string, base64: string): string {
  return `data:${mediaType};base64,${base64}`
}

/** UTF-8 text as base64. */
export function textToBase64(text: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}

const typesByExtension: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
}

/** The media type a file's name or URL path tells, for the kinds of file that models read. */
export function mediaTypeOfName(name: string): string | undefined {
  const path = name.split(/[?#]/, 1)[0] ?? ''
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(typesByExtension, extension) ? typesByExtension[extension] : undefined
}

/** A name for a file that has none; the API wants one with a fitting extension. */
export function nameOfMediaType(mediaType: string): string {
  const found = Object.entries(typesByExtension).find(([, type]) => type === mediaType)
  return `file.${found?.[0] ?? 'bin'}`
}

/** Starts of base64 text that tell a media type. */
const starts: readonly (readonly [string, string])[] = [
  ['iVBORw', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi0', 'application/pdf'],
  ['SUQz', 'audio/mp3'],
]

const extensions: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  webm: 'video/webm',
}

const fallbacks: Readonly<Record<string, string>> = {
  'image/*': 'image/png',
  'audio/*': 'audio/wav',
  'video/*': 'video/mp4',
}

/** The media type of inline data, which this API wants to know exactly. */
export function typeOfData(mediaType: string, data: string): string {
  if (!mediaType.includes('*')) return mediaType
  const told = starts.find(([start]) => data.startsWith(start))
  return told?.[1] ?? fallbacks[mediaType] ?? 'application/octet-stream'
}

/** The media type of what a URL points at; undefined where the URL does not tell, and the API finds out. */
export function typeOfUrl(mediaType: string, url: string): string | undefined {
  if (!mediaType.includes('*')) return mediaType
  const path = url.split(/[?#]/, 1)[0] ?? ''
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(extensions, extension) ? extensions[extension] : undefined
}

/**
 * A file only Google can read: one of its Files API, or one in its cloud storage. Any other URL can be read by
 * everybody.
 */
export function isGoogleFile(uri: string): boolean {
  return !/^https?:\/\//i.test(uri) || /\/v1(?:alpha|beta)?\d*\/files\/[^/]+$/.test(uri)
}

/** Sound as bare samples, which may be cut anywhere between samples. */
export function isRawSound(mediaType: string): boolean {
  return /^audio\/(?:l16|pcm|x-raw)/i.test(mediaType)
}

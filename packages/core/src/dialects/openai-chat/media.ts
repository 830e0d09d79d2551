import type { MediaPart } from '../../ir/part.ts'

/** `wav` and the like, as `input_audio.format` names encodings, to media types and back. */
const audioTypes: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', m4a: 'audio/mp4', pcm16: 'audio/pcm' }
const audioFormats: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/l16': 'pcm16',
  'audio/pcm': 'pcm16',
  'audio/x-flac': 'flac',
}

/** The media type of an audio format; a wildcard where none is named. */
export function audioType(format: string | undefined): string {
  return format === undefined ? 'audio/*' : (audioTypes[format] ?? `audio/${format}`)
}

/** The format of an audio media type, undefined for the wildcard. */
export function audioFormat(mediaType: string): string | undefined {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'audio/*') return undefined
  return audioFormats[type] ?? type.slice(type.indexOf('/') + 1)
}

/** What an address holds: the bytes themselves when it is a base64 `data:` address, else a reference. */
export function readUrl(url: string, wildcard: string): Pick<MediaPart, 'mediaType' | 'source'> {
  const marker = url.startsWith('data:') ? url.indexOf(';base64,') : -1
  if (marker < 0) return { mediaType: wildcard, source: { from: 'url', url } }
  const mediaType = url.slice(5, marker)
  const data = url.slice(marker + 8)
  return { mediaType: mediaType === '' ? wildcard : mediaType, source: { from: 'base64', data } }
}

/** A `data:` address. A wildcard type is written as the most usual one of its kind, because hosts refuse wildcards. */
export function dataUrl(mediaType: string, data: string): string {
  return `data:${usualTypes[mediaType] ?? mediaType};base64,${data}`
}

const usualTypes: Readonly<Record<string, string>> = {
  'image/*': 'image/png',
  'audio/*': 'audio/wav',
  'video/*': 'video/mp4',
  'application/*': 'application/pdf',
}

/** Whether a media type is of this kind: `image`, `audio`, `video`. */
export function isKind(mediaType: string, kind: 'image' | 'audio' | 'video'): boolean {
  return mediaType.startsWith(`${kind}/`)
}

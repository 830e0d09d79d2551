/** Which of the API's blocks holds a medium, and the word for its format there. */
export interface MediaFormat {
  readonly block: 'image' | 'document' | 'video' | 'audio'
  readonly format: string
}

/**
 * The API's formats by media type: what `ImageBlock`, `DocumentBlock`, `VideoBlock` and `AudioBlock` list.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Types_Amazon_Bedrock_Runtime.html (seen 2026-11-21)
 */
const formats: Readonly<Record<MediaFormat['block'], Readonly<Record<string, string>>>> = {
  image: {
    'image/png': 'png',
    'image/jpeg': 'jpeg',
    'image/jpg': 'jpeg',
    'image/gif': 'gif',
    'image/webp': 'webp',
  },
  document: {
    'application/pdf': 'pdf',
    'application/msword': 'doc',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'text/csv': 'csv',
    'text/html': 'html',
    'text/markdown': 'md',
  },
  video: {
    'video/mp4': 'mp4',
    'video/quicktime': 'mov',
    'video/x-matroska': 'mkv',
    'video/webm': 'webm',
    'video/x-flv': 'flv',
    'video/mpeg': 'mpeg',
    'video/x-ms-wmv': 'wmv',
    'video/3gpp': 'three_gp',
  },
  audio: {
    'audio/mpeg': 'mp3',
    'audio/mp3': 'mp3',
    'audio/wav': 'wav',
    'audio/x-wav': 'wav',
    'audio/wave': 'wav',
    'audio/aac': 'aac',
    'audio/flac': 'flac',
    'audio/ogg': 'ogg',
    'audio/opus': 'opus',
    'audio/mp4': 'm4a',
    'audio/m4a': 'm4a',
    'audio/x-m4a': 'm4a',
    'audio/webm': 'webm',
    'audio/pcm': 'pcm',
    'audio/pcm16': 'pcm',
    'audio/l16': 'pcm',
  },
}

const blocks = ['image', 'document', 'video', 'audio'] as const

/** Starts of base64 text that tell a format the client did not name. */
const starts: readonly (readonly [start: string, mediaType: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['JVBERi', 'application/pdf'],
  ['SUQz', 'audio/mp3'],
]

/** Which block a medium of this type goes in; undefined when the API takes no such thing. `base64` may be unknown: `''`. */
export function formatOf(mediaType: string, base64: string): MediaFormat | undefined {
  const type = (mediaType.includes('*') ? guessType(mediaType, base64) : mediaType).toLowerCase().replace(/;.*$/, '')
  for (const block of blocks) {
    const format = formats[block][type]
    if (format !== undefined) return { block, format }
  }
  return isText(type) ? { block: 'document', format: 'txt' } : undefined
}

/** `UklGR` begins every RIFF file: WebP among images, WAVE among sounds. */
function guessType(mediaType: string, base64: string): string {
  const told = starts.find(([start]) => base64.startsWith(start))?.[1]
  return told ?? fallbacks[mediaType] ?? mediaType
}

const fallbacks: Readonly<Record<string, string>> = {
  'image/*': 'image/webp',
  'audio/*': 'audio/wav',
  'video/*': 'video/mp4',
}

function isText(type: string): boolean {
  return type.startsWith('text/') || /^application\/(.+\+)?(json|xml|yaml|javascript)$/.test(type)
}

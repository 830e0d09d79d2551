import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, RefusalPart, TextPart } from '../../ir/part.ts'
import { encodeAnnotation } from './annotations.ts'
import { dialect, fieldsOf, ownOf } from './extension.ts'
import { encodeLogprobs } from './logprobs.ts'
import { nameOfMediaType, textToBase64, toDataUrl } from './media-type.ts'
import type { ResponsesQuirks } from './quirks.ts'

/** What writing a request needs to know everywhere. */
export interface Writing {
  readonly quirks: ResponsesQuirks
  readonly provider: string
  readonly newId: (prefix: string) => string
  readonly lose: Lose
}

/** A piece of text the client or a tool gives to the model. */
export function writeInputText(part: TextPart, { quirks }: Writing): JsonObject {
  return { type: 'input_text', text: part.text, ...extras(part, quirks) }
}

/** A piece of text the model wrote in an earlier turn. */
export function writeOutputText(part: TextPart): JsonObject {
  const annotations = (part.citations ?? []).map((each) => encodeAnnotation(each, part.text.length))
  return {
    type: 'output_text',
    text: part.text,
    annotations: annotations.filter((each) => each !== undefined),
    ...(part.logprobs && { logprobs: encodeLogprobs(part.logprobs) }),
    ...fieldsOf(ownOf(part.ext)),
  }
}

/** A refusal of an earlier turn. */
export function writeRefusal(part: RefusalPart): JsonObject {
  return { type: 'refusal', refusal: part.text, ...fieldsOf(ownOf(part.ext)) }
}

/** A part as content of a message or a tool's output; undefined when there is no place for it, which is reported. */
export function writeInputPart(part: Part, path: string, writing: Writing): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return writeInputText(part, writing)
    case 'refusal':
      return { type: 'input_text', text: part.text }
    case 'media':
      return writeMedia(part, path, writing)
    case 'opaque':
      return part.dialect === dialect ? part.value : undefined
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
      writing.lose({ path, why: `the Responses API has no ${part.kind} inside content` })
      return undefined
    default:
      return part satisfies never
  }
}

function writeMedia(part: MediaPart, path: string, writing: Writing): JsonObject | undefined {
  const { source, mediaType } = part
  if (source.from === 'file' && source.dialect !== dialect) return undefined
  const kind = mediaType.split('/', 1)[0]
  const common = extras(part, writing.quirks)
  if (kind === 'image') {
    return { type: 'input_image', ...(part.detail && { detail: part.detail }), ...imageSource(part), ...common }
  }
  const isNamed = part.filename !== undefined
  if (kind === 'audio' && source.from === 'base64' && !isNamed) {
    const format = mediaType === 'audio/mpeg' ? 'mp3' : mediaType.slice('audio/'.length)
    return { type: 'input_audio', input_audio: { data: source.data, format }, ...common }
  }
  if ((kind === 'audio' || kind === 'video') && !isNamed) {
    writing.lose({ path, why: `the Responses API takes no ${kind} from ${source.from}`, value: mediaType })
    return undefined
  }
  return { type: 'input_file', ...fileSource(part), ...common }
}

function imageSource({ source, mediaType }: MediaPart): JsonObject {
  switch (source.from) {
    case 'url':
      return { image_url: source.url }
    case 'file':
      return { file_id: source.id }
    case 'base64':
      return { image_url: toDataUrl(mediaType, source.data) }
    case 'text':
      return { image_url: toDataUrl(mediaType, textToBase64(source.text)) }
    default:
      return source satisfies never
  }
}

/** Bytes need a name with a fitting extension; a URL and a stored file bring their own. */
function fileSource({ source, mediaType, filename }: MediaPart): JsonObject {
  const named = filename !== undefined && { filename }
  switch (source.from) {
    case 'url':
      return { file_url: source.url, ...named }
    case 'file':
      return { file_id: source.id, ...named }
    case 'base64':
      return { filename: filename ?? nameOfMediaType(mediaType), file_data: toDataUrl(mediaType, source.data) }
    case 'text':
      return {
        filename: filename ?? nameOfMediaType(mediaType),
        file_data: toDataUrl(mediaType, textToBase64(source.text)),
      }
    default:
      return source satisfies never
  }
}

/** Unknown fields of our own clients, and the cache breakpoint where it was given or is known to work. */
function extras(part: Part, quirks: ResponsesQuirks): JsonObject {
  const own = ownOf(part.ext)
  const native = own?.['$cache']
  const breakpoint = native ?? (part.cache && quirks.hasCacheBreakpoints ? { mode: 'explicit' } : undefined)
  return { ...fieldsOf(own), ...(breakpoint !== undefined && { prompt_cache_breakpoint: breakpoint }) }
}

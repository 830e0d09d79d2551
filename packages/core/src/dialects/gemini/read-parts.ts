import type { Json, JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, ReasoningPart, Seal, TextPart, ToolCallPart, ToolResultPart } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, asString, rest } from '../../ir/read.ts'
import { standardBase64 } from './base64.ts'
import type { CallBook } from './call-book.ts'
import { readOutput } from './function-response.ts'
import { isGoogleFile } from './media-type.ts'
import { carriedNote, dialect, extend } from './own-fields.ts'
import { given } from './read.ts'
import { readSignature, skipSignatureCheck } from './signature.ts'
import { camelKeys } from './spelling.ts'

/** What reading a part needs beside the part. */
export interface PartReader {
  readonly reader: RequestReader
  readonly book: CallBook
}

/**
 * One part of a request. A part is told by its one data field; what no word fits stays whole, as opaque. Thoughts that a
 * call carried home come before it.
 */
export function readPart(value: JsonObject, at: string, from: PartReader): readonly Part[] {
  const part = readOne(value, at, from)
  if (part.kind !== 'tool-call') return [part]
  const signature = camelKeys(value)['thoughtSignature']
  if (typeof signature !== 'string') return [part]
  return [...readSignature(signature).thoughts.map((thought) => ({ ...thought, ...carriedNote })), part]
}

function readOne(value: JsonObject, at: string, from: PartReader): Part {
  const part = camelKeys(value)
  const { reader } = from
  if (Object.keys(part).length === 0) reader.fail(at, `'${at}' must hold text, inlineData or another kind of data.`)
  if (asObject(part['functionCall'])) return readCall(part, at, from)
  if (asObject(part['functionResponse'])) return readResult(part, at, from)
  if (asObject(part['inlineData'])) return readInline(part, at, reader)
  if (asObject(part['fileData'])) return readFile(part, at, reader)
  if (isText(part)) return readText(part, at, reader)
  return { kind: 'opaque', dialect, value: part }
}

/** A signature may come alone: then it belongs to a text of no length. */
function isText(part: JsonObject): boolean {
  if ('text' in part) return true
  return 'thoughtSignature' in part && rest(part, 'thoughtSignature', 'thought') === undefined
}

function readText(part: JsonObject, at: string, reader: RequestReader): TextPart | ReasoningPart {
  const text = reader.string(part, 'text', at) ?? ''
  const { seal, form, notes } = readSeal(part, at, reader)
  const more = { ...given({ seal }), ...extend({ ...rest(part, 'text', 'thought', 'thoughtSignature'), ...notes }) }
  if (part['thought'] === true) return { kind: 'reasoning', form: form ?? 'summary', text, ...more }
  return { kind: 'text', text, ...more }
}

function readInline(part: JsonObject, at: string, reader: RequestReader): MediaPart {
  const blob = camelKeys(asObject(part['inlineData']) ?? {})
  const { seal, notes } = readSeal(part, at, reader)
  return {
    kind: 'media',
    mediaType: reader.string(blob, 'mimeType', `${at}.inlineData`) ?? 'application/*',
    source: { from: 'base64', data: standardBase64(reader.requiredString(blob, 'data', `${at}.inlineData`)) },
    ...given({ seal, filename: asString(blob['displayName']) }),
    ...extend({ ...mediaFields(part, 'inlineData'), ...more(blob, 'inlineData', 'data'), ...notes }),
  }
}

function readFile(part: JsonObject, at: string, reader: RequestReader): MediaPart {
  const file = camelKeys(asObject(part['fileData']) ?? {})
  const uri = reader.requiredString(file, 'fileUri', `${at}.fileData`)
  const { seal, notes } = readSeal(part, at, reader)
  return {
    kind: 'media',
    mediaType: reader.string(file, 'mimeType', `${at}.fileData`) ?? 'application/*',
    source: isGoogleFile(uri) ? { from: 'file', dialect, id: uri } : { from: 'url', url: uri },
    ...given({ seal, filename: asString(file['displayName']) }),
    ...extend({ ...mediaFields(part, 'fileData'), ...more(file, 'fileData', 'fileUri'), ...notes }),
  }
}

function mediaFields(part: JsonObject, data: string): JsonObject {
  return rest(part, data, 'thoughtSignature', ...(part['thought'] === false ? ['thought'] : [])) ?? {}
}

/** Fields inside the data object that have no word, under that object's name. */
function more(data: JsonObject, name: string, ...known: readonly string[]): JsonObject {
  const left = rest(data, 'mimeType', 'displayName', ...known)
  return left ? { [name]: left } : {}
}

function readCall(part: JsonObject, at: string, { reader, book }: PartReader): ToolCallPart {
  const call = camelKeys(asObject(part['functionCall']) ?? {})
  const path = `${at}.functionCall`
  const name = reader.requiredString(call, 'name', path)
  const id = nonEmpty(reader.string(call, 'id', path))
  const args = reader.object(call, 'args', path)
  const { seal, notes } = readSeal(part, at, reader)
  const left = rest(call, 'name', 'id', 'args')
  return {
    kind: 'tool-call',
    id: book.call(name, id),
    name,
    args: args === undefined ? '' : JSON.stringify(args),
    executor: 'client',
    ...given({ seal }),
    ...extend({
      ...mediaFields(part, 'functionCall'),
      ...(left && { functionCall: left }),
      ...(id === undefined && { $noId: true }),
      ...notes,
    }),
  }
}

function readResult(part: JsonObject, at: string, { reader, book }: PartReader): ToolResultPart {
  const result = camelKeys(asObject(part['functionResponse']) ?? {})
  const path = `${at}.functionResponse`
  const id = nonEmpty(reader.string(result, 'id', path))
  const name = reader.string(result, 'name', path) ?? book.nameOf(id) ?? ''
  const { text, isError } = readOutput(reader.object(result, 'response', path) ?? {})
  const media = reader.objects(result, 'parts', path).flatMap((each) => readPart(each.value, each.at, { reader, book }))
  const { seal, notes } = readSeal(part, at, reader)
  const left = rest(result, 'name', 'id', 'response', 'parts')
  return {
    kind: 'tool-result',
    callId: book.answer(name, id),
    name,
    content: [...(text === undefined ? [] : [{ kind: 'text' as const, text }]), ...media],
    isError,
    ...given({ seal }),
    ...extend({
      ...mediaFields(part, 'functionResponse'),
      ...(left && { functionResponse: left }),
      ...(id === undefined && { $noId: true }),
      ...notes,
    }),
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

interface ReadSeal {
  readonly seal: Seal | undefined
  readonly form?: ReasoningPart['form']
  readonly notes?: { readonly [key: string]: Json }
}

function readSeal(part: JsonObject, at: string, reader: RequestReader): ReadSeal {
  const text = reader.string(part, 'thoughtSignature', at)
  if (text === undefined || text === '') return { seal: undefined }
  if (text === skipSignatureCheck) return { seal: undefined, notes: { $unsigned: true } }
  const { seal, form } = readSignature(text)
  return { seal, ...given({ form }) }
}

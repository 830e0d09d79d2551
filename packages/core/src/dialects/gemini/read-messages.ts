import type { JsonObject } from '../../ir/json.ts'
import type { Part } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, rest } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { CallBook } from './call-book.ts'
import { joinTurns } from './join-turns.ts'
import { extend } from './own-fields.ts'
import type { PartReader } from './read-parts.ts'
import { readPart } from './read-parts.ts'
import { camelKeys } from './spelling.ts'

/** `systemInstruction` as the first message: text, a content, or a content whose `parts` is one part without a list. */
export function readSystem(reader: RequestReader, body: JsonObject): readonly Message[] {
  const system = body['systemInstruction']
  if (typeof system === 'string') return [{ role: 'system', parts: [{ kind: 'text', text: system }] }]
  const content = reader.object(body, 'systemInstruction')
  if (!content) return []
  const parts = readParts(camelKeys(content), 'systemInstruction', { reader, book: new CallBook() })
  return parts.length === 0 ? [] : [{ role: 'system', parts }]
}

/**
 * The conversation. Results come inside user contents here (and inside the model's, when Google ran the tool itself);
 * they become messages of role `tool`, as everywhere else, with a note on the pieces of one content so that they are
 * joined again.
 */
export function readContents(reader: RequestReader, body: JsonObject): readonly Message[] {
  const single = asObject(body['contents'])
  const list = single ? [{ value: single, at: 'contents' }] : reader.objects(body, 'contents')
  if (list.length === 0) reader.fail('contents', "Missing required parameter: 'contents'.")
  const book = new CallBook()
  return joinTurns(list.flatMap(({ value, at }) => readContent(camelKeys(value), at, { reader, book })))
}

function readContent(content: JsonObject, at: string, from: PartReader): readonly Message[] {
  const given = from.reader.string(content, 'role', at) ?? ''
  const role = readRole(given)
  if (role === undefined)
    from.reader.fail(`${at}.role`, `'${at}.role' must be 'user' or 'model', but it is '${given}'.`)
  const parts = readParts(content, at, from)
  if (parts.length === 0) from.reader.fail(`${at}.parts`, `'${at}.parts' must not be empty.`)
  const fields = rest(content, 'role', 'parts')
  return splitResults(parts).map((run, index) => {
    const isResult = run[0]?.kind === 'tool-result'
    const isOther = isResult ? given === 'model' : given !== '' && given !== 'user' && given !== 'model'
    const notes = { ...(isOther && { $role: given }), ...(index > 0 && { $joined: true }) }
    return {
      role: isResult ? 'tool' : (role ?? 'user'),
      parts: run,
      ...extend({ ...(index === 0 && fields), ...notes }),
    }
  })
}

function readRole(role: string): 'user' | 'assistant' | 'system' | undefined {
  switch (role) {
    case '':
    case 'user':
    case 'function':
    case 'tool':
      return 'user'
    case 'model':
    case 'assistant':
      return 'assistant'
    case 'system':
      return 'system'
    default:
      return undefined
  }
}

function readParts(content: JsonObject, at: string, from: PartReader): readonly Part[] {
  const single = asObject(content['parts'])
  if (single) return readPart(single, `${at}.parts`, from)
  return from.reader.objects(content, 'parts', at).flatMap((each) => readPart(each.value, each.at, from))
}

/** Runs of results and runs of everything else, in order. */
function splitResults(parts: readonly Part[]): readonly (readonly Part[])[] {
  const runs: Part[][] = []
  for (const part of parts) {
    const last = runs.at(-1)
    if (last && (last[0]?.kind === 'tool-result') === (part.kind === 'tool-result')) last.push(part)
    else runs.push([part])
  }
  return runs
}

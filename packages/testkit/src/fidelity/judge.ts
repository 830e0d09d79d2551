import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { asObject, asObjects, asString, parseObject } from '@sluice/core/ir/read.ts'
import type { Difference } from '../facts/compare-facts.ts'
import { compareFacts } from '../facts/compare-facts.ts'
import type { Facts } from '../facts/facts.ts'
import { readAnswerFacts, readRecordedFacts, readStreamFacts } from '../facts/read-facts.ts'
import { readFramesOfText } from '../frames-of-text.ts'
import type { Recording } from '../recordings.ts'

/** What a client got from the gateway. */
export interface GatewayReply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How well an answer came through. A loss is something the gateway itself said it could not carry over. */
export type Verdict =
  | { readonly kind: 'exact' }
  | { readonly kind: 'with-losses'; readonly losses: readonly ToldLoss[] }
  | { readonly kind: 'failed'; readonly why: readonly string[]; readonly losses: readonly ToldLoss[] }

/** One loss as the gateway told it, its indexes taken out so that equal kinds can be counted. */
export interface ToldLoss {
  readonly path: string
  readonly why: string
}

/**
 * Compares what a provider answered with what reached a client that speaks `client`. Text, tool calls, finish and usage
 * must be the source's, or the gateway must have said what it lost; an error keeps its status and its meaning.
 */
export function judge(recording: Recording, client: ClientDialectId, reply: GatewayReply): Verdict {
  const losses = toldLosses(reply)
  const why = recording.status >= 400 ? judgeError(recording, reply) : judgeAnswer(recording, client, { reply, losses })
  if (why.length > 0) return { kind: 'failed', why, losses }
  return losses.length > 0 ? { kind: 'with-losses', losses } : { kind: 'exact' }
}

function judgeAnswer(
  recording: Recording,
  client: ClientDialectId,
  { reply, losses }: { readonly reply: GatewayReply; readonly losses: readonly ToldLoss[] },
): readonly string[] {
  const source = readRecordedFacts(recording)
  if (!source) return ['the recording cannot be read']
  const copy = readReplyFacts(client, reply)
  if (!copy) return [`status ${reply.status}, no readable body: ${reply.body.slice(0, 200)}`]
  return compareFacts(source, copy, client)
    .filter((difference) => !isExcused(difference, losses))
    .map(({ kind, detail }) => `${kind}: ${detail}`)
}

/** What a reply says, whole or streamed; undefined when it is neither. */
export function readReplyFacts(client: ClientDialectId, { status, headers, body }: GatewayReply): Facts | undefined {
  if (status >= 400)
    return { choices: [], usage: undefined, error: messageOf(body) ?? `status ${status}`, isComplete: false }
  const type = headers['content-type'] ?? ''
  if (type.includes('event-stream')) return readStreamFacts(client, readFramesOfText(body, 'sse'))
  if (body.trimStart().startsWith('[')) return readStreamFacts(client, readFramesOfText(body, 'json-array-stream'))
  const object = parseObject(body)
  return object && readAnswerFacts(client, object)
}

function judgeError(recording: Recording, reply: GatewayReply): readonly string[] {
  const why: string[] = []
  if (reply.status !== recording.status) why.push(`status ${recording.status} became ${reply.status}`)
  const body = recordedBody(recording)
  const [message, told] = [messageOf(body), messageOf(reply.body)]
  if (reply.body === body) return why
  if (told === undefined) why.push(`no error message in ${reply.body.slice(0, 120)}`)
  // A gateway may tell the inner of two nested messages: then the provider's own body holds what was told.
  else if (message !== undefined && !flat(told).includes(flat(message).slice(0, 60)) && !holds(body, told))
    why.push(`message ${JSON.stringify(message.slice(0, 60))} became ${JSON.stringify(told.slice(0, 60))}`)
  return why
}

function holds(body: string, told: string): boolean {
  return flat(body.replaceAll('\\"', '"')).includes(flat(told).slice(0, 60))
}

function recordedBody({ response: { body } }: Recording): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** The human sentence in an error body, whatever the provider's shape; undefined in HTML and in nothing. */
export function messageOf(body: string): string | undefined {
  const first = parseObject(body) ?? asObjects(parseList(body))[0]
  if (!first) return undefined
  const error = first['error']
  const nested = asObject(error) ?? asObjects(error)[0]
  const [violation] = [...asObjects(first['detail']), ...asObjects(first['errors'])]
  return (
    asString(nested?.['message']) ??
    asString(error) ??
    asString(first['message']) ??
    asString(first['detail']) ??
    asString(violation?.['message']) ??
    asString(violation?.['msg'])
  )
}

function parseList(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** What the gateway said it lost: in the header, and in a comment before the end of a stream. */
export function toldLosses({ headers, body }: GatewayReply): readonly ToldLoss[] {
  const comments = Array.from(body.matchAll(/^: x-sluice-loss (.*)$/gm), ([, told = '']) => told)
  const told = [headers['x-sluice-loss'] ?? '', ...comments].filter((each) => each !== '')
  return told.flatMap((each) => each.split('; ').map(readLoss))
}

function readLoss(told: string): ToldLoss {
  const colon = told.indexOf(': ')
  const [path, why] = colon < 0 ? [told, ''] : [told.slice(0, colon), told.slice(colon + 2)]
  return { path: path.replace(/\[\d+\]/g, '[]'), why }
}

/** A difference is excused when a told loss speaks of the same thing. */
export function isExcused({ kind }: Difference, losses: readonly ToldLoss[]): boolean {
  return losses.some(({ path, why }) => excuses[kind].test(`${path} ${why}`))
}

const excuses: Readonly<Record<Difference['kind'], RegExp>> = {
  choices: /choice/i,
  text: /text|refusal|parts|content/i,
  reasoning: /reasoning|thinking|thought/i,
  'tool-calls': /tool|call|args|arguments/i,
  finish: /finish|stop|malformed/i,
  usage: /usage|token/i,
  error: /(?!)/,
}

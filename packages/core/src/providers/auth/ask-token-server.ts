import type { JsonObject } from '../../ir/json.ts'
import { asNumber, asObject, asString, parseObject } from '../../ir/read.ts'
import { readRetryAfterMs } from '../../ir/retry-after.ts'
import type { Deadlines } from '../../upstream/deadlines.ts'
import { readBody } from '../../upstream/read-body.ts'
import { TransportError } from '../../upstream/transport.ts'
import { type CredentialPorts, cannotObtain, type Obtained } from './credential-ports.ts'

/** One question to a token server. */
export interface TokenQuestion {
  /** From the configuration or a well-known constant, never from an answer. */
  readonly url: string
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: JsonObject
  /** Values that must not stand in a problem, should the server say them back. */
  readonly secrets: readonly string[]
  readonly deadlines?: Deadlines
}

/** What a token server answered with a 2xx. */
export interface TokenAnswer {
  readonly text: string
  /** The server's own clock, milliseconds since 1970, where it said. */
  readonly serverUnixMs: number | undefined
}

/** What it answered, whatever the status. */
export interface RawTokenAnswer extends TokenAnswer {
  readonly status: number
  readonly retryAfterMs: number | undefined
}

const usualDeadlines: Deadlines = { connectMs: 5000, firstTokenMs: 10_000, gapMs: 5000, totalMs: 15_000 }

/** For servers on the machine's own link: where nobody answers at once, there is none. */
export const nearbyDeadlines: Deadlines = { connectMs: 1000, firstTokenMs: 3000, gapMs: 3000, totalMs: 5000 }

const answerLimitBytes = 64 * 1024
const longestWords = 300

/** Asks a token server one thing. Never rejects: whatever goes wrong is a problem that names the server's origin. */
export async function askTokenServer(
  question: TokenQuestion,
  { transport }: CredentialPorts,
): Promise<Obtained<RawTokenAnswer>> {
  const { url, method = 'POST', headers, form, json, deadlines = usualDeadlines } = question
  const body = form ? new URLSearchParams(form).toString() : json && JSON.stringify(json)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const { origin } = new URL(url)
  try {
    const answer = await transport.send({
      url,
      origin,
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'sluice',
        ...(body !== undefined && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      deadlines,
    })
    const text = new TextDecoder().decode(await readBody(answer.body, answerLimitBytes))
    const dateMs = Date.parse(answer.headers['date'] ?? '')
    return {
      ok: true,
      value: {
        status: answer.status,
        text,
        serverUnixMs: Number.isNaN(dateMs) ? undefined : dateMs,
        retryAfterMs: readRetryAfterMs({ headers: answer.headers, status: answer.status, message: '' }),
      },
    }
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    return cannotObtain(`the token server ${origin} gave no answer: ${error.message}`)
  }
}

/** The text of a 2xx answer; anything else is a problem in the server's own words. */
export async function askForText(question: TokenQuestion, ports: CredentialPorts): Promise<Obtained<TokenAnswer>> {
  const answer = await askTokenServer(question, ports)
  if (!answer.ok || (answer.value.status >= 200 && answer.value.status <= 299)) return answer
  return refusal(question, answer.value)
}

/** A 2xx answer that is a JSON object. */
export async function askForJson(
  question: TokenQuestion,
  ports: CredentialPorts,
): Promise<Obtained<TokenAnswer & { readonly body: JsonObject }>> {
  const answer = await askForText(question, ports)
  if (!answer.ok) return answer
  const body = parseObject(answer.value.text)
  if (body) return { ok: true, value: { ...answer.value, body } }
  return cannotObtain(`the token server ${new URL(question.url).origin} answered with something that is not JSON`)
}

/** An answer that is not 2xx as a problem. */
export function refusal(question: TokenQuestion, { status, text, retryAfterMs }: RawTokenAnswer): Obtained<never> {
  const said = wordsOf(text, question.secrets)
  const problem = `the token server ${new URL(question.url).origin} answered ${status}${said === '' ? '' : ` (${said})`}`
  return { ok: false, problem, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** OAuth's `error` and `error_description`, Google's and IBM's words, or those of AWS's XML; the rest is not shown. */
function wordsOf(text: string, secrets: readonly string[]): string {
  const body = parseObject(text)
  const inner = asObject(body?.['error'])
  const words = body
    ? [
        asString(body['error']) ?? asString(inner?.['status']) ?? asString(body['errorCode']),
        asString(body['error_description']) ?? asString(inner?.['message']) ?? asString(body['errorMessage']),
        asString(body['message']),
      ]
    : [/<Code>([^<]{1,100})</.exec(text)?.[1], /<Message>([^<]{1,300})</.exec(text)?.[1]]
  let said = words.filter((each) => each !== undefined && each !== '').join(': ')
  for (const secret of secrets) if (secret.length >= 8) said = said.replaceAll(secret, '[redacted]')
  return said.replace(/[^\x20-\x7e]+/g, ' ').slice(0, longestWords)
}

/** Seconds as a server writes them: a number, or its digits as text. */
export function readSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : asNumber(value)
  return seconds !== undefined && seconds >= 0 ? seconds : undefined
}

import { get, type IncomingMessage } from 'node:http'
import { asObjects, asString, parseObject } from '@sluice/core/ir/read.ts'
import type { KnownProvider } from '@sluice/core/providers/provider.ts'
import type { Secret } from '@sluice/core/providers/secret.ts'
import { isLoopbackHost } from '../config/base-url.ts'
import type { LocalServer } from '../config/config.ts'
import { findKey } from '../config/default-provider.ts'
import type { Environment } from '../config/expand-variables.ts'
import { upstreamModelRule } from '../config/name-rules.ts'

/** A server on this machine answers in a few milliseconds or is not there. */
const probeMs = 300
const mostBytes = 1024 * 1024
const mostModels = 500

/**
 * Asks every known local server, all at once, which models it has, and answers those that told within 300 ms. Only
 * loopback addresses are asked. Where two known servers share a port, the one asked first under the address that
 * answered is taken.
 */
export async function detectLocalServers(
  knownProviders: readonly KnownProvider[],
  env: Environment,
): Promise<readonly LocalServer[]> {
  const local = knownProviders.filter(
    ({ isLocal, baseUrl }) => isLocal === true && isLoopbackHost(new URL(baseUrl).hostname),
  )
  const asked = await Promise.all(local.map((known) => askServer(known, findKey(known, env)?.apiKey)))
  return asked.filter((each) => each !== undefined).filter(isFirstAtAddress)
}

async function askServer(known: KnownProvider, apiKey: Secret | undefined): Promise<LocalServer | undefined> {
  const models = await listModels(`${known.baseUrl}/models`, apiKey)
  return models && { known, apiKey, models }
}

function isFirstAtAddress({ known }: LocalServer, index: number, all: readonly LocalServer[]): boolean {
  return all.findIndex((each) => each.known.baseUrl === known.baseUrl) === index
}

/** The ids an OpenAI-style list of models holds; undefined when nothing of the sort answers. Never rejects. */
async function listModels(url: string, apiKey: Secret | undefined): Promise<readonly string[] | undefined> {
  const text = await getText(url, apiKey)
  const body = text === undefined ? undefined : parseObject(text)
  if (!body || !Array.isArray(body['data'])) return undefined
  // Names are shown in a terminal and become part of ours, so what no configuration could name is left out.
  const ids = asObjects(body['data']).map((model) => asString(model['id']) ?? '')
  return ids.filter((id) => upstreamModelRule.pattern.test(id)).slice(0, mostModels)
}

/**
 * Node's client, not fetch: it follows no redirect and, unlike Bun's fetch, does not send a call to 127.0.0.1 through
 * HTTP_PROXY.
 */
function getText(url: string, apiKey: Secret | undefined): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const headers = { accept: 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey.reveal()}` }) }
  const giveUp = () => resolve(undefined)
  const request = get(url, { headers, agent: false, signal: AbortSignal.timeout(probeMs) }, (answer) => {
    if (answer.statusCode === 200) return collectText(answer, resolve)
    giveUp()
    answer.destroy()
  })
  request.on('error', giveUp)
  return promise
}

function collectText(answer: IncomingMessage, resolve: (text: string | undefined) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    chunks.push(chunk)
    if (bytes <= mostBytes) return
    resolve(undefined)
    answer.destroy()
  })
  answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
  answer.on('error', () => resolve(undefined))
  answer.on('close', () => resolve(undefined))
}

import type { Provider } from '../../providers/provider.ts'
import { headerText } from '../call-headers.ts'
import { scrubSecrets } from '../scrub.ts'
import type { PassCall } from './pass-call.ts'

type Headers = Readonly<Record<string, string>>

/**
 * Client headers that go on: what describes the body, and what switches a provider's features. No credential, no cookie,
 * nothing of the connection, nothing that chooses an account, a project or who pays.
 */
const passedNames: ReadonlySet<string> = new Set([
  ...['content-type', 'content-range', 'accept', 'range', 'prefer', 'openai-beta'],
  ...['idempotency-key', 'x-goog-fieldmask', 'x-goog-field-mask'],
])
const passedPrefixes = ['anthropic-', 'x-goog-upload-', 'x-amzn-bedrock-'] as const

/** Answer headers that go back: what describes the body, ids and limits; nothing that names the operator's account. */
const returnedNames: ReadonlySet<string> = new Set([
  ...['content-type', 'content-disposition', 'content-language', 'content-range', 'accept-ranges', 'retry-after'],
  ...['etag', 'last-modified', 'request-id', 'x-request-id', 'x-should-retry', 'retry-after-ms'],
  ...['openai-processing-ms', 'openai-version', 'x-amzn-requestid', 'x-amzn-errortype'],
  ...['x-goog-upload-status', 'x-goog-upload-size-received', 'x-goog-upload-chunk-granularity'],
])
const returnedPrefixes = ['x-ratelimit-', 'anthropic-ratelimit-', 'x-amzn-bedrock-'] as const

/** The client's part of an upstream request's headers. */
export function passedHeaders(client: Headers): Record<string, string> {
  const passed: Record<string, string> = { accept: '*/*', 'user-agent': 'sluice' }
  for (const name in client) {
    const value = client[name]
    if (value !== undefined && isListed(name, passedNames, passedPrefixes)) passed[name] = value
  }
  return passed
}

/** The headers of the client's answer. A secret the provider echoes is taken out. */
export function returnedHeaders(upstream: Headers, provider: Provider, call: PassCall): Record<string, string> {
  const returned: Record<string, string> = {
    'x-sluice-request-id': call.requestId,
    'x-sluice-provider': headerText(provider.name),
  }
  const upload = upstream[uploadHeader]
  const next = upload === undefined ? undefined : uploadAddress(upload, provider, call)
  if (next !== undefined) returned[uploadHeader] = next
  for (const name in upstream) {
    const value = upstream[name]
    if (value !== undefined && isListed(name, returnedNames, returnedPrefixes))
      returned[name] = scrubSecrets(value, provider)
  }
  return returned
}

/** Where Google's clients send the bytes of a file they have announced. */
const uploadHeader = 'x-goog-upload-url'

/** The same address below this gateway; undefined for one that is not the provider's. */
function uploadAddress(upload: string, { origin }: Provider, call: PassCall): string | undefined {
  const url = URL.canParse(upload) ? new URL(upload) : undefined
  if (url?.origin !== origin) return undefined
  return `${call.gatewayOrigin}/${call.providerName}${url.pathname}${url.search}`
}

function isListed(name: string, names: ReadonlySet<string>, prefixes: readonly string[]): boolean {
  return names.has(name) || prefixes.some((prefix) => name.startsWith(prefix))
}

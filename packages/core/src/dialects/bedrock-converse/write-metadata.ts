import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { GenerateRequest } from '../../ir/request.ts'

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#bedrock-runtime_Converse-request-requestMetadata */
const mostPairs = 16
const allowedKey = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/
const allowedValue = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/

/**
 * The client's key-value pairs and the ids of its end user, as the pairs by which the invocation log can be filtered.
 * The API refuses a request with a pair it does not like, so such a pair is left out and reported.
 */
export function writeMetadata(request: GenerateRequest, lose: Lose): JsonObject {
  const { metadata, endUser, safetyIdentifier } = request
  const pairs: Record<string, string> = {}
  const put = (key: string, value: Json | undefined, path: string): void => {
    if (value === undefined || value === null) return
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const fits = allowedKey.test(key) && allowedValue.test(text) && Object.keys(pairs).length < mostPairs
    if (fits) pairs[key] = text
    else lose({ path, why: 'the API takes 16 pairs of 256 plain characters at most' })
  }
  for (const [key, value] of Object.entries(metadata ?? {})) put(key, value, `metadata.${key}`)
  put('user', endUser, 'endUser')
  put('safety_identifier', safetyIdentifier, 'safetyIdentifier')
  return pairs
}

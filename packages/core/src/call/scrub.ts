import type { Failure, UpstreamError } from '../ir/failure.ts'
import { parseObject } from '../ir/read.ts'
import { secretsIn } from '../providers/auth/credential.ts'
import type { Provider } from '../providers/provider.ts'

/**
 * Takes secrets out of text a provider sent: by value (this provider's own key and configured headers) and by the
 * shapes of well-known keys, because a provider may echo, half-masked, what it was sent.
 */
export function scrubSecrets(text: string, provider: Provider): string {
  let clean = text
  for (const secret of secretsOf(provider)) if (secret !== '') clean = clean.replaceAll(secret, replacement)
  return keyShapes.reduce((each, shape) => each.replace(shape, replacement), clean)
}

const replacement = '[redacted]'

/** Linear patterns only. `sk-...` OpenAI and Anthropic, `AIza...` Google, `gsk_`, `xai-`, bearer tokens, `key=` in URLs. */
const keyShapes: readonly RegExp[] = [
  /\b(?:sk|pk|rk|gsk|xai|hf|nvapi|sl|r8|pplx|fw|csk|tgp)[-_][A-Za-z0-9_*.-]{12,}/g,
  /\bAIza[A-Za-z0-9_*-]{20,}/g,
  /(?<=\bBearer )[A-Za-z0-9._~+/*=-]{8,}/gi,
  /(?<=[?&](?:key|api[-_]?key|access_token)=)[^&\s"'<>]+/gi,
  // Tokens of clouds: Google, any JSON Web Token, GitHub, Databricks; what AWS says back of a request it refused.
  /\bya29\.[A-Za-z0-9._-]{10,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?/g,
  /\b(?:gh[opsu]_|github_pat_|dapi)[A-Za-z0-9_]{16,}/g,
  /(?:AKIA|ASIA)[A-Z0-9]{16}/g,
  /(?<=x-amz-security-token:)[^\s"\\]+/gi,
]

function secretsOf(provider: Provider): readonly string[] {
  const headers = Object.values(provider.headers).map((each) => each.reveal())
  const others = [...headers, ...(provider.credential ? secretsIn(provider.credential) : [])]
  const long = others.filter((each) => each.length >= 8)
  return provider.apiKey ? [provider.apiKey.reveal(), ...long] : long
}

/** A failure whose every text is free of secrets. */
export function scrubFailure(failure: Failure, provider: Provider): Failure {
  const { message, code, param, upstream } = failure
  const clean = (text: string): string => scrubSecrets(text, provider)
  return {
    ...failure,
    message: clean(message),
    ...(code !== undefined && { code: clean(code) }),
    ...(param !== undefined && { param: clean(param) }),
    ...(upstream && { upstream: scrubUpstream(upstream, clean) }),
  }
}

function scrubUpstream(upstream: UpstreamError, clean: (text: string) => string): UpstreamError {
  const { body, requestId, contentType, type, native, ...rest } = upstream
  const cleanNative = native && parseObject(clean(JSON.stringify(native)))
  return {
    ...rest,
    body: clean(body),
    ...(requestId !== undefined && { requestId: clean(requestId) }),
    ...(contentType !== undefined && { contentType: clean(contentType) }),
    ...(type !== undefined && { type: clean(type) }),
    ...(cleanNative && { native: cleanNative }),
  }
}

/** Whether text holds a secret by value: cheap enough for every frame that is looked into. */
export function holdsSecret(text: string, provider: Provider): boolean {
  for (const secret of secretsOf(provider)) if (secret !== '' && text.includes(secret)) return true
  return false
}

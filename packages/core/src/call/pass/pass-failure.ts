import { clientDialects } from '../../dialects/registry.ts'
import type { WireAnswer } from '../../ir/dialect.ts'
import type { ClientDialectId, DialectId } from '../../ir/dialect-id.ts'
import { clientDialectIds } from '../../ir/dialect-id.ts'
import { type Failure, statusOf } from '../../ir/failure.ts'

/** A refusal of ours in the words of the provider's own API, which its client understands. */
export function encodePassFailure(failure: Failure, dialect: DialectId): WireAnswer {
  const spoken = clientDialectIds.find((id): id is ClientDialectId => id === dialect)
  if (spoken !== undefined) return clientDialects[spoken].encodeFailure(failure)
  const { status, headers } = clientDialects['openai-chat'].encodeFailure(failure)
  const body = JSON.stringify({ message: failure.message })
  return {
    status,
    headers: dialect === 'bedrock-converse' ? { ...headers, ...awsErrorHeader(failure) } : headers,
    body,
  }
}

/**
 * AWS clients read the kind of an error off this header.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html (seen 2026-11-21)
 */
function awsErrorHeader(failure: Failure): Readonly<Record<string, string>> {
  return { 'x-amzn-errortype': awsErrors[statusOf(failure)] ?? 'InternalServerException' }
}

const awsErrors: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'AccessDeniedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  413: 'ValidationException',
  429: 'ThrottlingException',
  502: 'ServiceUnavailableException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
}

import type { FailureKind } from '@sluice/core/ir/failure.ts'
import { failureStatus } from '@sluice/core/ir/failure.ts'

/** When each kind occurs and what the caller can do. A new kind does not compile without its row. */
const meanings: Readonly<Record<FailureKind, string>> = {
  'invalid-request': 'The request is wrong in itself: a missing or mistyped field, no JSON. `param` names the field.',
  unsupported: 'The request asks for what the target cannot do. With `x-sluice-strict: 1` every such loss is refused.',
  'context-overflow': "The prompt is longer than the model's window. Shorten it or choose another model.",
  'content-blocked': "The provider's filter refused the prompt.",
  unauthenticated: 'No credential, two that differ, or one nobody knows.',
  'budget-exceeded': 'The account at the provider has run out of money.',
  forbidden: 'The credential is known but may not do this.',
  'not-found': 'No such path, or no such model for this key. The message names close ones.',
  'method-not-allowed': 'The path exists, but not with this method.',
  conflict: 'The provider says the request conflicts with its state.',
  'too-large': 'The body is larger than the limit.',
  'unsupported-media': 'The body is not JSON, or is encoded in a way that is not accepted.',
  'upgrade-required': 'A WebSocket was asked for where only HTTP is spoken. Clients fall back by themselves.',
  'rate-limited': 'Too many requests or tokens. `retry-after` says how long to wait.',
  cancelled: 'The client went away before the answer was complete. Seen in logs only.',
  internal: 'A bug in the gateway. The log line with the same request id has the cause.',
  'upstream-protocol': 'The provider answered with what its dialect does not allow, or its answer broke off.',
  'upstream-unavailable': 'The provider could not be reached.',
  overloaded: 'The provider, or the gateway while it shuts down, has no room for the call.',
  'upstream-timeout': 'A deadline passed: connect, first token, gap between two reads, or total.',
}

/** The text of `docs/errors.md`. */
export function errorsPage(): string {
  return `# Errors

<!-- Made by \`npm run docs\` from packages/core/src/ir/failure.ts. Edits here are lost. -->

Every failed call ends in one of these kinds. The caller sees it in its own dialect's words; the log line says the kind.
An error that a provider answered keeps the provider's status, message and \`retry-after\`; to a client of the provider's own
dialect its body passes unchanged. The status below is used when no upstream gave its own.

| Kind | Status | When |
|---|---|---|
${rows()}

A stream that has begun cannot change its status. It ends with the dialect's own error event, and never with its healthy
terminal.
`
}

function rows(): string {
  const statuses: Readonly<Record<string, number>> = failureStatus
  return Object.entries(meanings)
    .map(([kind, meaning]) => `| \`${kind}\` | ${statuses[kind]} | ${meaning} |`)
    .join('\n')
}

import type { FailedAnswer, RelayRules } from '../ir/dialect.ts'
import { parseObject } from '../ir/read.ts'
import type { Loss } from '../ir/request.ts'
import type { RelayCodec } from './attempt-codec.ts'
import type { ClientCall } from './client-call.ts'
import type { Exchange, WholeReading } from './exchange.ts'
import { spliceMembers } from './json-members.ts'
import type { Envelope } from './read-envelope.ts'
import { RelayStream } from './relay-stream.ts'
import { readWholeAnswer } from './whole-answer.ts'

/**
 * Relay: the client speaks the provider's own dialect, so bytes pass through. The request is edited in place; answers
 * are metered on the way and never re-encoded.
 */
export function createRelay(
  call: ClientCall,
  envelope: Envelope,
  { to, losses }: { readonly to: RelayCodec; readonly losses: Loss[] },
): Exchange {
  const { deployment, dialect, rules, options, isStream } = to
  const edits = rules.edits(envelope.body, {
    stream: isStream,
    quirks: options.quirks,
    allow: deployment.provider.allow,
    lose: (loss) => losses.push({ side: 'request', ...loss }),
  })
  if (rules.isModelInBody) edits['model'] = JSON.stringify(deployment.model)
  const endpoint = dialect.endpoint(deployment.model, isStream)

  return {
    mode: 'relay',
    path: endpoint.path + call.passQuery,
    headers: joinHeaders(endpoint.headers, call.passHeaders),
    takeBody: () => spliceMembers(envelope.text, envelope.members, edits),
    readWhole: (text) => readWhole(text, to),
    createStream: () =>
      new RelayStream({
        meter: dialect.createMeter(options),
        rules: rulesFor(call, rules),
        body: envelope.body,
        call,
        provider: deployment.provider,
      }),
    readFailure: (answer: FailedAnswer) => dialect.decodeFailure(answer, deployment.provider.name),
  }
}

/** Mostly there is nothing to join, and the first may be handed on as it is. */
function joinHeaders(own: Exchange['headers'], passed: Exchange['headers']): Exchange['headers'] {
  for (const _ in passed) return { ...own, ...passed }
  return own
}

/** What an edit asked for beside the client is kept from it, unless its API gives it to everybody. */
function rulesFor(call: ClientCall, rules: RelayRules): RelayRules {
  return call.alwaysTellsUsage === true ? { ...rules, isUnasked: () => false } : rules
}

/** A plainly healthy answer is only looked at; anything else is read in full, to say what is wrong with it. */
function readWhole(text: string, to: RelayCodec): WholeReading {
  const body = parseObject(text)
  const plain = body && to.rules.readFacts(body)
  if (plain) return { body: text, usage: plain.usage, finish: plain.finish, failure: undefined }
  const { usage, finish, failure } = readWholeAnswer(text, to).facts
  return { body: text, usage, finish, failure }
}

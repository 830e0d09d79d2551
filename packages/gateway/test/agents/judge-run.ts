import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { fakeSignature } from '@sluice/testkit/answers/anthropic-messages.ts'
import { fakeEncryptedContent } from '@sluice/testkit/answers/openai-responses.ts'
import type { AgentRun } from './agent.ts'
import { upstreamKey } from './run-task.ts'
import { statusesOf } from './wire-tap.ts'

/** What every run must show, whoever the agent; empty when all is well. */
export function judgeRun(run: AgentRun): readonly string[] {
  return [
    ...judgeAgent(run),
    ...judgeGateway(run),
    ...judgeProvider(run),
    ...judgeSeals(run),
    ...(run.agent.dialect === run.upstream ? judgeRelay(run) : []),
  ]
}

function judgeAgent({ result, scene }: AgentRun): readonly string[] {
  if (result.isLate) return ['the agent was still running at its deadline']
  const problems: string[] = []
  if (result.code !== 0) problems.push(`the agent ended with ${result.code ?? 'a signal'}`)
  if (!result.stdout.includes(scene.word)) problems.push("the agent's answer does not hold the word")
  return problems
}

function judgeGateway({ agent, upstream, calls, bugs, journal, tap }: AgentRun): readonly string[] {
  const problems = [...bugs]
  const mode = agent.dialect === upstream ? 'relay' : 'translate'
  if (calls.length < 2) problems.push(`the log has ${calls.length} calls; a turn with a tool takes two`)
  if (calls.length !== journal.length)
    problems.push(`the log has ${calls.length} calls, the provider ${journal.length}`)
  for (const call of calls) {
    const { outcome, failure } = call
    if (outcome !== 'ok') problems.push(`a call is logged as ${String(outcome)}: ${JSON.stringify(failure)}`)
    if (call['mode'] !== mode) problems.push(`a call is logged as ${String(call['mode'])} instead of ${mode}`)
  }
  const bad = statusesOf(tap).filter((status) => status !== 200 && status !== 426)
  if (bad.length > 0) problems.push(`the agent was answered ${bad.join(', ')}`)
  if (tap.answers.some((text) => text.includes(upstreamKey))) problems.push("the agent was told the provider's key")
  return problems
}

function judgeProvider({ journal, scene }: AgentRun): readonly string[] {
  const problems = journal
    .filter(({ outcome }) => outcome !== 'answered')
    .map(({ number, outcome, status }) => `call ${number} ended at the provider as ${outcome} (${status})`)
  const seen = JSON.stringify(journal.map(({ rawHeaders, body }) => [rawHeaders, body]))
  if (seen.includes(scene.key)) problems.push("the provider was told the caller's key")
  return problems
}

/** What seals the thinking of the fake model, in dialects that have seals. */
const seals: Readonly<Partial<Record<ClientDialectId, string>>> = {
  'anthropic-messages': fakeSignature,
  'openai-responses': fakeEncryptedContent,
}

/** The second turn brings the first one's seal home, whatever the agent's own dialect. */
function judgeSeals({ agent, upstream, journal }: AgentRun): readonly string[] {
  const seal = seals[upstream]
  if (seal === undefined || !agent.returnsSeals) return []
  return journal.some(({ body }) => body.includes(seal)) ? [] : ['the seal of the thinking did not come back']
}

/** In its own dialect, what the agent wrote arrives byte for byte. */
function judgeRelay({ tap, journal }: AgentRun): readonly string[] {
  const sent = new Set(tap.requests.map(({ body }) => new TextDecoder().decode(body)))
  return journal
    .filter(({ body }) => !sent.has(body))
    .map(({ number }) => `call ${number}: the body is not as the agent sent it`)
}

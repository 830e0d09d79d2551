import { expect, test } from 'bun:test'
import { fakeSignature } from '@sluice/testkit/answers/anthropic-messages.ts'
import type { RawRequest } from '@sluice/testkit/http-request.ts'
import type { JournalEntry } from '@sluice/testkit/journal.ts'
import { testKey } from '../start-test-gateway.ts'
import type { AgentRun, Scene } from './agent.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { judgeRun } from './judge-run.ts'
import { upstreamKey } from './run-task.ts'

const headers = { 'anthropic-beta': 'some-beta', 'anthropic-version': '2023-06-01' }
const body = JSON.stringify({
  model: 'm',
  messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: '', signature: fakeSignature }] }],
  ...{ context_management: {}, output_config: {}, thinking: {} },
})

/** Claude Code in front of an Anthropic provider, all well. */
const healthy: AgentRun = {
  agent: claudeCode,
  upstream: 'anthropic-messages',
  scene: { word: 'marzipan', key: testKey } as Scene,
  result: { code: 0, isLate: false, stdout: 'It is marzipan.', stderr: '', elapsedMs: 1000 },
  tap: { requests: [request(body, headers), request(body, headers)], answers: ['HTTP/1.1 200 OK\r\n\r\n'] },
  journal: [entry({}), entry({})],
  calls: [call({}), call({})],
  bugs: [],
}

function request(text: string, more: Record<string, string>, target = '/v1/messages?beta=true'): RawRequest {
  return { method: 'POST', target, headers: more, rawHeaders: [], body: new TextEncoder().encode(text) }
}

function entry(more: Partial<JournalEntry>): JournalEntry {
  const query = new URLSearchParams('beta=true')
  const plain = { number: 1, status: 200, outcome: 'answered', query, headers, rawHeaders: [], body }
  return { ...plain, json: JSON.parse(body), ...more } as JournalEntry
}

function call(more: Record<string, unknown>): Record<string, unknown> {
  return { outcome: 'ok', mode: 'relay', ...more }
}

function problemsOf(run: AgentRun): readonly string[] {
  return [...judgeRun(run), ...(run.agent.tasks[0]?.findProblems?.(run) ?? [])]
}

test('a healthy run has no problem', () => {
  expect(problemsOf(healthy)).toEqual([])
})

const flaws: readonly (readonly [words: string, flaw: Partial<AgentRun>])[] = [
  ['at its deadline', { result: { ...healthy.result, isLate: true } }],
  ['ended with 3', { result: { ...healthy.result, code: 3 } }],
  ['does not hold the word', { result: { ...healthy.result, stdout: 'I cannot tell.' } }],
  ['takes two', { calls: [call({})], journal: [entry({})] }],
  ['the provider 2', { calls: [call({}), call({}), call({})] }],
  ['logged as broken', { calls: [call({}), call({ outcome: 'broken' })] }],
  ['instead of relay', { calls: [call({}), call({ mode: 'translate' })] }],
  ['a bug', { bugs: ['a bug'] }],
  ['answered 500', { tap: { ...healthy.tap, answers: ['HTTP/1.1 500 Oh\r\n\r\n'] } }],
  ["provider's key", { tap: { ...healthy.tap, answers: [`HTTP/1.1 200 OK\r\n\r\n${upstreamKey}`] } }],
  ["caller's key", { journal: [entry({}), entry({ rawHeaders: [['authorization', `Bearer ${testKey}`]] })] }],
  ['as refused (400)', { journal: [entry({}), entry({ outcome: 'refused', status: 400 })] }],
  ['seal', { journal: [entry({ body: '{}' }), entry({ body: '{}' })] }],
  ['not as the agent sent it', { journal: [entry({}), entry({ body: `${body} ` })] }],
  [
    'anthropic-beta did not arrive',
    { journal: [entry({}), entry({ headers: { 'anthropic-version': '2023-06-01' } })] },
  ],
  ['?beta=true', { journal: [entry({}), entry({ query: new URLSearchParams() })] }],
  ['context_management did not', { journal: [entry({}), entry({ json: {} })] }],
  ['sends no anthropic-beta any more', { tap: { ...healthy.tap, requests: [request(body, {})] } }],
]

test.each(flaws)('a run is found out: %s', (words, flaw) => {
  expect(problemsOf({ ...healthy, ...flaw }).join('\n')).toContain(words)
})

const upgrade = request('', { upgrade: 'websocket' }, '/v1/responses')
const completed = 'event: response.completed\ndata: {}\n\n'

test.each([
  ['1 WebSocket upgrades were asked for and 0', [{ ...upgrade, method: 'GET' }], ['HTTP/1.1 404 Not Found\r\n\r\n']],
  ['0 WebSocket upgrades were asked for and 0', [], []],
  ['1 responses were asked for and 0', [request('{}', {})], ['HTTP/1.1 200 OK\r\n\r\n']],
  ['0 responses were asked for and 1', [], [completed]],
])('a Codex run is found out: %s', (words, requests, answers) => {
  expect(problemsOf({ ...healthy, agent: codex, tap: { requests, answers } }).join('\n')).toContain(words)
})

test('a patch tool that became something else is found out', () => {
  const task = codex.tasks.find(({ toolName }) => toolName === 'apply_patch')
  const tools = [{ type: 'function', name: 'apply_patch', parameters: { type: 'object' } }]
  const run: AgentRun = {
    ...healthy,
    agent: codex,
    upstream: 'openai-responses',
    journal: [entry({ json: { tools } })],
  }
  expect(task?.findProblems?.(run)).toContain('call 1: apply_patch has changed its kind')
  expect(task?.findProblems?.({ ...run, journal: [entry({})] })).toContain(
    'call 1: apply_patch was not offered to the provider',
  )
})

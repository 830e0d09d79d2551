import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { type GatewayProcess, startProcess } from '../start-process.ts'
import { testKey } from '../start-test-gateway.ts'
import type { Agent, AgentRun, AgentTask, Scene } from './agent.ts'
import { runCommand } from './run-command.ts'
import { startWireTap } from './wire-tap.ts'

/** The provider's key; it must show up nowhere but at the provider. */
export const upstreamKey = 'canary-upstream-agents-0123456789'

const deadlineMs = 90_000
const logDeadlineMs = 5_000

/** What is run where. */
export interface TaskPlan {
  readonly agent: Agent
  readonly task: AgentTask
  readonly upstream: ClientDialectId
  /** See `Scene`. */
  readonly modules: string
  readonly node: string
}

/** Gives the task to the agent, in front of a gateway process and a strict provider of that dialect. */
export async function runTask(plan: TaskPlan): Promise<AgentRun> {
  const { agent, task, upstream } = plan
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-agent-'))
  try {
    const word = `marzipan-${randomUUID().slice(0, 8)}`
    const draft = await openScene(scratch, word, plan)
    let scene = draft
    await using provider = await startFakeProvider({
      isStrict: true,
      answer: converse({
        thinking: 'A tool will tell.',
        chooseTool: (tools) => tools.find(({ name }) => name === task.toolName),
        args: (tool) => task.toolArgs(scene, tool),
      }),
    })
    await using gateway = await startProcess(configFor(upstream, { url: provider.url, model: agent.model }))
    await using tap = await startWireTap(gateway.url)
    scene = { ...draft, gatewayUrl: tap.url }
    const { file, args, env } = await task.prepare(scene)
    const command = { file, args, cwd: scene.workspace, env: { ...plainEnvironment(scene), ...env } }
    const result = await runCommand(command, deadlineMs)
    await untilLogged(gateway, provider)
    const { requests, answers } = tap
    return {
      ...{ agent, upstream, scene, result },
      tap: { requests: [...requests], answers: [...answers] },
      journal: [...provider.journal],
      calls: gateway.calls(),
      bugs: gateway
        .output()
        .split('\n')
        .filter((line) => line.includes('"event":"bug"')),
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function openScene(scratch: string, word: string, plan: TaskPlan): Promise<Scene> {
  const { agent, task, modules, node } = plan
  const home = join(scratch, 'home')
  const workspace = join(scratch, 'workspace')
  await mkdir(join(home, 'tmp'), { recursive: true })
  await mkdir(workspace)
  const notePath = join(workspace, 'note.txt')
  await writeFile(notePath, `The word is ${word}.\n`)
  const { model } = agent
  return { home, workspace, word, notePath, gatewayUrl: '', key: testKey, model, prompt: task.prompt, modules, node }
}

/** Nothing of the machine's own settings; an agent finds its gateway and key because `prepare` says so. */
function plainEnvironment({ home, node }: Scene): Record<string, string> {
  return {
    PATH: [dirname(node), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    TMPDIR: join(home, 'tmp'),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
  }
}

/** The provider by its known type, so that it is treated as the company's own API, which the strict mode plays. */
function configFor(
  upstream: ClientDialectId,
  { url, model }: { readonly url: string; readonly model: string },
): string {
  const { type, base } = upstreams[upstream]
  return `
providers:
  upstream: { type: ${type}, dialect: ${upstream}, base_url: ${url}${base}, api_key: ${upstreamKey} }
models:
  ${model}: [ { provider: upstream, model: ${model} } ]
settings:
  detect: false
`
}

const upstreams: Readonly<Record<ClientDialectId, { readonly type: string; readonly base: string }>> = {
  'openai-chat': { type: 'openai', base: '/v1' },
  'openai-responses': { type: 'openai', base: '/v1' },
  'anthropic-messages': { type: 'anthropic', base: '/v1' },
  gemini: { type: 'gemini', base: '/v1beta' },
}

/** One line of the log per call; what is missing in time is left to the checks. */
async function untilLogged(gateway: GatewayProcess, { journal }: FakeProvider): Promise<void> {
  const lines = gateway.until(`(?:"event":"call"[^]*?){${journal.length}}`)
  await Promise.race([lines, Bun.sleep(logDeadlineMs)])
}

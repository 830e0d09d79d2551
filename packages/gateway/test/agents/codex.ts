import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asObject } from '@sluice/core/ir/read.ts'
import { toolsOf } from '@sluice/testkit/conversation.ts'
import type { Agent, AgentCommand, AgentRun, Scene } from './agent.ts'
import { statusesOf } from './wire-tap.ts'

/** https://developers.openai.com/codex/config-reference, seen 2026-11-20. */
export const codex: Agent = {
  id: 'codex',
  title: 'Codex',
  dialect: 'openai-responses',
  model: 'gpt-5.5',
  returnsSeals: true,
  tasks: [
    {
      title: 'runs a command',
      prompt: 'Read note.txt and tell me the word in it.',
      toolName: 'exec_command',
      toolArgs: ({ notePath }) => ({ cmd: `cat ${notePath}` }),
      prepare: (scene) =>
        prepare(scene, {
          config: [`openai_base_url = "${scene.gatewayUrl}/v1"`],
          env: { CODEX_API_KEY: scene.key },
        }),
      findProblems: (run) => [...findUpgradeProblems(run, 1), ...findEndProblems(run)],
    },
    {
      title: 'applies a patch',
      prompt: 'Make a new file in this folder and tell me its name.',
      toolName: 'apply_patch',
      toolArgs: ({ word }, { schema }) => {
        const patch = `*** Begin Patch\n*** Add File: ${word}.txt\n+made by a test\n*** End Patch\n`
        return schema ? { input: patch } : patch
      },
      prepare: (scene) => prepare(scene, { config: ownProvider(scene), env: { SLUICE_KEY: scene.key } }),
      findProblems: (run) => [...findUpgradeProblems(run, 0), ...findEndProblems(run), ...findPatchProblems(run)],
    },
  ],
}

/** The other way to point Codex at a gateway: a provider of one's own, which is never asked for a WebSocket. */
function ownProvider({ gatewayUrl }: Scene): readonly string[] {
  return [
    'model_provider = "sluice"',
    '[model_providers.sluice]',
    'name = "Sluice"',
    `base_url = "${gatewayUrl}/v1"`,
    'env_key = "SLUICE_KEY"',
    'wire_api = "responses"',
  ]
}

interface Settings {
  /** Lines of `config.toml`. */
  readonly config: readonly string[]
  readonly env: AgentCommand['env']
}

async function prepare(scene: Scene, { config, env }: Settings): Promise<AgentCommand> {
  const folder = join(scene.home, '.codex')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.toml'), `${config.join('\n')}\n`)
  return {
    file: scene.node,
    args: [
      join(scene.modules, '@openai/codex/bin/codex.js'),
      ...['exec', '--skip-git-repo-check', '--model', scene.model],
      // The model is a script of this test; a sandbox would only ask for rights that a machine for tests may not give.
      '--dangerously-bypass-approvals-and-sandbox',
      scene.prompt,
    ],
    env,
  }
}

/** Codex tries a WebSocket first. Told 426 it asks once per process; told anything else it asks seven times a turn. */
function findUpgradeProblems({ tap }: AgentRun, expected: number): readonly string[] {
  const asked = tap.requests.filter(({ headers }) => headers['upgrade'] !== undefined).length
  const refused = statusesOf(tap).filter((status) => status === 426).length
  if (asked === expected && refused === expected) return []
  return [`${asked} WebSocket upgrades were asked for and ${refused} answered 426, instead of ${expected}`]
}

/** Without `response.completed` Codex says that the stream was disconnected, and tries again. */
function findEndProblems({ tap }: AgentRun): readonly string[] {
  const asked = tap.requests.filter(({ method }) => method === 'POST').length
  const completed = tap.answers.join('').match(/^event: response\.completed$/gm)?.length ?? 0
  return completed === asked ? [] : [`${asked} responses were asked for and ${completed} were completed`]
}

/** `apply_patch` takes free text: a custom tool where the provider's dialect has such, a function with one string elsewhere. */
function findPatchProblems({ journal, upstream }: AgentRun): readonly string[] {
  const isFreeForm = upstream === 'openai-responses' || upstream === 'openai-chat'
  return journal.flatMap(({ number, json }) => {
    const tool = toolsOf(upstream, asObject(json) ?? {}).find(({ name }) => name === 'apply_patch')
    if (!tool) return [`call ${number}: apply_patch was not offered to the provider`]
    return (tool.schema === undefined) === isFreeForm ? [] : [`call ${number}: apply_patch has changed its kind`]
  })
}

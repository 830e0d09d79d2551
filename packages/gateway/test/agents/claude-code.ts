import { join } from 'node:path'
import { asObject } from '@sluice/core/ir/read.ts'
import type { Agent, AgentRun } from './agent.ts'

/** Body fields a beta header stands for; without their header, or their header without them, the API refuses a call. */
const betaFields = ['context_management', 'output_config', 'thinking']

/** https://code.claude.com/docs/en/llm-gateway-protocol, seen 2026-11-20. */
export const claudeCode: Agent = {
  id: 'claude-code',
  title: 'Claude Code',
  dialect: 'anthropic-messages',
  model: 'claude-sonnet-4-6',
  returnsSeals: true,
  tasks: [
    {
      title: 'reads a file',
      prompt: 'Read note.txt and tell me the word in it.',
      toolName: 'Read',
      toolArgs: ({ notePath }) => ({ file_path: notePath }),
      prepare: async ({ gatewayUrl, key, model, prompt, modules, node }) => ({
        file: node,
        // Its own launcher for installations without install scripts.
        args: [
          join(modules, '@anthropic-ai/claude-code/cli-wrapper.cjs'),
          ...['--print', prompt, '--model', model, '--allowedTools', 'Read'],
        ],
        env: {
          ANTHROPIC_BASE_URL: gatewayUrl,
          ANTHROPIC_AUTH_TOKEN: key,
          CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
        },
      }),
      findProblems: (run) => (run.upstream === 'anthropic-messages' ? findContractProblems(run) : []),
    },
  ],
}

/** Whether headers and fields the gateway does not know reached an Anthropic provider as they were sent. */
function findContractProblems({ tap, journal }: AgentRun): readonly string[] {
  const sent = tap.requests.filter(({ target }) => target.startsWith('/v1/messages'))
  return journal.flatMap((entry) => {
    const source = sent.find(({ body }) => new TextDecoder().decode(body) === entry.body)
    if (!source) return [`call ${entry.number}: no request of the agent has this body`]
    const names = Object.keys(source.headers).filter((name) => name.startsWith('anthropic-'))
    return [
      ...names
        .filter((name) => entry.headers[name] !== source.headers[name])
        .map((name) => `call ${entry.number}: ${name} did not arrive as sent`),
      ...['anthropic-beta', 'anthropic-version']
        .filter((name) => !names.includes(name))
        .map((name) => `call ${entry.number}: the agent sends no ${name} any more`),
      ...(entry.query.get('beta') === 'true' ? [] : [`call ${entry.number}: ?beta=true did not arrive`]),
      ...betaFields
        .filter((name) => asObject(entry.json)?.[name] === undefined)
        .map((name) => `call ${entry.number}: ${name} did not arrive`),
    ]
  })
}

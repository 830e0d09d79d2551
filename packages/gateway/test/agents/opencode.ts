import { readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Agent, Scene } from './agent.ts'

/** https://opencode.ai/docs/providers, seen 2026-11-20. */
export const opencode: Agent = {
  id: 'opencode',
  title: 'opencode',
  dialect: 'openai-chat',
  model: 'gpt-5.5',
  returnsSeals: false,
  tasks: [
    {
      title: 'reads a file',
      prompt: 'Read note.txt and tell me the word in it.',
      toolName: 'read',
      toolArgs: ({ notePath }) => ({ filePath: notePath }),
      prepare: async (scene) => {
        const folder = join(scene.home, '.config/opencode')
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, 'opencode.json'), JSON.stringify(settingsFor(scene)))
        return {
          file: findBinary(scene.modules),
          args: ['run', '--model', `sluice/${scene.model}`, scene.prompt],
          env: { SLUICE_KEY: scene.key, OPENCODE_DISABLE_MODELS_FETCH: '1' },
        }
      },
    },
  ],
}

function settingsFor({ gatewayUrl, model }: Scene): object {
  return {
    autoupdate: false,
    provider: {
      sluice: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Sluice',
        options: { baseURL: `${gatewayUrl}/v1`, apiKey: '{env:SLUICE_KEY}' },
        models: { [model]: { name: model } },
      },
    },
  }
}

/** Its launcher works only after an install script; the binary stands in a package per platform. */
function findBinary(modules: string): string {
  const prefix = `opencode-${process.platform}-${process.arch}`
  const [first] = readdirSync(modules)
    .filter((name) => name === prefix || name.startsWith(`${prefix}-`))
    .sort()
  if (first === undefined) throw new Error(`opencode has no binary for this machine: no ${prefix} in ${modules}`)
  return join(modules, first, 'bin/opencode')
}

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Agent } from './agent.ts'

/**
 * Without the kind of sign-in in its settings it takes one of its own for a base URL that is not Google's, and then
 * refuses it: "Invalid auth method selected". Version 0.61.0, seen 2026-11-20.
 */
const settings = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  privacy: { usageStatisticsEnabled: false },
  general: { enableAutoUpdate: false },
}

export const geminiCli: Agent = {
  id: 'gemini-cli',
  title: 'Gemini CLI',
  dialect: 'gemini',
  model: 'gemini-2.5-flash',
  returnsSeals: true,
  tasks: [
    {
      title: 'reads a file',
      prompt: 'Read note.txt and tell me the word in it.',
      toolName: 'read_file',
      toolArgs: ({ notePath }) => ({ file_path: notePath }),
      prepare: async ({ home, gatewayUrl, key, model, prompt, modules, node }) => {
        const folder = join(home, '.gemini')
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, 'settings.json'), JSON.stringify(settings))
        return {
          file: node,
          args: [
            join(modules, '@google/gemini-cli/bundle/gemini.js'),
            ...['--skip-trust', '--model', model, '--prompt', prompt],
          ],
          env: { GOOGLE_GEMINI_BASE_URL: gatewayUrl, GEMINI_API_KEY: key },
        }
      },
    },
  ],
}

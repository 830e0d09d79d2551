import { describe, expect, test } from 'bun:test'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { formatProblem } from './problem.ts'
import { readConfig } from './read-config.ts'

/** The tasks of a provider written with this line, or what is said of it. */
function read(line: string, type = 'dialect: openai-chat'): unknown {
  const text = `providers:\n  p: { ${type}, base_url: "http://127.0.0.1:9/v1", api_key: k, tasks: ${line} }\n`
  const result = readConfig(text, { file: 'sluice.yaml', env: {}, knownProviders })
  return result.ok ? result.config.providers.get('p')?.provider.tasks : result.problems.map(formatProblem)
}

describe('how a provider is asked for a task', () => {
  test('is said for each', () => {
    expect(read('{ embed: tei-embed, rerank: false, complete: text, fill: fim, count: gemini }')).toEqual({
      embed: { wire: 'tei-embed' },
      rerank: false,
      complete: { wire: 'text' },
      fill: { wire: 'fim' },
      count: { wire: 'gemini' },
    })
  })

  test('comes with a known provider, and is said over it', () => {
    expect(read('{ embed: false }', 'type: voyage')).toMatchObject({ embed: false, rerank: { wire: 'voyage-rerank' } })
  })

  test.each([
    [
      '{ embed: coher-embed }',
      "providers.p.tasks.embed: there is no such way to ask: 'coher-embed'. Did you mean 'cohere-embed'?",
    ],
    ['{ embed: 7 }', 'providers.p.tasks.embed: this must be text'],
    ['{ embeddings: false }', "providers.p.tasks: unknown key 'embeddings'."],
    ['[]', 'providers.p.tasks: this must be a map'],
    [
      '{ count: nonsense }',
      'Known here: openai-responses, anthropic-messages, gemini, vertex-gemini, bedrock-converse, false.',
    ],
  ])('%s is refused', (line, said) => {
    expect(String(read(line))).toContain(said)
  })
})

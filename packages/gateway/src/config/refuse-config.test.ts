import { describe, expect, test } from 'bun:test'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { formatProblem } from './problem.ts'
import { readConfig } from './read-config.ts'

const env = {
  OPENAI_API_KEY: 'sk-of-openai',
  ANTHROPIC_API_KEY: 'sk-of-anthropic',
  EMPTY: '',
}

function problemsOf(text: string, more: Record<string, string | undefined> = env): readonly string[] {
  const result = readConfig(text, { file: 'sluice.yaml', env: more, knownProviders })
  return result.ok ? [] : result.problems.map(formatProblem)
}

const head = 'providers: { p: { type: openai, api_key: k } }\n'

/** A wrong text, and what is said of it: the place, the path, and words of the message. */
const wrong: readonly (readonly [name: string, text: string, ...said: readonly string[]])[] = [
  ['an unknown section', 'providers: {}\nmodel: {}\n', "sluice.yaml:2:1: unknown key 'model'. Did you mean 'models'?"],
  [
    'an unknown key, in another habit',
    'providers:\n  p:\n    type: openai\n    apiKey: x\n',
    "sluice.yaml:4:5: providers.p: unknown key 'apiKey'. Did you mean 'api_key'?",
    "sluice.yaml:3:5: providers.p: 'api_key' is missing. Write api_key: ${OPENAI_API_KEY}, or set OPENAI_API_KEY.",
  ],
  [
    'a key of another gateway',
    'providers: { p: { type: openai, api_key: k, api_base: "https://x.example" } }',
    "sluice.yaml:1:45: providers.p: unknown key 'api_base'. Did you mean 'base_url'?",
  ],
  [
    'an unknown key like nothing',
    `${head}models: { m: [ { provider: p, model: x, zzzzzz: 1 } ] }`,
    "sluice.yaml:2:41: models.m[0]: unknown key 'zzzzzz'. Known here: provider, model, base_model, price, deadlines.",
  ],
  [
    'a missing variable',
    'providers:\n  p: { type: openai, api_key: ${OPENAI_KEY} }\n',
    "sluice.yaml:2:31: providers.p.api_key: the environment variable OPENAI_KEY is not set. Did you mean '${OPENAI_API_KEY}'?",
  ],
  [
    'a missing variable like no other',
    'providers:\n  p: { type: openai, api_key: ${QQQQQQQQ} }\n',
    'sluice.yaml:2:31: providers.p.api_key: the environment variable QQQQQQQQ is not set. Set QQQQQQQQ, or take this line out.',
  ],
  [
    'an empty variable',
    'providers: { p: { type: openai, api_key: ${EMPTY} } }',
    'sluice.yaml:1:42: providers.p.api_key: the environment variable EMPTY is empty.',
  ],
  [
    'the key itself in the braces',
    'providers: { p: { type: openai, api_key: ${sk-12345} } }',
    'sluice.yaml:1:42: providers.p.api_key: what stands in ${...} is no name of an environment variable.',
  ],
  [
    'a brace that never closes',
    'providers: { p: { type: openai, api_key: "${OPENAI_API_KEY" } }',
    'sluice.yaml:1:42: providers.p.api_key: a dollar sign and { are not followed by a name and }. Write ${NAME}, or $$ for a dollar sign.',
  ],
  [
    'an inherited property as a variable',
    'providers: { p: { type: openai, api_key: ${constructor} } }',
    'the environment variable constructor is not set.',
  ],
  [
    'text where a map belongs',
    'providers: openai\n',
    'sluice.yaml:1:12: providers: this must be a map of names to providers, but it is text.',
  ],
  [
    'a list where a map belongs',
    'providers:\n  - openai\n',
    'sluice.yaml:2:3: providers: this must be a map of names to providers, but it is a list.',
  ],
  [
    'a map where a list belongs',
    `${head}models: { m: { provider: p, model: x } }`,
    "sluice.yaml:2:14: models.m: this must be a list of targets, but it is a map. Begin each item with '- '",
  ],
  [
    'a number where text belongs',
    `${head}models: { m: [ { provider: p, model: 4 } ] }`,
    'sluice.yaml:2:38: models.m[0].model: this must be text, but it is a number. Put it in quotes.',
  ],
  [
    'text where a number belongs',
    `${head}models: { m: [ { provider: p, model: x, price: { input: a, output: 1 } } ] }`,
    'sluice.yaml:2:57: models.m[0].price.input: this must be a number, but it is text.',
  ],
  [
    'text where true or false belongs',
    'settings: { detect: maybe }',
    'sluice.yaml:1:21: settings.detect: this must be true or false, but it is text.',
  ],
  ['no value', 'providers:\n  p:\n    type:\n', 'sluice.yaml:3:10: providers.p.type: this is empty.'],
  [
    'a document that is no map',
    'just text\n',
    'sluice.yaml:1:1: this must be a map with providers, models, keys, settings, catalog, but it is text.',
  ],
  [
    'the same key twice',
    'providers:\n  p: { type: openai, api_key: k }\n  q: { type: openai, api_key: k }\n  p: { type: openai, api_key: k }\n',
    'sluice.yaml:4:3: providers.p: this key stands twice; the first is on line 2.',
  ],
  [
    'the same field twice',
    'providers: { p: { type: openai, api_key: a, api_key: b } }',
    'sluice.yaml:1:45: providers.p.api_key: this key stands twice; the first is on line 1.',
  ],
  [
    'an unknown type',
    'providers:\n  p:\n    type: opnai\n',
    "sluice.yaml:3:11: providers.p.type: there is no provider type 'opnai'. Did you mean 'openai'?",
  ],
  [
    'an unknown dialect',
    'providers: { p: { dialect: openai, base_url: "http://h.example/v1" } }',
    "sluice.yaml:1:28: providers.p.dialect: there is no dialect 'openai'.",
  ],
  [
    'neither type nor dialect',
    'providers:\n  gorq: { api_key: k }\n',
    "sluice.yaml:2:3: providers.gorq: 'gorq' is no known provider. Did you mean 'groq'? Add type, or dialect and base_url.",
  ],
  [
    'a dialect without an address',
    'providers: { p: { dialect: gemini } }',
    "sluice.yaml:1:17: providers.p: 'base_url' is missing.",
  ],
  [
    'the built-in name',
    'providers: { demo: { type: openai, api_key: k } }',
    "sluice.yaml:1:14: providers.demo: 'demo' is built in. Choose another name.",
  ],
  [
    'a slash in a provider’s name',
    'providers: { a/b: { type: openai, api_key: k } }',
    "sluice.yaml:1:14: providers.a/b: a provider's name is up to 64",
  ],
  [
    'a target naming no provider',
    `${head}models:\n  m:\n    - provider: pp\n      model: x\n`,
    "sluice.yaml:4:17: models.m[0].provider: there is no provider 'pp'. Did you mean 'p'?",
  ],
  [
    'a target naming a known provider without a key',
    `${head}models: { m: [ { provider: groq, model: x } ] }`,
    "there is no provider 'groq'. Set GROQ_API_KEY, or add it under providers:.",
  ],
  [
    'a target without a model',
    `${head}models: { m: [ { provider: p } ] }`,
    "sluice.yaml:2:16: models.m[0]: 'model' is missing.",
  ],
  ['a model without targets', `${head}models: { m: [] }`, 'sluice.yaml:2:11: models.m: this model has no targets.'],
  [
    'a model name that breaks a URL',
    `${head}models: { m: [ { provider: p, model: "a?b" } ] }`,
    "sluice.yaml:2:38: models.m[0].model: a provider's model name is up to 300",
  ],
  [
    'a dot segment in a model name',
    `${head}models: { m: [ { provider: p, model: "a/../b" } ] }`,
    "models.m[0].model: a provider's model name is",
  ],
  ['a free price written as 0', `${head}models: { m: [ { provider: p, model: x, price: 0 } ] }`, 'Write price: free.'],
  [
    'half a price',
    `${head}models: { m: [ { provider: p, model: x, price: { input: 1 } } ] }`,
    "models.m[0].price: 'output' is missing.",
  ],
  [
    'a negative price',
    `${head}models: { m: [ { provider: p, model: x, price: { input: -1, output: .inf } } ] }`,
    'models.m[0].price.input: this must be from 0 to',
    'models.m[0].price.output: this must be a number',
  ],
  [
    'a deadline in no unit',
    'settings: { deadlines: { gap: 10 parsecs } }',
    'sluice.yaml:1:31: settings.deadlines.gap: this must be a time, but it is other text. Write 500ms, 10s, 5m, 1h, or a number of seconds.',
  ],
  [
    'a deadline of nothing',
    'settings: { deadlines: { gap: 0 } }',
    'settings.deadlines.gap: this must be from 1ms to 24h, but it is 0ms.',
  ],
  ['a size in no unit', 'settings: { body_limit: 32 elephants }', 'settings.body_limit: this must be a size'],
  ['a size out of reach', 'settings: { body_limit: 2GiB }', 'settings.body_limit: this must be from 1KiB to 1GiB'],
  [
    'a short key',
    'keys: [ { name: a, key: short } ]',
    'sluice.yaml:1:25: keys[0].key: this key will not do: it has 5 characters; the least is 16.',
  ],
  [
    'a placeholder as a key',
    'keys: [ { name: a, key: your-api-key-goes-here } ]',
    'keys[0].key: this key will not do: it looks like a placeholder',
  ],
  [
    'one letter as a key',
    'keys: [ { name: a, key: aaaaaaaaaaaaaaaaaaaaaaaa } ]',
    'keys[0].key: this key will not do: it repeats a few characters',
  ],
  [
    'a key no client could send',
    'keys: [ { name: a, key: "f8a7c1e9b2d34,56" } ]',
    'keys[0].key: a key cannot hold a comma',
  ],
  [
    'two keys of one name',
    `keys:\n  - { name: a, key: f8a7c1e9b2d34056 }\n  - { name: a, key: f8a7c1e9b2d34057 }\n`,
    'sluice.yaml:3:13: keys[1].name: another key has the same name, on line 2.',
  ],
  [
    'one key under two names',
    `keys:\n  - { name: a, key: f8a7c1e9b2d34056 }\n  - { name: b, key: f8a7c1e9b2d34056 }\n`,
    'sluice.yaml:3:21: keys[1].key: another key has the same key, on line 2.',
  ],
  [
    'a key for a model that is not there',
    `${head}models: { fast: [ { provider: p, model: x } ] }\nkeys: [ { name: a, key: f8a7c1e9b2d34056, models: [fats] } ]`,
    "sluice.yaml:3:52: keys[0].models[0]: there is no model 'fats'. Did you mean 'fast'?",
  ],
  ['a key for no model', 'keys: [ { name: a, key: f8a7c1e9b2d34056, models: [] } ]', 'this key may use no model.'],
  [
    'a key for a provider that is not there',
    'providers: { mine: { type: openai, api_key: k } }\nkeys: [ { name: a, key: f8a7c1e9b2d34056, providers: [mne] } ]',
    "sluice.yaml:2:55: keys[0].providers[0]: there is no provider 'mne'. Did you mean 'mine'?",
  ],
  [
    'pass-through that is neither a switch nor a list',
    'keys: [ { name: a, key: f8a7c1e9b2d34056, passthrough: yes please } ]',
    "keys[0].passthrough: 'passthrough' is true, false or a list of providers.",
  ],
  [
    'pass-through to a provider the key may not use',
    'providers: { p: { type: openai, api_key: k }, q: { type: openai, api_key: k } }\nkeys: [ { name: a, key: f8a7c1e9b2d34056, providers: [p], passthrough: [q] } ]',
    "keys[0].passthrough: 'q' is not among this key's 'providers'.",
  ],
  [
    'a header that frames the message',
    'providers: { p: { type: openai, api_key: k, headers: { Content-Length: "1" } } }',
    "sluice.yaml:1:56: providers.p.headers.Content-Length: the header 'content-length' is written by Sluice itself.",
  ],
  [
    'a header twice',
    'providers: { p: { type: openai, api_key: k, headers: { X-A: "1", x-a: "2" } } }',
    "the header 'x-a' stands twice.",
  ],
  [
    'a line break in a header',
    'providers: { p: { type: openai, api_key: k, headers: { X-A: "1\\r\\nX-B: 2" } } }',
    'providers.p.headers.X-A: this holds a line break',
  ],
  [
    'a line break in a key',
    'providers: { p: { type: openai, api_key: "a\\nb" } }',
    'providers.p.api_key: this holds a line break',
  ],
  ['broken YAML', 'providers:\n  p: { type: openai\nmodels: {}\n', 'this is not valid YAML'],
  ['a tag', 'providers: !!js/function "x"\n', 'this is not valid YAML: Unresolved tag'],
  ['an anchor', 'providers: { p: &a { type: openai, api_key: k } }', 'YAML anchors (&name) are not read here'],
  ['an alias', 'models: { m: *a }\n', 'sluice.yaml:1:14: models.m: YAML aliases (*name) are not read here'],
  ['two documents', 'providers: {}\n---\nproviders: {}\n', 'this is not valid YAML'],
  ['a key that is no text', '? [a]\n: b\n', 'this is not valid YAML: With stringKeys'],
  ['NUL', 'providers: {}\n# \u0000\n', "sluice.yaml:2:3: the character '\\u0000' does not belong in a configuration."],
]

describe('a wrong configuration', () => {
  for (const [name, text, ...said] of wrong) {
    test(name, () => {
      const problems = problemsOf(text, { ...env, OPENAI_API_KEY: name.includes('habit') ? '' : env.OPENAI_API_KEY })
      for (const sentence of said) expect(problems.some((problem) => problem.includes(sentence)) || problems).toBe(true)
    })
  }

  for (const name of ['__proto__', 'constructor', 'prototype']) {
    test(`${name} is no name, anywhere`, () => {
      const places = [
        `${name}: {}`,
        `providers: { ${name}: { type: openai, api_key: k } }`,
        `providers: { p: { type: openai, api_key: k, quirks: { a: { ${name}: { isAdmin: true } } } } }`,
        `providers: { p: { type: openai, api_key: k, headers: { ${name}: x } } }`,
        `${head}models: { ${name}: [ { provider: p, model: x } ] }`,
      ]
      for (const text of places) expect(problemsOf(text).join('\n')).toContain(`'${name}' cannot be a name here.`)
      expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('isAdmin')
    })
  }

  test('everything wrong is told, in the order of the file', () => {
    const problems = problemsOf(
      'providers:\n  a: { tpye: openai }\n  b: { type: nope }\nmodels:\n  m: [ { provider: c } ]\nkees: 1\n',
    )
    const lines = problems.map((problem) => Number(problem.split(':')[1]))
    expect(lines).toEqual(lines.toSorted((a, b) => a - b))
    expect(new Set(lines)).toEqual(new Set([2, 3, 5, 6]))
  })

  test('a provider with a problem of its own is not also called unknown', () => {
    const problems = problemsOf(
      'providers: { p: { type: nope } }\nmodels: { m: [ { provider: p, model: x } ] }\nkeys: [ { name: a, key: f8a7c1e9b2d34056, models: [m, p/x] } ]',
    )
    expect(problems).toHaveLength(1)
  })

  test('a thousand problems are counted and fifty told', () => {
    const problems = problemsOf(Array.from({ length: 1000 }, (_, index) => `k${index}: 1\n`).join(''))
    expect(problems).toHaveLength(51)
    expect(problems.at(-1)).toContain('and 950 more')
  })

  test('nesting by the thousand', () => {
    expect(problemsOf(`providers: ${'['.repeat(20_000)}`).length).toBeGreaterThan(0)
    expect(problemsOf(`providers: ${'['.repeat(100)}${']'.repeat(100)}`).join()).toContain('nested too deeply')
  })
})

test('a variable in a field that is quoted back is shown as it was written', () => {
  const text = 'providers:\n  x: { dialect: "${SECRET_ONE}chat", base_url: http://127.0.0.1:1/v1 }\n'
  const env = { SECRET_ONE: 'k9-very-secret-value-77' }
  const result = readConfig(text, { file: 'sluice.yaml', env, knownProviders: [] })
  expect(JSON.stringify(result)).not.toContain('k9-very')
  expect(JSON.stringify(result)).toContain('${SECRET_ONE}chat')
})

import { describe, expect, test } from 'bun:test'
import { closeNames, type ModelTable, resolveModel } from './resolve-model.ts'

const table: ModelTable<string> = {
  models: new Map([
    ['smart', ['claude']],
    ['a/b', ['named']],
  ]),
  direct: (provider, model) => (provider === 'openai' ? `openai:${model}` : undefined),
}

describe('resolveModel', () => {
  test('a configured name wins over provider/model', () => {
    expect(resolveModel('smart', table)).toEqual(['claude'])
    expect(resolveModel('a/b', table)).toEqual(['named'])
  })

  test('provider/model reaches any model of a configured provider, slashes and all', () => {
    expect(resolveModel('openai/gpt-4o', table)).toEqual(['openai:gpt-4o'])
    expect(resolveModel('openai/org/model:free', table)).toEqual(['openai:org/model:free'])
  })

  test.each(['', 'nobody', '/x', 'openai/', 'other/x', '__proto__', 'constructor'])('%p leads nowhere', (name) => {
    expect(resolveModel(name, table)).toBeUndefined()
  })
})

describe('closeNames', () => {
  const known = ['gpt-4o-mini', 'gpt-4o', 'claude-sonnet-4-6', 'fast', 'smart']

  test.each([
    ['gpt-4o-mni', 'gpt-4o-mini'],
    ['Smart', 'smart'],
    ['claude-sonet-4-6', 'claude-sonnet-4-6'],
  ])('%s suggests %s first', (wrong, right) => {
    expect(closeNames(wrong, known)[0]).toBe(right)
  })

  test('suggests nothing for a name that is like none', () => {
    expect(closeNames('zzzzzzzzzzzz', known)).toEqual([])
  })
})

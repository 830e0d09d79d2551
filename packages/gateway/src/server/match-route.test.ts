import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createMatcher, type RouteMatch } from './match-route.ts'
import { checkRoutes, type Route, routes } from './route-table.ts'

const match = createMatcher(routes)

function nameOf(method: string, path: string): string {
  const found = match(method, path)
  return 'route' in found
    ? `${found.route.path} ${found.model ?? ''}`.trim()
    : `none ${found.allowed.join(',')} ${found.dialect}`
}

test.each([
  ['POST', '/v1/chat/completions', '/chat/completions'],
  ['POST', '/chat/completions', '/chat/completions'],
  ['POST', '/api/v1/chat/completions', '/chat/completions'],
  ['POST', '/v1/v1/chat/completions', '/chat/completions'],
  ['POST', '/v1/messages', '/messages'],
  ['POST', '/v1/messages/count_tokens', '/messages/count_tokens'],
  ['POST', '/responses', '/responses'],
  ['GET', '/v1/responses', '/responses'],
  ['GET', '/v1/models', '/models'],
  ['GET', '/v1beta/models', '/models'],
  ['GET', '/v1/models/openai/gpt-4o-mini', '/models/{model} openai/gpt-4o-mini'],
  ['GET', '/v1/models/openai%2Fgpt-4o-mini', '/models/{model} openai/gpt-4o-mini'],
  ['POST', '/v1beta/models/gemini-3:generateContent', '/models/{model}:generateContent gemini-3'],
  ['POST', '/v1/models/a/b:streamGenerateContent', '/models/{model}:streamGenerateContent a/b'],
  ['POST', '/v1beta/models/x:countTokens', '/models/{model}:countTokens x'],
  ['POST', '/v1beta/openai/gpt-4o:generateContent', '/{model}:generateContent openai/gpt-4o'],
  ['POST', '/v1/a/b/c:streamGenerateContent', '/{model}:streamGenerateContent a/b/c'],
  ['POST', '/v1beta/a/b:countTokens', '/{model}:countTokens a/b'],
  ['POST', '/openai/deployments/gpt/chat/completions', '/openai/deployments/{model}/chat/completions gpt'],
  ['GET', '/health/live', '/health/live'],
  ['HEAD', '/api/hello', '/api/hello'],
  // A path of a provider's own is no name of a model, however it ends.
  ['POST', '/gemini/v1beta/models/x:generateContent', 'none  gemini'],
  ['POST', '/gemini/upload/v1beta/files:countTokens', 'none  gemini'],
  ['GET', '/vertex/v1/projects/p/models/x:generateContent', 'none  gemini'],
  ['POST', '/v1/gemini/v1x:generateContent', '/{model}:generateContent gemini/v1x'],
])('%s %s leads to %s', (method, path, expected) => {
  expect(nameOf(method, path)).toBe(expected)
})

test.each([
  ['GET', '/v1/chat/completions', 'none POST openai-chat'],
  ['DELETE', '/v1/messages', 'none POST anthropic-messages'],
  ['POST', '/v1/nothing', 'none  openai-chat'],
  ['POST', '/v1beta/nothing', 'none  gemini'],
  ['POST', '/v1/models/:generateContent', 'none GET gemini'],
  ['GET', '/v1/models/%zz', 'none  openai-chat'],
  ['POST', '//v1/messages', 'none  anthropic-messages'],
  ['POST', '/v1/messages/', 'none  anthropic-messages'],
  ['POST', '/V1/MESSAGES', 'none  openai-chat'],
])('%s %s leads nowhere: %s', (method, path, expected) => {
  expect(nameOf(method, path)).toBe(expected)
})

test('knows the two other names of a route', () => {
  const kindOf = (path: string) => {
    const { isBeta, isOpenRouter } = match('POST', path) as RouteMatch
    return { isBeta, isOpenRouter }
  }
  expect(kindOf('/v1/chat/completions')).toEqual({ isBeta: false, isOpenRouter: false })
  expect(kindOf('/api/v1/chat/completions')).toEqual({ isBeta: false, isOpenRouter: true })
  expect(kindOf('/v1beta/models/m:generateContent')).toEqual({ isBeta: true, isOpenRouter: false })
})

test('no path, however odd, reaches an open route but the declared ones', () => {
  const open = new Set(routes.filter((each) => each.auth === 'none').map((each) => each.path))
  fc.assert(
    fc.property(fc.webPath(), fc.constantFrom('GET', 'POST', 'HEAD', 'TRACE'), (path, method) => {
      const found = match(method, path)
      if ('route' in found && found.route.auth === 'none') expect(open.has(path)).toBe(true)
    }),
  )
})

describe('the table', () => {
  test('is complete as shipped', () => {
    expect(checkRoutes(routes)).toEqual([])
  })

  test.each([
    ['auth', { auth: undefined }],
    ['body cap', { bodyCap: undefined }],
    ['body deadline', { bodyDeadlineMs: undefined }],
    ['answer deadline', { answerDeadlineMs: undefined }],
  ])('is refused when a route does not declare its %s', (what, missing) => {
    const table = [{ ...routes[0], ...missing } as unknown as Route]
    expect(checkRoutes(table).join()).toContain(what)
  })

  test('is refused when an open route takes a body, or a route stands twice', () => {
    const [first] = routes as [Route]
    expect(checkRoutes([{ ...first, auth: 'none' }]).join()).toContain('takes a body from anybody')
    expect(checkRoutes([first, first]).join()).toContain('twice')
  })
})

import { expect, test } from 'bun:test'
import { loseForeign } from './foreign.ts'
import type { GenerateRequest } from './request.ts'

function lostBy(request: Partial<GenerateRequest>): readonly string[] {
  const lost: string[] = []
  const whole = { model: 'm', messages: [], tools: [], stop: [], stream: false, ...request }
  loseForeign(whole, 'openai-chat', 'p', ({ path }) => lost.push(path))
  return lost
}

test('what only the other dialect has is lost, at every depth', () => {
  const ext = { gemini: { own: 1 } }
  expect(
    lostBy({
      ext,
      tools: [{ kind: 'function', name: 'f', parameters: {}, ext }],
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'x', ext }], ext }],
    }),
  ).toEqual(['own', 'tools[0].own', 'messages[0].own', 'messages[0].parts[0].own'])
})

test('notes, fields of the target, and what asks for nothing are not', () => {
  const nothing = { $note: true, safetySettings: [], labels: null }
  expect(lostBy({ ext: { gemini: nothing, 'openai-chat': { own: 1 } } })).toEqual([])
})

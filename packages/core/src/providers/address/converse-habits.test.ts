import { expect, test } from 'bun:test'
import { defaultQuirks } from '../../dialects/bedrock-converse/quirks.ts'
import { converseHabitsOf } from './converse-habits.ts'

test.each([
  ['anthropic.claude-sonnet-5', 'claude'],
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude'],
  ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude'],
  ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-sonnet-5', 'claude'],
  ['amazon.nova-lite-v1:0', 'nova'],
  ['global.amazon.nova-2-lite-v1:0', 'nova'],
  ['openai.gpt-oss-120b-1:0', 'gpt-oss'],
  ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456', 'none'],
  ['my.anthropic-copy', 'none'],
])('the fields of %s are those of %s', (model, fields) => {
  expect({ ...defaultQuirks, ...converseHabitsOf(model) }.modelFields).toBe(fields as 'none')
})

test('the nearest beginning of an id decides', () => {
  expect(converseHabitsOf('us.amazon.nova-2-lite-v1:0').codeExecutionTool).toBe('nova_code_interpreter')
  expect(converseHabitsOf('us.amazon.nova-lite-v1:0')).toMatchObject({ thinking: 'none', cachePoints: 'messages' })
  expect(converseHabitsOf('mistral.mistral-7b-instruct-v0:2').takesSystem).toBe(false)
  expect(converseHabitsOf('mistral.mistral-large-2407-v1:0').toolChoice).toBe('any')
})

import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { Violation } from './violation.ts'
import { checkEach, firstOf } from './violation.ts'

/** What Ollama cannot read into its own types: github.com/ollama/ollama, api/types.go (seen 2026-11-21) */
export function checkOllama(body: JsonObject): Violation | undefined {
  return firstOf(
    () => (asString(body['model']) ? undefined : { message: 'model is required' }),
    () => checkThink(body),
    () => checkFormat(body),
    () => checkEach(asObjects(body['messages']), checkMessage),
  )
}

const levels: readonly unknown[] = [undefined, true, false, 'low', 'medium', 'high', 'max']

function checkThink({ think }: JsonObject): Violation | undefined {
  return levels.includes(think) ? undefined : { message: `invalid think value: ${JSON.stringify(think)}` }
}

function checkFormat({ format }: JsonObject): Violation | undefined {
  const isKnown = format === undefined || format === '' || format === 'json' || asObject(format) !== undefined
  return isKnown ? undefined : { message: `invalid format: ${JSON.stringify(format)}` }
}

function checkMessage(message: JsonObject, index: number): Violation | undefined {
  const { role, content, images, tool_calls } = message
  const at = `messages[${index}]`
  if (!['system', 'user', 'assistant', 'tool'].includes(asString(role) ?? '')) return { message: `${at}: unknown role` }
  if (content !== undefined && typeof content !== 'string') return { message: `${at}.content of type string` }
  const isPictured = (asArray(images) ?? []).every((each) => /^[A-Za-z0-9+/]+=*$/.test(asString(each) ?? ''))
  if (!isPictured) return { message: `${at}.images: illegal base64 data` }
  const isCalled = asObjects(tool_calls).every(({ function: call }) => asObject(asObject(call)?.['arguments']))
  return isCalled ? undefined : { message: `${at}.tool_calls.function.arguments of type object` }
}

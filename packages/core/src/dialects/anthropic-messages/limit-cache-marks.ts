import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, rest } from '../../ir/read.ts'

/** https://platform.claude.com/docs/en/build-with-claude/prompt-caching#cache-limitations (seen 2026-11-21) */
const mostMarks = 4

/** The parts of a body that may be marked, in the order in which the API caches them. */
const markedFields = ['tools', 'system', 'messages'] as const

/**
 * The API takes four cache marks at most. A later mark covers all before it, so the first ones are the ones to go.
 */
export function limitCacheMarks(body: JsonObject, lose: Lose): JsonObject {
  const found = markedFields.reduce((count, field) => count + countMarks(body[field]), 0)
  if (found <= mostMarks) return body
  lose({ path: 'cache', why: `${mostMarks} cache marks at most; the first ${found - mostMarks} were left out` })
  const budget = { excess: found - mostMarks }
  const fields = markedFields.filter((field) => body[field] !== undefined)
  return { ...body, ...Object.fromEntries(fields.map((field) => [field, dropMarks(body[field] ?? null, budget)])) }
}

/** Marks on the elements of this list and on those of their own contents. */
function countMarks(list: Json | undefined): number {
  let count = 0
  for (const each of asArray(list) ?? []) {
    const element = asObject(each)
    if (element?.['cache_control']) count++
    count += countMarks(element?.['content'])
  }
  return count
}

function dropMarks(list: Json, budget: { excess: number }): Json {
  return (
    asArray(list)?.map((each) => {
      const element = asObject(each)
      if (!element) return each
      const content = element['content']
      const inner = content === undefined ? element : { ...element, content: dropMarks(content, budget) }
      if (!element['cache_control'] || budget.excess === 0) return inner
      budget.excess--
      return rest(inner, 'cache_control') ?? {}
    }) ?? list
  )
}

import { tokenizerOf } from '../../catalog/tokenizers.ts'
import { invalidRequest, type Result } from '../../ir/failure.ts'
import { outputOf, parametersOf } from './describe-model.ts'
import { ageOf, contextOf, usdPerMillion } from './model-numbers.ts'
import type { ReachableModel } from './reachable-models.ts'
import { sortModels } from './sort-models.ts'
import { keepsNothing } from './zero-retention.ts'

/** What a client may ask of OpenRouter's list, as it stands in the query. */
export type ModelQuery = URLSearchParams

type Test = (model: ReachableModel) => boolean

/**
 * The models that a query asks for, filtered, sorted and cut to its page. What cannot be known here (benchmarks,
 * regions, success rates) is refused: an answer that only looks filtered would be wrong.
 */
export function filterModels(
  models: readonly ReachableModel[],
  query: ModelQuery,
  nowSeconds: number,
): Result<{ readonly page: readonly ReachableModel[]; readonly total: number }> {
  for (const name of query.keys()) {
    if (unanswerable.test(name))
      return invalidRequest(
        `'${name.slice(0, 60)}' needs measurements that this gateway does not have. Leave it out.`,
        name,
      )
  }
  const tests: Test[] = []
  for (const read of [readWords, readNumbers, readFlags]) {
    const found = read(query, nowSeconds)
    if (!found.ok) return found
    tests.push(...found.value)
  }
  const sorted = sortModels(
    models.filter((model) => tests.every((test) => test(model))),
    query.get('sort'),
  )
  if (!sorted.ok) return sorted
  return cut(sorted.value, query)
}

const unanswerable =
  /^(?:min|max)_(?:intelligence|coding|agentic)_index$|^(?:min|max)_tool_success_rate$|^region$|^distillable$/

/** Lists of words: all parameters asked for, any of the rest. */
function readWords(query: ModelQuery): Result<readonly Test[]> {
  const tests: Test[] = []
  const add = (name: string, test: (words: readonly string[], model: ReachableModel) => boolean): void => {
    const words = wordsOf(query.get(name))
    if (words.length > 0) tests.push((model) => test(words, model))
  }
  add('supported_parameters', (words, model) => words.every((word) => parametersOf(model).includes(word)))
  add('input_modalities', (words, { facts }) =>
    words.every((word) => (facts?.input ?? ['text']).some((each) => each === word)),
  )
  const outputs = wordsOf(query.get('output_modalities') ?? 'text')
  if (!outputs.includes('all')) tests.push(({ facts }) => outputs.some((word) => outputOf(facts).includes(word)))
  add('model_authors', (words, { id, facts }) => words.includes((facts?.id ?? id).split('/', 1)[0] ?? ''))
  add('providers', (words, { endpoints }) =>
    endpoints.some(({ deployment: { provider } }) =>
      words.some((word) => word === provider.name.toLowerCase() || word === provider.knownId),
    ),
  )
  add('arch', (words, { id, facts }) => words.includes(tokenizerOf(facts?.id ?? id).toLowerCase()))
  add('q', (words, { id, facts }) => `${id} ${facts?.name ?? ''}`.toLowerCase().includes(words.join(',')))
  // Who writes programs lets a model call tools; for every other use any model that writes will do.
  add('category', (words, model) => !words.includes('programming') || parametersOf(model).includes('tools'))
  return { ok: true, value: tests }
}

function wordsOf(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '')
}

/** Limits; a model of which the number is not known is within none. */
function readNumbers(query: ModelQuery, nowSeconds: number): Result<readonly Test[]> {
  const tests: Test[] = []
  for (const [name, numberOf] of numbers) {
    const text = query.get(name)
    if (text === null || text === '') continue
    const limit = Number(text)
    if (!Number.isFinite(limit) || limit < 0) return invalidRequest(`'${name}' must be a number, 0 or more.`, name)
    const isLeast = name.startsWith('min_') || name === 'context'
    tests.push((model) => {
      const value = numberOf(model, nowSeconds)
      return value !== undefined && (isLeast ? value >= limit : value <= limit)
    })
  }
  return { ok: true, value: tests }
}

const numbers: readonly (readonly [string, (model: ReachableModel, nowSeconds: number) => number | undefined])[] = [
  ['context', (model) => contextOf(model)],
  ['min_price', (model) => usdPerMillion(model, 'input')],
  ['max_price', (model) => usdPerMillion(model, 'input')],
  ['min_output_price', (model) => usdPerMillion(model, 'output')],
  ['max_output_price', (model) => usdPerMillion(model, 'output')],
  ['min_age_days', ageOf],
  ['max_age_days', ageOf],
]

function readFlags(query: ModelQuery): Result<readonly Test[]> {
  const zdr = query.get('zdr')
  if (zdr === null || zdr === '' || zdr === 'false') return { ok: true, value: [] }
  if (zdr !== 'true') return invalidRequest("'zdr' can only be true.", 'zdr')
  return { ok: true, value: [({ endpoints }) => endpoints.some(keepsNothing)] }
}

/** Without `offset` and `limit` the list is whole. */
function cut(
  models: readonly ReachableModel[],
  query: ModelQuery,
): Result<{ readonly page: readonly ReachableModel[]; readonly total: number }> {
  const total = models.length
  if (!query.has('offset') && !query.has('limit')) return { ok: true, value: { page: models, total } }
  const offset = Number(query.get('offset') ?? 0)
  const limit = Number(query.get('limit') ?? 500)
  if (!Number.isSafeInteger(offset) || offset < 0)
    return invalidRequest("'offset' must be a whole number, 0 or more.", 'offset')
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > 1000)
    return invalidRequest("'limit' must be a whole number from 1 to 1000.", 'limit')
  return { ok: true, value: { page: models.slice(offset, offset + limit), total } }
}

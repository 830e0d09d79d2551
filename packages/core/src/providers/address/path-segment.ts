import { invalidRequest, type Result } from '../../ir/failure.ts'

/**
 * A model's name as one segment of a path. Dot segments would climb out of their place even when encoded, so they are no
 * name.
 */
export function pathSegment(model: string): Result<string> {
  if (/^\.{1,2}$/.test(model)) return invalidRequest('The name of the model is no name.', 'model')
  return { ok: true, value: encodeURIComponent(model) }
}

/** `/a?b=c` as its path and its query, without the `?`. */
export function splitQuery(path: string): { readonly path: string; readonly query: string } {
  const at = path.indexOf('?')
  return at < 0 ? { path, query: '' } : { path: path.slice(0, at), query: path.slice(at + 1) }
}

/** A path with these parts of a query, those that are not empty. */
export function joinQuery(path: string, ...queries: readonly string[]): string {
  const query = queries.filter((each) => each !== '').join('&')
  return query === '' ? path : `${path}?${query}`
}

import type { DialectId } from '../../ir/dialect-id.ts'
import type { Address } from './address.ts'

/** An ordinary address whose dialects depend on the model and whose calls carry a few headers of its own. */
export function createPlainAddress(
  dialectsOf: (model: string) => readonly DialectId[],
  own: Readonly<Record<string, string>>,
): Address {
  return {
    dialectsOf,
    place: ({ path, headers }) => ({ ok: true, value: { path, headers: { ...headers, ...own } } }),
  }
}

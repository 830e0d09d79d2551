import type { JsonObject } from '../ir/json.ts'
import type { RequestReader } from '../ir/read.ts'

/** Reports the first key that nobody reads: a slip in a price must not go unseen. */
export function refuseUnknown(
  reader: RequestReader,
  object: JsonObject,
  { known, at }: { readonly known: readonly string[]; readonly at: string },
): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    const path = at === '' ? key : `${at}.${key}`
    reader.fail(path, `'${path.slice(0, 200)}' is not known here. Known: ${known.join(', ')}.`)
  }
}

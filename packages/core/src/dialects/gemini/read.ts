/** Typed reading that needs a cast; the rest of this folder has none. */

/** The fields that have a value. Those without are left out, so that "absent" and "undefined" stay one thing. */
export function given<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** Any JSON value, read-only. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object, read-only. An absent key reads as `undefined`. */
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

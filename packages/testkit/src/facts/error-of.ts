import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, asString } from '@sluice/core/ir/read.ts'

/** The message of an `error` field, whatever its shape; undefined when there is none. */
export function errorOf({ error }: JsonObject): string | undefined {
  if (error === undefined || error === null) return undefined
  return asString(error) ?? asString(asObject(error)?.['message']) ?? JSON.stringify(error)
}

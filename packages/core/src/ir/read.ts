import type { Failure, Result } from './failure.ts'
import type { Json, JsonObject } from './json.ts'

/**
 * Typed reading of JSON nobody has checked. The plain functions answer `undefined` for a wrong type and suit what a
 * provider sends; `RequestReader` remembers the first wrong type with its path and suits what a client sends.
 */

/** The value as an object; undefined for anything else, arrays and null included. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/** The value as an array, or undefined. */
export function asArray(value: unknown): readonly Json[] | undefined {
  return Array.isArray(value) ? (value as readonly Json[]) : undefined
}

/** The objects of an array; `[]` for anything that is no array, and without the elements that are no objects. */
export function asObjects(value: unknown): readonly JsonObject[] {
  const found: JsonObject[] = []
  for (const each of asArray(value) ?? []) {
    const object = asObject(each)
    if (object) found.push(object)
  }
  return found
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A finite number, or undefined: `1e999` parses to Infinity and is no number here. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** The parsed text when it is a JSON object, else undefined. Never throws. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A copy without the named keys and without undefined values; undefined when nothing is left. */
export function rest(object: JsonObject, ...known: readonly string[]): JsonObject | undefined {
  let left: Record<string, Json> | undefined
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (value === undefined || known.includes(key)) continue
    left ??= {}
    Object.defineProperty(left, key, { value, enumerable: true, configurable: true, writable: true })
  }
  return left
}

/** Reads a client's request. Every method answers `undefined` where the value is absent, null or wrong. */
export class RequestReader {
  #failure: Failure | undefined

  /** The first thing found wrong, if any. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  /** `value` when all was right, else the first thing that was wrong. */
  result<T>(value: T): Result<T> {
    return this.#failure ? { ok: false, failure: this.#failure } : { ok: true, value }
  }

  /** Says what is wrong with the field `param`; only the first call counts. */
  fail(param: string, message: string): undefined {
    this.#failure ??= { kind: 'invalid-request', message, retry: 'never', param }
  }

  string(object: JsonObject, key: string, at = ''): string | undefined {
    const value = object[key]
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
    return this.#wrong(at, key, 'a string', value)
  }

  requiredString(object: JsonObject, key: string, at = ''): string {
    const value = this.string(object, key, at)
    if (value === undefined) this.#missing(at, key)
    return value ?? ''
  }

  number(object: JsonObject, key: string, at = ''): number | undefined {
    const value = object[key]
    if (value === undefined || value === null) return undefined
    return asNumber(value) ?? this.#wrong(at, key, 'a finite number', value)
  }

  /** A whole number, `least` or more. */
  count(object: JsonObject, key: string, least = 0, at = ''): number | undefined {
    const value = object[key]
    if (value === undefined || value === null) return undefined
    if (Number.isSafeInteger(value) && Number(value) >= least) return Number(value)
    return this.#wrong(at, key, `a whole number, ${least} or more`, value)
  }

  boolean(object: JsonObject, key: string, at = ''): boolean | undefined {
    const value = object[key]
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined
    return this.#wrong(at, key, 'true or false', value)
  }

  object(object: JsonObject, key: string, at = ''): JsonObject | undefined {
    const value = object[key]
    if (value === undefined || value === null) return undefined
    return asObject(value) ?? this.#wrong(at, key, 'an object', value)
  }

  array(object: JsonObject, key: string, at = ''): readonly Json[] | undefined {
    const value = object[key]
    if (value === undefined || value === null) return undefined
    return asArray(value) ?? this.#wrong(at, key, 'an array', value)
  }

  /** The elements of an array of objects, each with its path: `messages[2]`. Absent reads as empty. */
  objects(object: JsonObject, key: string, at = ''): readonly { readonly value: JsonObject; readonly at: string }[] {
    const found: { value: JsonObject; at: string }[] = []
    const list = this.array(object, key, at) ?? []
    for (const [index, element] of list.entries()) {
      const place = `${join(at, key)}[${index}]`
      const value = asObject(element)
      if (value) found.push({ value, at: place })
      else this.fail(place, `'${place}' must be an object, but it is ${describe(element)}.`)
    }
    return found
  }

  strings(object: JsonObject, key: string, at = ''): readonly string[] | undefined {
    const list = this.array(object, key, at)
    if (!list) return undefined
    return list.every((each) => typeof each === 'string') ? list : this.#wrong(at, key, 'an array of strings', list)
  }

  /** One of the given words. */
  oneOf<T extends string>(object: JsonObject, key: string, words: readonly T[], at = ''): T | undefined {
    const value = object[key]
    if (value === undefined || value === null) return undefined
    const word = words.find((each) => each === value)
    return word ?? this.#wrong(at, key, `one of ${words.map((each) => `'${each}'`).join(', ')}`, value)
  }

  #missing(at: string, key: string): void {
    const param = join(at, key)
    this.fail(param, `Missing required parameter: '${param}'.`)
  }

  #wrong(at: string, key: string, expected: string, value: Json): undefined {
    const param = join(at, key)
    return this.fail(param, `'${param}' must be ${expected}, but it is ${describe(value)}.`)
  }
}

function join(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`
}

function describe(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  return JSON.stringify(value).slice(0, 60)
}

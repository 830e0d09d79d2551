import type { AccessDefinition, AccessField, AccessValues } from '@sluice/core/providers/access/access.ts'
import { Secret } from '@sluice/core/providers/secret.ts'
import type { Environment } from './expand-variables.ts'
import type { Fields } from './fields.ts'
import type { Problems } from './problem.ts'

/** What a known provider's own fields are read from. */
export interface AccessSources {
  /** The provider's entry in the file; undefined when there is none. */
  readonly fields: Fields | undefined
  readonly env: Environment
  readonly baseUrl: string | undefined
  readonly apiKey: Secret | undefined
  /** False: secrets of the environment stay there, because the file names a host of somebody else. */
  readonly isOwnHost: boolean
  readonly problems: Problems
}

/** Reads every field of a known provider: from the file, else from the first of its variables that is set. */
export function readAccessValues(definition: AccessDefinition, sources: AccessSources): AccessValues {
  const { env, isOwnHost, baseUrl, apiKey } = sources
  const written = new Map<string, string>()
  const found = new Map<string, string>()
  for (const field of definition.fields) {
    const text = readWritten(field, sources)
    if (text !== undefined) written.set(field.name, text)
    else if (sources.fields?.has(field.name) !== true) setFound(found, field, sources)
  }
  const text = (name: string): string | undefined => written.get(name) ?? found.get(name)
  return {
    text,
    secret: (name) => toSecret(text(name)),
    isWritten: (name) => written.has(name),
    variable: (name) => variableOf(env, name),
    secretVariable: (name) => (isOwnHost ? toSecret(variableOf(env, name)) : undefined),
    baseUrl,
    apiKey,
  }
}

function readWritten(field: AccessField, { fields, problems }: AccessSources): string | undefined {
  const written = fields?.has(field.name) === true ? fields.text(field.name) : undefined
  if (!written) return undefined
  if (field.rule && !field.rule.pattern.test(written.value))
    return problems.add(written, `this must be ${field.rule.says}.`)
  if (field.isSecret !== true && /[^\x20-\x7e]/.test(written.value))
    return problems.add(written, 'this holds a line break or a character outside ASCII.')
  return written.value
}

/** A variable with something else in it is no value; a file that names it is told so by its reader. */
function setFound(found: Map<string, string>, field: AccessField, { env, isOwnHost }: AccessSources): void {
  if (field.isSecret === true && !isOwnHost) return
  for (const name of field.variables) {
    const value = variableOf(env, name)
    if (value === undefined || (field.rule && !field.rule.pattern.test(value))) continue
    found.set(field.name, value)
    return
  }
}

function toSecret(text: string | undefined): Secret | undefined {
  return text === undefined ? undefined : new Secret(text)
}

function variableOf(env: Environment, name: string): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name]?.trim() : undefined
  return value === '' ? undefined : value
}

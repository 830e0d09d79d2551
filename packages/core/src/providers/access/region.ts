import { type AccessDefinition, missing } from './access.ts'

/** A provider with the same API at one address per region. */
export interface Regions {
  /** The field of the configuration: `oci_region`. */
  readonly field: string
  readonly variables: readonly string[]
  readonly example: string
  readonly ownHosts: RegExp
  /** The variables whose presence is enough to be taken from the environment. */
  readonly detectedBy: readonly string[]
  urlOf(region: string): string
}

const regionRule = { pattern: /^[a-z]{2,4}(?:-[a-z]{2,20}){1,3}-\d{1,2}$/, says: 'the name of a region' }

/** Asks for the region, and puts the address together. */
export function createRegionAccess({
  field,
  variables,
  example,
  ownHosts,
  detectedBy,
  urlOf,
}: Regions): AccessDefinition {
  return {
    fields: [{ name: field, variables, rule: { ...regionRule, says: `a region as in ${example}` } }],
    detectedBy: [detectedBy],
    ownHosts,
    define(values) {
      const region = values.text(field)
      if (values.baseUrl !== undefined) return { ok: true, baseUrl: values.baseUrl }
      if (region === undefined)
        return missing(field, `Write ${field}: ${example} (or another), or set ${variables[0]}.`)
      return { ok: true, baseUrl: urlOf(region) }
    },
  }
}

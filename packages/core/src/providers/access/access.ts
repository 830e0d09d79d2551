import type { Address } from '../address/address.ts'
import type { Credential } from '../auth/credential.ts'
import type { Secret } from '../secret.ts'

/**
 * What a known provider needs to be told before it has an address: its own fields in the configuration, each with the
 * environment variables that may hold it instead, and what is made of them.
 */
export interface AccessDefinition {
  readonly fields: readonly AccessField[]
  /**
   * Groups of variables; when all of one group are set, the provider is taken from the environment without a
   * configuration. The first variable of the group is the one shown.
   */
  readonly detectedBy: readonly (readonly string[])[]
  /** Hosts that secrets from the environment may go to; an address written in the file that is no such host gets none. */
  readonly ownHosts: RegExp
  define(values: AccessValues): AccessResult
}

/** One field of the configuration: `aws_region_name`. */
export interface AccessField {
  readonly name: string
  /** Variables that may hold it, first match wins. */
  readonly variables: readonly string[]
  /** Never shown, kept as a `Secret`. */
  readonly isSecret?: true
  /** Says who is calling: whoever writes it does not want an API key from the environment. */
  readonly isIdentity?: true
  /** What a value may look like, with the words for "this is ..."; absent: any single line. */
  readonly rule?: { readonly pattern: RegExp; readonly says: string }
}

/** What was configured. */
export interface AccessValues {
  text(name: string): string | undefined
  secret(name: string): Secret | undefined
  /** Whether the file says it, rather than the environment. */
  isWritten(name: string): boolean
  /** A variable of the environment that is no field: where a platform says how to reach its own services. */
  variable(name: string): string | undefined
  /** The same, where it is a secret. */
  secretVariable(name: string): Secret | undefined
  readonly baseUrl: string | undefined
  readonly apiKey: Secret | undefined
}

/** A usable address, or the field that stands in the way. */
export type AccessResult =
  | {
      readonly ok: true
      readonly baseUrl: string
      readonly address?: Address
      readonly credential?: Credential
      /** The key as calls carry it, where that is only a part of what was written. */
      readonly apiKey?: Secret
      /** False: the key is spent on a token and does not go into a header. */
      readonly sendsKey?: boolean
      /** Headers each call carries; the operator's own win. */
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly ok: false; readonly field: string; readonly message: string; readonly suggestion: string }

/** `'aws_region_name' is missing.` */
export function missing(field: string, suggestion: string): Extract<AccessResult, { ok: false }> {
  return { ok: false, field, message: `'${field}' is missing.`, suggestion }
}

/** A host's or a path's part: what may stand in an address that is put together. */
export const namePart: { readonly pattern: RegExp; readonly says: string } = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/,
  says: 'letters, digits and . _ -',
}

/** An https address, or an http one on this machine. */
export const tokenUrlRule: { readonly pattern: RegExp; readonly says: string } = {
  pattern:
    /^(?:https:\/\/|http:\/\/(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?=[:/]|$))[A-Za-z0-9.:[\]-]*(?:\/[A-Za-z0-9._~:/-]*)?$/,
  says: 'an https:// address without a query',
}

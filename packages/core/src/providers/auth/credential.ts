import { Secret } from '../secret.ts'

/**
 * What a provider's calls are authorised with when that is more than an API key in a header: as configured, nothing
 * fetched yet. Every URL here comes from the configuration or is a well-known constant.
 */
export type Credential =
  | AwsCredential
  | GoogleCredential
  | EntraCredential
  | ClientCredential
  | IbmCredential
  | CopilotCredential

/** Requests are signed (SigV4). */
export interface AwsCredential {
  readonly kind: 'aws'
  readonly region: string
  /** The service's name in a signature: `bedrock`, `sagemaker`. */
  readonly service: string
  /** Where keys may be found, asked in this order; the first that has some. */
  readonly sources: readonly AwsSource[]
}

/** A place where AWS keys may be. */
export type AwsSource =
  | {
      readonly kind: 'static'
      readonly accessKeyId: string
      readonly secretAccessKey: Secret
      readonly sessionToken?: Secret
    }
  | {
      readonly kind: 'profile'
      readonly profile: string
      readonly credentialsFile: string
      readonly configFile: string
      readonly stsUrl: string
      readonly region: string
    }
  | {
      readonly kind: 'web-identity'
      readonly roleArn: string
      readonly sessionName: string
      readonly tokenFile: string
      readonly stsUrl: string
    }
  | {
      readonly kind: 'assume-role'
      readonly roleArn: string
      readonly sessionName: string
      readonly externalId?: string
      readonly from: readonly AwsSource[]
      readonly stsUrl: string
      readonly region: string
    }
  | {
      readonly kind: 'container'
      readonly url: string
      readonly token?: Secret
      readonly tokenFile?: string
    }
  | { readonly kind: 'instance'; readonly url: string }

/** A Google access token. */
export interface GoogleCredential {
  readonly kind: 'google'
  /** Asked in this order; the first that is there. */
  readonly sources: readonly GoogleSource[]
}

/** Where Google's credentials may be: the JSON itself, a file with it, or the machine's metadata server. */
export type GoogleSource =
  | { readonly kind: 'json'; readonly json: Secret }
  | { readonly kind: 'file'; readonly path: string; readonly isRequired: boolean }
  | { readonly kind: 'metadata'; readonly url: string }

/** A Microsoft Entra access token. */
export interface EntraCredential {
  readonly kind: 'entra'
  /** `https://cognitiveservices.azure.com/.default` */
  readonly scope: string
  readonly source: EntraSource
}

/** Who asks Entra for it. */
export type EntraSource =
  | { readonly kind: 'token'; readonly token: Secret }
  | {
      readonly kind: 'secret'
      readonly authority: string
      readonly tenantId: string
      readonly clientId: string
      readonly clientSecret: Secret
    }
  | {
      readonly kind: 'federated'
      readonly authority: string
      readonly tenantId: string
      readonly clientId: string
      readonly tokenFile: string
    }
  | { readonly kind: 'managed'; readonly url: string; readonly header?: Secret; readonly clientId?: string }

/** OAuth 2 client credentials (RFC 6749, 4.4) with HTTP basic authentication. */
export interface ClientCredential {
  readonly kind: 'client'
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly scope: string
}

/** An IBM Cloud API key, exchanged for a token. */
export interface IbmCredential {
  readonly kind: 'ibm'
  readonly tokenUrl: string
  readonly apiKey: Secret
}

/** A GitHub token, exchanged for Copilot's own. */
export interface CopilotCredential {
  readonly kind: 'copilot'
  readonly tokenUrl: string
  readonly githubToken: Secret
}

/** Every secret in a credential as text, and the ids of its keys, to take out of what a provider says back. */
export function secretsIn(credential: Credential): readonly string[] {
  const found: string[] = []
  collect(credential, found)
  return found
}

function collect(value: unknown, found: string[]): void {
  if (typeof value !== 'object' || value === null) return
  if (value instanceof Secret) {
    found.push(value.reveal())
    return
  }
  if ('accessKeyId' in value && typeof value.accessKeyId === 'string') found.push(value.accessKeyId)
  for (const each of Object.values(value)) collect(each, found)
}

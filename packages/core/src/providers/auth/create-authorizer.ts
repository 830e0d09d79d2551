import type { Authorizer } from './authorizer.ts'
import { BearerAuthorizer } from './bearer-authorizer.ts'
import type { BearerToken } from './bearer-token.ts'
import type { Credential } from './credential.ts'
import type { CredentialPorts, Obtained } from './credential-ports.ts'
import { obtainAwsKeys } from './obtain-aws-keys.ts'
import { obtainEntraToken } from './obtain-entra-token.ts'
import { obtainClientToken, obtainCopilotToken, obtainIbmToken } from './obtain-exchanged-token.ts'
import { obtainGoogleToken } from './obtain-google-token.ts'
import { Sigv4Authorizer } from './sigv4-authorizer.ts'
import { TokenSource } from './token-source.ts'

/** What authorises the calls of everybody who uses this credential. It keeps the token, so make one per credential. */
export function createAuthorizer(credential: Credential, ports: CredentialPorts): Authorizer {
  if (credential.kind !== 'aws') {
    const obtain = (): Promise<Obtained<BearerToken>> => obtainToken(credential, ports)
    return new BearerAuthorizer(new TokenSource({ obtain, nowMs: ports.nowMs }))
  }
  const { sources, region, service } = credential
  const source = new TokenSource({ obtain: () => obtainAwsKeys(sources, ports), nowMs: ports.nowMs })
  return new Sigv4Authorizer(source, { region, service }, ports)
}

function obtainToken(
  credential: Exclude<Credential, { kind: 'aws' }>,
  ports: CredentialPorts,
): Promise<Obtained<BearerToken>> {
  switch (credential.kind) {
    case 'google':
      return obtainGoogleToken(credential, ports)
    case 'entra':
      return obtainEntraToken(credential, ports)
    case 'client':
      return obtainClientToken(credential, ports)
    case 'ibm':
      return obtainIbmToken(credential, ports)
    case 'copilot':
      return obtainCopilotToken(credential, ports)
    default:
      return credential satisfies never
  }
}
